"""Every shipped story: the correct shop passes it, and a shop with the story's flaw fails in it."""

import asyncio
import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from sandbox.app import Sandbox, verbs
from sandbox.config import Settings
from sandbox.control.client import ControlClient
from sandbox.platform.faults import faults
from sandbox.scenario import adapter, loader, reports
from sandbox.scenario.language import Scenario, Vocabulary
from sandbox.scenario.runner import Runner, Tale
from sandbox.scenario.shelf import shipped
from sandbox.scenario.verdict import Verdict

ADAPTER = Path(__file__).parents[2] / "merchant_demo" / "adapter.yaml"
VOCABULARY = Vocabulary(faults(), {name: verb.args for name, verb in verbs().items()})
STORIES = {file.stem: loader.load(file, VOCABULARY) for file in shipped()}
CONTROLS = [(name, flaw) for name, story in STORIES.items() for flaw in story.flaws()]

Told = dict[tuple[str, str], Verdict]


def _impatient(story: Scenario) -> Scenario:
    """The story with less waiting: what the bundled shop has not done in eight seconds it never does."""
    steps = [
        replace(step, arguments={**step.arguments, "within": "8s"}) if "within" in step.arguments else step
        for step in story.story
    ]
    return replace(story, story=tuple(steps))


async def _tell_all() -> Told:
    tales = [Tale(name, story) for name, story in STORIES.items()]
    tales += [Tale(name, _impatient(STORIES[name]), (flaw,)) for name, flaw in CONTROLS]
    async with Sandbox(Settings(port=0)) as box:
        runner = Runner(adapter.load(ADAPTER), lambda tenant: ControlClient(box.url, tenant=tenant or "default"))
        verdicts = await runner.run(tales, jobs=max(2, os.cpu_count() or 1))
    return {(verdict.scenario, "".join(verdict.flaws)): verdict for verdict in verdicts}


@pytest.fixture(scope="module")
def told() -> Told:
    """The verdicts by story and flaw; all are told at once, each with a shop and a tenant of its own."""
    return asyncio.run(_tell_all())


@pytest.mark.parametrize("name", STORIES)
def test_the_correct_shop_passes(told: Told, name: str) -> None:
    """The bundled shop does what the story says."""
    verdict = told[name, ""]

    assert verdict.outcome == "passed", reports.failure(verdict)


@pytest.mark.parametrize(("name", "flaw"), CONTROLS)
def test_the_control_fails(told: Told, name: str, flaw: str) -> None:
    """The one mistake that the story is about is enough to fail in it."""
    verdict = told[name, flaw]

    assert verdict.outcome == "failed", reports.failure(verdict)
