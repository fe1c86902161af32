"""Every shipped story: the correct shop passes it, and a shop with the story's flaw fails in it."""

import asyncio
import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from sandbox.adapter import adapter
from sandbox.app import Sandbox, verbs
from sandbox.cli.merchant import tls_door
from sandbox.config import Settings
from sandbox.control.client import ControlClient
from sandbox.platform.faults import faults
from sandbox.scenario import loader, reports
from sandbox.scenario.language import Vocabulary
from sandbox.scenario.runner import Runner, Tale, tellings
from sandbox.scenario.shelf import shipped
from sandbox.scenario.verdict import Verdict

ADAPTER = adapter.load(Path(__file__).parents[2] / "merchant_demo" / "adapter.yaml")
VOCABULARY = Vocabulary(faults(), {name: verb.args for name, verb in verbs().items()})
STORIES = {file.stem: loader.load(file, VOCABULARY) for file in shipped()}
TALES = [told for name, story in STORIES.items() for told in tellings(Tale(name, story), ADAPTER)]
CONTROLS = [replace(tale, flaws=(flaw,)) for tale in TALES for flaw in tale.scenario.flaws()]

Told = dict[tuple[str, str, str, str], Verdict]


async def _tell_all(folder: Path) -> Told:
    tales = [*TALES, *CONTROLS]
    async with Sandbox(Settings(port=0, https_port=0, data_dir=folder)) as box:
        runner = Runner(ADAPTER, lambda tenant: ControlClient(box.url, tenant=tenant or "default"), tls_door(box))
        verdicts = await runner.run(tales, jobs=2 * (os.cpu_count() or 1))
    return {(verdict.scenario, verdict.case, verdict.dialect, "".join(verdict.flaws)): verdict for verdict in verdicts}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The verdicts by story, API and flaw; all are told at once, each with a shop and a tenant of its own."""
    return asyncio.run(_tell_all(tmp_path_factory.mktemp("authority")))


def _name(tale: Tale) -> str:
    return "-".join([tale.file, *([tale.case] if tale.case else []), tale.dialect, *tale.flaws])


@pytest.mark.parametrize("tale", TALES, ids=_name)
def test_the_correct_shop_passes(told: Told, tale: Tale) -> None:
    """The bundled shop does what the story says, in each API that the story holds for."""
    verdict = told[tale.file, tale.case, tale.dialect, ""]

    assert verdict.outcome == "passed", reports.failure(verdict)


@pytest.mark.parametrize("tale", CONTROLS, ids=_name)
def test_the_control_fails(told: Told, tale: Tale) -> None:
    """The one mistake that the story is about is enough to fail in it."""
    verdict = told[tale.file, tale.case, tale.dialect, tale.flaws[0]]

    assert verdict.outcome == "failed", reports.failure(verdict)
