"""The range: every probe finds its mistakes in the bundled shop, and nothing where there is none."""

from pathlib import Path

from merchant_demo.flaws import FLAWS, apis
from sandbox.adapter import adapter as adapters
from sandbox.adapter.control import Connect
from sandbox.app import Sandbox
from sandbox.audit import terminal
from sandbox.audit.families import probes
from sandbox.audit.range import CLEAN, rounds, shoot
from sandbox.config import Settings
from sandbox.control.client import ControlClient

ADAPTER = adapters.load(Path(__file__).parents[2] / "merchant_demo" / "adapter.yaml")
JOBS = 3


def _connect_to(box: Sandbox) -> Connect:
    return lambda tenant: ControlClient(box.url, tenant=tenant or "default")


async def test_every_probe_catches_its_flaws_and_no_other_shop(tmp_path: Path) -> None:
    """Probe by flaw, in both APIs: no miss, no false alarm, nothing that could not be judged."""
    async with Sandbox(Settings(port=0, data_dir=tmp_path)) as box:
        found = await shoot(rounds(probes()), probes(), ADAPTER, _connect_to(box), JOBS)

    assert [line for one in found if not one.good for line in terminal.row(one)] == []


async def test_no_other_mistake_of_the_shop_alarms_a_probe(tmp_path: Path) -> None:
    """Flaws that no probe declares, each in one API: whatever such a shop can be asked, it is safe."""
    declared = {flaw for flaw, _ in rounds(probes())}
    others = [(name, apis(flaw)[-1]) for name, flaw in FLAWS.items() if name not in declared]
    async with Sandbox(Settings(port=0, data_dir=tmp_path)) as box:
        found = await shoot(others, probes(), ADAPTER, _connect_to(box), JOBS)

    assert [line for one in found if one.false_alarms for line in terminal.row(one)] == []
    assert len(found) > 30


def test_every_probe_has_a_flaw_in_each_api_that_it_is_for() -> None:
    """A probe that nothing is known to fail would prove nothing; the clean shop is audited in both APIs."""
    shops = rounds(probes())
    unproven = [
        (probe.name, api)
        for probe in probes()
        for api in probe.apis
        if not any(probe.must_catch(flaw, api) for flaw, spoken in shops if spoken == api)
    ]

    assert unproven == []
    assert {(CLEAN, "v2"), (CLEAN, "v3")} <= set(shops)
