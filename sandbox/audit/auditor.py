"""Puts the probes to one merchant, a few at a time, and collects what came of each."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from sandbox.adapter import placeholders
from sandbox.adapter.adapter import Dialect
from sandbox.adapter.control import ControlError
from sandbox.adapter.merchant import Unanswered
from sandbox.adapter.waiting import Stopwatch
from sandbox.audit.case import Case, Ground
from sandbox.audit.probe import Probe
from sandbox.audit.ruling import NotJudged, Outcome, Ruling, Words
from sandbox.audit.sender import OutOfBounds

AT_ONCE = 8
"""Probes that are put side by side."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe found at one merchant, in one API."""

    probe: Probe
    api: Dialect
    outcome: Outcome
    did: Words
    seconds: float

    def facts(self) -> dict[str, Any]:
        """For programs: everything but the function."""
        one = self.probe
        return {
            "probe": one.name,
            "family": one.family,
            "severity": one.severity.value,
            "cwe": one.cwe,
            "api": self.api,
            "outcome": self.outcome.value,
            **{name: msgspec.to_builtins(getattr(one, name)) for name in ("title", "sent", "safe", "fix")},
            "did": msgspec.to_builtins(self.did),
            "seconds": round(self.seconds, 3),
        }


Watch = Callable[[Finding], None]


def chosen(probes: Sequence[Probe], api: Dialect) -> list[Probe]:
    """Those that can be put in this API."""
    return [probe for probe in probes if api in probe.apis]


def budget(probes: Sequence[Probe]) -> int:
    """How many requests the notify URL gets at most."""
    return sum(probe.posts for probe in probes)


async def audit(ground: Ground, probes: Sequence[Probe], watch: Watch = lambda finding: None) -> list[Finding]:
    """The findings in the order of `probes`; `watch` hears of each as soon as it is known."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def put(probe: Probe) -> Finding:
        async with slots:
            finding = await _finding(ground, probe)
        watch(finding)
        return finding

    together = [probe for probe in probes if not probe.alone]
    found = dict(zip((one.name for one in together), await asyncio.gather(*map(put, together)), strict=True))
    for probe in probes:
        if probe.alone:
            found[probe.name] = await put(probe)
    return [found[probe.name] for probe in probes]


async def _finding(ground: Ground, probe: Probe) -> Finding:
    watch = Stopwatch()
    try:
        ruling = await probe.run(Case(ground, probe.name, probe.posts))
    except NotJudged as error:
        ruling = Ruling(Outcome.NOT_JUDGED, error.why)
    except (Unanswered, ControlError, OutOfBounds, placeholders.Unknown) as error:
        ruling = Ruling(Outcome.BROKEN, Words(str(error), f"无法执行：{error}"))
    return Finding(probe=probe, api=ground.api, outcome=ruling.outcome, did=ruling.did, seconds=watch.seconds)
