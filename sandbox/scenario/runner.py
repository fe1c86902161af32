"""Runs scenarios against a shop and gives each a verdict."""

import asyncio
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from sandbox.adapter import placeholders
from sandbox.adapter.adapter import Adapter, Dialect
from sandbox.adapter.control import Connect, ControlError
from sandbox.adapter.merchant import Unanswered
from sandbox.adapter.nursery import Nursery
from sandbox.adapter.shop import ShopFailed, Spawn, spawn
from sandbox.adapter.stage import Stage, stage_of
from sandbox.adapter.waiting import Stopwatch
from sandbox.adapter.world import CredentialsTaken, TlsDoor, world_of
from sandbox.scenario import shelf
from sandbox.scenario.chronicle import Chronicle
from sandbox.scenario.language import Scenario, walk
from sandbox.scenario.setting import prepare, tenant_of
from sandbox.scenario.story import Story, Unmet
from sandbox.scenario.verdict import Verdict

Watch = Callable[[Verdict], None]


class Tale(msgspec.Struct, frozen=True):
    """A scenario, the file it stands in, the flaws that the shop is started with, and the API in which it is told.

    `values` are its parameters, `case` how its case of the matrix is called; `seed` takes the place of its own.
    """

    file: str
    scenario: Scenario
    flaws: tuple[str, ...] = ()
    dialect: Dialect = "v2"
    values: dict[str, Any] = {}
    case: str = ""
    seed: str | None = None


class Manner(msgspec.Struct, frozen=True):
    """How stories are told: `watchful`, with a timeline of those that pass, too; `patience` bounds how many seconds an
    `expect` waits for a shop; `options` are those of the command that would tell one again."""

    watchful: bool = False
    patience: float | None = None
    options: str = ""


def tellings(tale: Tale, adapter: Adapter, given: Mapping[str, Any] | None = None) -> list[Tale]:
    """The tale in each dialect that it holds for and the shop speaks, and in each case of its matrix.

    Where there is no such dialect, in one that the shop will lack. `given` are parameters from outside.
    """
    told = []
    for values in tale.scenario.cases(given or {}):
        chosen = {name: values[name] for name in values if name in tale.scenario.matrix or name in (given or {})}
        case = ", ".join(f"{name}={value}" for name, value in chosen.items())
        told += in_dialects(msgspec.structs.replace(tale, values=values, case=case), adapter)
    return told


def in_dialects(tale: Tale, adapter: Adapter) -> list[Tale]:
    """The tale in each dialect that it holds for and the shop speaks; where there is none, in one that it will lack."""
    common = [dialect for dialect in tale.scenario.dialects if dialect in adapter.dialects]
    return [msgspec.structs.replace(tale, dialect=dialect) for dialect in common or tale.scenario.dialects[:1]]


USUAL = Manner()


class Runner:
    """Tells stories to one shop. `connect` gives a tenant's control API; any tenant's can make others.

    Without a TLS `door`, stories that are told over TLS are skipped.
    """

    def __init__(self, adapter: Adapter, connect: Connect, door: TlsDoor | None = None, manner: Manner = USUAL) -> None:
        self._adapter = adapter
        self._connect = connect
        self._door = door
        self._manner = manner
        self._spawn: Spawn = spawn

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

        if len(tales) < 2 or not Nursery.fits(self._adapter):
            return list(await asyncio.gather(*(told(tale) for tale in tales)))
        async with Nursery(self._adapter) as nursery:
            self._spawn = nursery.spawn
            return list(await asyncio.gather(*(told(tale) for tale in tales)))

    async def tell(self, tale: Tale) -> Verdict:
        """One story, from an empty tenant to its verdict."""
        watch = Stopwatch()
        verdict = Verdict(
            scenario=tale.scenario.name,
            dialect=tale.dialect,
            case=tale.case,
            file=tale.file,
            summary=tale.scenario.summary,
            outcome="passed",
            seconds=0.0,
            flaws=tale.flaws,
        )
        reason = self._lacking(tale)
        if reason:
            return msgspec.structs.replace(verdict, outcome="skipped", reason=reason)
        try:
            door = self._door if tale.scenario.door == "https" or self._adapter.doors else None
            asked = tenant_of(tale.scenario, tale.values, tale.seed)
            async with world_of(self._adapter, self._connect, asked, door) as world:
                seed = str(world.made.get("seed", ""))
                verdict = msgspec.structs.replace(verdict, seed=seed, again=self._again(tale, seed))
                await prepare(world.control, tale.scenario, {**world.memory(), **tale.values})
                async with stage_of(self._adapter, world, tale.dialect, tale.flaws, self._spawn) as stage:
                    stage.memory.update(tale.values)
                    verdict = await self._tell_steps(tale, stage, verdict)
        except (ShopFailed, CredentialsTaken, ControlError, placeholders.Unknown) as error:
            verdict = msgspec.structs.replace(verdict, outcome="broken", reason=str(error))
        return msgspec.structs.replace(verdict, seconds=round(watch.seconds, 3))

    def _again(self, tale: Tale, seed: str) -> str:
        """What tells this story in just this way once more."""
        words = ["wechatpay-sandbox", "scenario", "run", shelf.spelt(tale.file), "--api", tale.dialect, "--seed", seed]
        for name, value in tale.values.items():
            words += ["--set", f"{name}={value}"]
        for flaw in tale.flaws:
            words += ["--flaw", flaw]
        return f"{shlex.join(words)} {self._manner.options}".rstrip()

    def _lacking(self, tale: Tale) -> str:
        if tale.dialect not in self._adapter.dialects:
            return f"the adapter {self._adapter.name} does not speak {tale.dialect} (dialects:)"
        if tale.scenario.door == "https" and (self._door is None or self._adapter.start is None):
            return "told over TLS (door: https), which needs a shop and a sandbox that the runner starts"
        if self._adapter.doors and self._door is None:
            return f"the adapter {self._adapter.name} needs a sandbox that the runner starts (doors:)"
        for step in walk(tale.scenario.story):
            actor, _, name = step.verb.partition(".")
            if actor == "merchant" and (reason := self._adapter.lacks(name, step.arguments, step.expect or {})):
                return reason
            looked = step.arguments.get("merchant") if step.verb in ("expect", "eventually") else None
            if looked is not None and (reason := self._adapter.lacks("status", {}, looked)):
                return reason
        return ""

    async def _tell_steps(self, tale: Tale, stage: Stage, verdict: Verdict) -> Verdict:
        chronicle = Chronicle(stage.world.control, watchful=self._manner.watchful)
        patience = self._adapter.longest_wait(self._manner.patience)
        story = Story(stage, chronicle, patience)
        ending: dict[str, Any] = {}
        try:
            await story.begin()
            for step in tale.scenario.story:
                await story.tell(step)
        except Unmet as unmet:
            story.step = unmet.step
            ending = {"outcome": "failed", "reason": str(unmet), "differences": unmet.differences}
        except (Unanswered, placeholders.Unknown) as error:
            ending = {"outcome": "failed", "reason": str(error.args[0])}
        except (ShopFailed, ControlError) as error:
            ending = {"outcome": "broken", "reason": str(error)}
        if not ending and not self._manner.watchful:
            return verdict
        timeline = await chronicle.close()
        if ending and story.step is not None:
            step = story.step
            ending |= {"line": step.line, "step": step.verb, "elsewhere": step.file}
            ending["shop_log"] = tuple(stage.shop.log_tail())
        return msgspec.structs.replace(verdict, timeline=timeline, **ending)
