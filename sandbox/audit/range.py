"""The range: the bundled shop with each mistake that a probe must find, and whether exactly those probes found it."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager

import msgspec

from sandbox.adapter.adapter import Dialect
from sandbox.audit.auditor import Finding, audit, chosen
from sandbox.audit.case import Ground
from sandbox.audit.probe import Outcome, Probe

CLEAN = ""
"""The flaw of the shop that has none."""

Put = Callable[[str, Dialect], AbstractAsyncContextManager[Ground]]
"""From a flaw and an API to the ground on which the shop that has it stands."""


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One shop, and what was found at it."""

    flaw: str
    api: Dialect
    findings: tuple[Finding, ...]

    @property
    def caught(self) -> frozenset[str]:
        """The probes that the shop failed."""
        return frozenset(one.probe.name for one in self.findings if one.outcome is Outcome.UNSAFE)

    @property
    def expected(self) -> frozenset[str]:
        """Those that it must fail."""
        return frozenset(one.probe.name for one in self.findings if one.probe.must_catch(self.flaw, self.api))

    @property
    def missed(self) -> list[str]:
        """Probes that are blind to the flaw."""
        return sorted(self.expected - self.caught)

    @property
    def false_alarms(self) -> list[str]:
        """Probes that saw what is not there."""
        return sorted(self.caught - self.expected)

    @property
    def unput(self) -> list[str]:
        """Probes that said nothing about the shop, each with the reason."""
        silent = (Outcome.NOT_JUDGED, Outcome.BROKEN)
        return [f"{one.probe.name}: {one.did.en}" for one in self.findings if one.outcome in silent]

    @property
    def good(self) -> bool:
        """Whether exactly the right probes spoke."""
        return not (self.missed or self.false_alarms or self.unput)


def rounds(probes: Sequence[Probe]) -> list[tuple[str, Dialect]]:
    """Every shop that the range needs: in each API the clean one, and one for each flaw that a probe declares."""
    found: dict[tuple[str, Dialect], None] = {}
    for api in ("v2", "v3"):
        found[CLEAN, api] = None
        for probe in chosen(probes, api):
            for catch in probe.catches:
                flaw, _, only = catch.partition("/")
                if only in ("", api):
                    found[flaw, api] = None
    return list(found)


async def shoot(
    shops: Iterable[tuple[str, Dialect]],
    probes: Sequence[Probe],
    put: Put,
    jobs: int,
    watch: Callable[[Round], None] = lambda round: None,
) -> list[Round]:
    """Every shop audited, `jobs` side by side."""
    slots = asyncio.Semaphore(jobs)

    async def one(flaw: str, api: Dialect) -> Round:
        async with slots, put(flaw, api) as ground:
            found = Round(flaw=flaw, api=api, findings=tuple(await audit(ground, chosen(probes, api))))
        watch(found)
        return found

    running = [asyncio.create_task(one(flaw, api)) for flaw, api in shops]
    try:
        return await asyncio.gather(*running)
    finally:
        # When one cannot be put up, the others must have gone before the sandbox does.
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
