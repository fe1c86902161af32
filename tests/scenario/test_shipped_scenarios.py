"""What every shipped scenario must have before it is run."""

import re
from pathlib import Path

import pytest

from sandbox.adapter.document import read

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = sorted(file for file in FOLDER.rglob("*.yaml") if not file.name.startswith("_"))


def test_there_are_enough() -> None:
    """The stories that integrators ask for are there, the happy path among them."""
    assert len(FILES) >= 90
    assert FOLDER / "paying" / "happy-path.yaml" in FILES
    assert len({file.stem for file in FILES}) == len(FILES)


def test_each_stands_in_a_folder() -> None:
    """One level deep, so that its folder's name stands for it and its neighbours."""
    assert [file for file in FILES if file.parent.parent != FOLDER] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_scenario_names_its_control(file: Path) -> None:
    """Without a flaw that must fail in it, a verdict could be one that always passes."""
    document = read(file).value

    flaws = document.get("flaw")
    assert flaws, f"{file.name}: flaw: names no control"
    assert document["name"] == file.stem
    assert re.search("[\u4e00-\u9fff]", document["summary"]["zh"])
    assert not re.search("[\u4e00-\u9fff]", document["summary"]["en"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_scenario_states_the_merchants_side(file: Path) -> None:
    """What the shop has made of it is looked at, or what it answered to the one call that matters."""
    story = read(file).value["story"]

    looked_at = ["merchant" in step["expect"] for step in story if "expect" in step]
    answered = [
        "expect" in (value or {})
        for step in story
        if isinstance(step, dict)
        for verb, value in step.items()
        if verb.startswith("merchant.")
    ]
    assert any(looked_at) or any(answered)
