"""Runs scenarios against a shop and gives each a verdict."""

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from sandbox.adapter import placeholders
from sandbox.adapter.adapter import Adapter, Dialect
from sandbox.adapter.control import Connect, ControlError
from sandbox.adapter.merchant import Unanswered
from sandbox.adapter.shop import ShopFailed
from sandbox.adapter.stage import Stage, stage_of
from sandbox.adapter.waiting import Stopwatch
from sandbox.adapter.world import CredentialsTaken, TlsDoor, world_of
from sandbox.scenario.language import Scenario
from sandbox.scenario.observation import seen
from sandbox.scenario.setting import prepare, tenant_of
from sandbox.scenario.story import Story, Unmet
from sandbox.scenario.verdict import Verdict

Watch = Callable[[Verdict], None]


class Tale(msgspec.Struct, frozen=True):
    """A scenario, the file it stands in, the flaws that the shop is started with, and the API in which it is told."""

    file: str
    scenario: Scenario
    flaws: tuple[str, ...] = ()
    dialect: Dialect = "v2"


def in_dialects(tale: Tale, adapter: Adapter) -> list[Tale]:
    """The tale in each dialect that it holds for and the shop speaks; where there is none, in one that it will lack."""
    common = [dialect for dialect in tale.scenario.dialects if dialect in adapter.dialects]
    return [msgspec.structs.replace(tale, dialect=dialect) for dialect in common or tale.scenario.dialects[:1]]


class Runner:
    """Tells stories to one shop. `connect` gives a tenant's control API; any tenant's can make others.

    Without a TLS `door`, stories that are told over TLS are skipped.
    """

    def __init__(self, adapter: Adapter, connect: Connect, door: TlsDoor | None = None) -> None:
        self._adapter = adapter
        self._connect = connect
        self._door = door

    async def run(self, tales: Sequence[Tale], watch: Watch = lambda verdict: None, jobs: int = 1) -> list[Verdict]:
        """The verdicts in the order of `tales`; `watch` hears of each as soon as it is known.

        A shop that is running already has one tenant, so its stories are told one after the other whatever `jobs` is.
        """
        slots = asyncio.Semaphore(jobs if self._adapter.start else 1)

        async def told(tale: Tale) -> Verdict:
            async with slots:
                verdict = await self.tell(tale)
            watch(verdict)
            return verdict

        return list(await asyncio.gather(*(told(tale) for tale in tales)))

    async def tell(self, tale: Tale) -> Verdict:
        """One story, from an empty tenant to its verdict."""
        watch = Stopwatch()
        verdict = Verdict(
            scenario=tale.scenario.name,
            dialect=tale.dialect,
            file=tale.file,
            summary=tale.scenario.summary,
            outcome="passed",
            seconds=0.0,
            seed=tale.scenario.seed,
            flaws=tale.flaws,
        )
        reason = self._lacking(tale)
        if reason:
            return msgspec.structs.replace(verdict, outcome="skipped", reason=reason)
        try:
            door = self._door if tale.scenario.door == "https" else None
            async with world_of(self._adapter, self._connect, tenant_of(tale.scenario), door) as world:
                await prepare(world.control, tale.scenario, world.memory())
                async with stage_of(self._adapter, world, tale.dialect, tale.flaws) as stage:
                    verdict = await self._tell_steps(tale, stage, verdict)
        except (ShopFailed, CredentialsTaken, ControlError) as error:
            verdict = msgspec.structs.replace(verdict, outcome="broken", reason=str(error))
        return msgspec.structs.replace(verdict, seconds=round(watch.seconds, 3))

    def _lacking(self, tale: Tale) -> str:
        if tale.dialect not in self._adapter.dialects:
            return f"the adapter {self._adapter.name} does not speak {tale.dialect} (dialects:)"
        if tale.scenario.door == "https" and (self._door is None or self._adapter.start is None):
            return "told over TLS (door: https), which needs a shop and a sandbox that the runner starts"
        for step in tale.scenario.story:
            actor, _, name = step.verb.partition(".")
            if actor == "merchant" and (reason := self._adapter.lacks(name, step.arguments)):
                return reason
            if step.verb == "expect" and "merchant" in step.arguments and (reason := self._adapter.lacks("status", {})):
                return reason
        return ""

    async def _tell_steps(self, tale: Tale, stage: Stage, verdict: Verdict) -> Verdict:
        story = Story(stage)
        for step in tale.scenario.story:
            try:
                await story.tell(step)
            except Unmet as unmet:
                ending = {"outcome": "failed", "reason": str(unmet), "differences": unmet.differences}
            except (Unanswered, placeholders.Unknown) as error:
                ending = {"outcome": "failed", "reason": str(error.args[0])}
            except (ShopFailed, ControlError) as error:
                ending = {"outcome": "broken", "reason": str(error)}
            else:
                continue
            timeline = (*story.told, *await seen(stage.world.control))
            log = tuple(stage.shop.log_tail())
            return msgspec.structs.replace(
                verdict, line=step.line, step=step.verb, timeline=timeline, shop_log=log, **ending
            )
        return verdict
