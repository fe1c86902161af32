"""The language's page says what the language is, in both tongues."""

import re
from pathlib import Path
from typing import get_args

import pytest

from sandbox.adapter.adapter import COMMAND_VALUES, PROCESS_STEPS, Adapter, Call, adapter_of
from sandbox.adapter.document import parse
from sandbox.cli.scenario import vocabulary
from sandbox.scenario.comparison import COMPARISONS
from sandbox.scenario.expectation import Expect, Notifications, Phone
from sandbox.scenario.language import SHOP_STEPS, TAGS, Moment, Scenario
from sandbox.scenario.loader import scenario_of
from sandbox.scenario.shelf import shipped

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "scenarios.md", DOCS / "scenarios.zh-CN.md"]


@pytest.fixture(params=PAGES, ids=lambda page: page.name)
def page(request: pytest.FixtureRequest) -> str:
    """The page in one language."""
    text: str = request.param.read_text(encoding="utf-8")
    return text


def examples(page: str) -> list[str]:
    """The YAML on the page."""
    return re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)


def test_every_word_is_explained(page: str) -> None:
    """Keys, moments, tags, faults, verbs of the shop, expectations, comparisons, and the adapter's own keys."""
    steps = [f"merchant.{name}" for name in (*SHOP_STEPS, *PROCESS_STEPS)]
    keys = [key for kind in (Scenario, Expect, Notifications, Phone, Call) for key in kind.__struct_fields__]
    adapter = [key for key in Adapter.__struct_fields__ if key != "folder"]
    words = [*keys, *adapter, *get_args(Moment), *TAGS, *vocabulary().faults, *steps, *COMPARISONS]

    missing = [word for word in words if not re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", page)]
    assert missing == []
    assert [name for name in COMMAND_VALUES if f"{{{name}}}" not in page and name != "apiv3_key"] == []


def test_the_storys_example_is_one(page: str) -> None:
    """It loads, and it is the shipped story of that name in short."""
    story = scenario_of(parse(examples(page)[0], "example.yaml"), vocabulary())

    assert story.name in {file.stem for file in shipped()}


def test_the_adapters_example_is_one(page: str) -> None:
    """It loads, and maps what it shows."""
    (example,) = [text for text in examples(page) if text.startswith("name: my-shop")]

    adapter = adapter_of(parse(example, "example.yaml"), Path())
    assert {"login", "order", "report", "status"} <= set(adapter.steps)


def test_every_verb_of_the_table_exists(page: str) -> None:
    """No verb is promised that the sandbox does not have."""
    promised = set(re.findall(r"`((?:user|clock|notify|console)\.\w+)[:`]", page))

    assert promised - set(vocabulary().sayable()) - set(get_args(Moment)) == set()
