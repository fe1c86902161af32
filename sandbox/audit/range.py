"""The range: the bundled shop with each mistake that a probe must find, and whether exactly those probes found it."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack

import msgspec

from sandbox.adapter.adapter import Adapter, Dialect
from sandbox.adapter.control import Connect
from sandbox.adapter.nursery import Nursery
from sandbox.adapter.shop import Spawn, spawn
from sandbox.audit.auditor import Finding, audit, budget, chosen
from sandbox.audit.ground import Haste, shop_ground
from sandbox.audit.probe import Probe
from sandbox.audit.ruling import Outcome

CLEAN = ""
"""The flaw of the shop that has none."""

HASTE = Haste(answer=3.0, grace=0.25, patience=3.0)
HURRY = {
    "SHOP_QUERY_SECONDS": "600",
    "SHOP_SLOW_SECONDS": "3.5",
    "SHOP_COMMIT_SECONDS": "0.5",
    "SHOP_REFRESH_SECONDS": "0",
}
"""What the shop does late it does within four seconds; it queries when told to, so that nothing depends on when."""


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
    adapter: Adapter,
    connect: Connect,
    jobs: int,
    watch: Callable[[Round], None] = lambda round: None,
) -> list[Round]:
    """Every shop audited, `jobs` side by side; `adapter` is the bundled shop's. Raises what shop_ground raises."""
    hasty = msgspec.structs.replace(adapter, env={**adapter.env, **HURRY})
    slots = asyncio.Semaphore(jobs)

    async def one(flaw: str, api: Dialect, spawned: Spawn) -> Round:
        put = chosen(probes, api)
        flaws = (flaw,) if flaw else ()
        async with (
            slots,
            shop_ground(hasty, connect, api, budget=budget(put), flaws=flaws, spawn=spawned, haste=HASTE) as ground,
        ):
            found = Round(flaw=flaw, api=api, findings=tuple(await audit(ground, put)))
        watch(found)
        return found

    async with AsyncExitStack() as nurseries:
        fits = Nursery.fits(hasty)
        spawned = (await nurseries.enter_async_context(Nursery(hasty))).spawn if fits else spawn
        running = [asyncio.create_task(one(flaw, api, spawned)) for flaw, api in shops]
        try:
            return await asyncio.gather(*running)
        finally:
            # When one cannot be put up, the others must have gone before the sandbox does.
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
