"""Finding scenarios by name, file and folder."""

from pathlib import Path

import pytest

from sandbox.scenario.shelf import NotFound, find, shipped


def test_shipped_ones_are_found_by_name() -> None:
    """All of them when nothing is named, the happy path first."""
    assert [file.stem for file in find(["no-permission-on-phone", "happy-path"])] == [
        "no-permission-on-phone",
        "happy-path",
    ]
    assert find([]) == shipped()
    assert {file.stem for file in find(["bills"])} == {"bill-finds-missing-order", "bill-not-ready"}
    assert shipped()[0].stem == "happy-path"


def test_files_and_folders_are_taken_as_they_are(tmp_path: Path) -> None:
    """A folder stands for the stories in it, at any depth; what is named twice is told once."""
    (tmp_path / "inner").mkdir()
    for name in ("b.yaml", "a.yml", "notes.txt", "_shared.yaml", "inner/c.yaml"):
        (tmp_path / name).touch()

    found = find([str(tmp_path / "b.yaml"), str(tmp_path)])

    assert [file.name for file in found] == ["b.yaml", "a.yml", "c.yaml"]


def test_what_is_not_there_is_said_with_the_nearest(tmp_path: Path) -> None:
    """A misspelt name, an empty folder."""
    with pytest.raises(NotFound, match="no scenario, file or folder called 'hapy-path' — did you mean 'happy-path'"):
        find(["hapy-path"])
    with pytest.raises(NotFound, match=r"expected files that end in \.yaml"):
        find([str(tmp_path)])
