"""Runs scenarios against a shop and gives each a verdict."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from sandbox.scenario import placeholders
from sandbox.scenario.adapter import CREDENTIALS, Adapter
from sandbox.scenario.control import Connect, Control, ControlError
from sandbox.scenario.language import Scenario
from sandbox.scenario.merchant import Driver, Unanswered
from sandbox.scenario.observation import attempts_of, exchanges_of
from sandbox.scenario.process import Shop, ShopFailed, ready
from sandbox.scenario.story import Story, Unmet
from sandbox.scenario.verdict import Event, Verdict
from sandbox.scenario.waiting import Stopwatch

Watch = Callable[[Verdict], None]


class Tale(msgspec.Struct, frozen=True):
    """A scenario, the file it stands in, and the flaws that the shop is started with."""

    file: str
    scenario: Scenario
    flaws: tuple[str, ...] = ()


class World(msgspec.Struct, frozen=True):
    """The tenant of one story as `tenants.create` describes it, and the URL that its shop is configured with."""

    made: dict[str, Any]
    url: str

    @property
    def tenant(self) -> str:
        """The tenant's id."""
        return str(self.made["id"])

    def identity(self) -> dict[str, str]:
        """Who the shop is, and where its platform."""
        return {"sandbox_url": self.url, **{name: str(self.made[name]) for name in CREDENTIALS}}

    def memory(self) -> dict[str, Any]:
        """What a story knows before its first step."""
        return {name: self.made[name] for name in (*CREDENTIALS, "merchants", "apps", "users")}


class Runner:
    """Tells stories to one shop. `connect` gives a tenant's control API; any tenant's can make others."""

    def __init__(self, adapter: Adapter, connect: Connect) -> None:
        self._adapter = adapter
        self._connect = connect

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
            file=tale.file,
            summary=tale.scenario.summary,
            outcome="passed",
            seconds=0.0,
            seed=tale.scenario.seed,
            flaws=tale.flaws,
        )
        reason = self._lacking(tale.scenario)
        if reason:
            return msgspec.structs.replace(verdict, outcome="skipped", reason=reason)
        try:
            async with self._world(tale.scenario) as world:
                verdict = await self._told(tale, world, verdict)
        except (ShopFailed, ControlError, aiohttp.ClientError) as error:
            verdict = msgspec.structs.replace(verdict, outcome="broken", reason=str(error))
        return msgspec.structs.replace(verdict, seconds=round(watch.seconds, 3))

    def _lacking(self, scenario: Scenario) -> str:
        for step in scenario.story:
            actor, _, name = step.verb.partition(".")
            if actor == "merchant" and (reason := self._adapter.lacks(name, step.arguments)):
                return reason
            if step.verb == "expect" and "merchant" in step.arguments and (reason := self._adapter.lacks("status", {})):
                return reason
        return ""

    @asynccontextmanager
    async def _world(self, scenario: Scenario) -> AsyncIterator[World]:
        """A tenant of the story's own, under its conditions; gone when the block ends."""
        clock = scenario.conditions()
        asked: dict[str, Any] = {"clock": clock.kind, "settings": dict(scenario.tenant.settings)}
        if clock.start is not None:
            asked["start"] = round(datetime.fromisoformat(clock.start).timestamp() * 1000)
        if scenario.seed is not None:
            asked["seed"] = scenario.seed
        async with self._connect("") as maker:
            if self._adapter.credentials is not None:
                asked["id"] = f"scenario-{self._adapter.credentials.mch_id}"
                asked["credentials"] = msgspec.to_builtins(self._adapter.credentials)
                await _forget(maker, asked["id"])
            made = await maker.call("tenants.create", asked)
            try:
                yield World(made, self._adapter.sandbox or made["url"])
            finally:
                await maker.call("tenants.delete", {"id": made["id"]})

    async def _told(self, tale: Tale, world: World, verdict: Verdict) -> Verdict:
        with tempfile.TemporaryDirectory(prefix="wechatpay-sandbox-") as folder:
            shop = None
            if self._adapter.start is not None:
                shop = Shop(self._adapter, world.identity(), tale.flaws, Path(folder))
            # A shop on this machine sets its cookies for an IP address.
            jar = aiohttp.CookieJar(unsafe=True)
            async with self._connect(world.tenant) as control, aiohttp.ClientSession(cookie_jar=jar) as session:
                await _set_up(control, tale.scenario, world.memory())
                try:
                    await self._ensure_shop(shop, session)
                    return await self._tell_steps(tale, world, verdict, control, shop, session)
                finally:
                    if shop is not None:
                        await shop.kill()

    async def _ensure_shop(self, shop: Shop | None, session: aiohttp.ClientSession) -> None:
        if shop is not None:
            await shop.start(session)
        elif not await ready(self._adapter, str(self._adapter.url), session):
            where = f"{self._adapter.url}: start it, or correct url: in the adapter {self._adapter.name}"
            raise ShopFailed(f"no shop answers at {where}")

    async def _tell_steps(
        self,
        tale: Tale,
        world: World,
        verdict: Verdict,
        control: Control,
        shop: Shop | None,
        session: aiohttp.ClientSession,
    ) -> Verdict:
        url = shop.url if shop is not None else str(self._adapter.url)
        memory = {**world.memory(), "notify_url": url + (self._adapter.notify_path or "")}
        driver = Driver(self._adapter, url, session, memory)
        story = Story(control, driver, shop, session, memory)
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
            timeline = [*story.told, *await _seen(control)]
            log = shop.log_tail() if shop is not None else []
            return msgspec.structs.replace(
                verdict, line=step.line, step=step.verb, timeline=tuple(timeline), shop_log=tuple(log), **ending
            )
        return verdict


async def _forget(maker: Control, tenant: str) -> None:
    """Take away what a run that was killed has left behind."""
    with suppress(ControlError):
        await maker.call("tenants.delete", {"id": tenant})


async def _set_up(control: Control, scenario: Scenario, memory: Mapping[str, Any]) -> None:
    tenant = scenario.tenant
    if tenant.merchant:
        await control.call("console.merchant", {"mchid": memory["mch_id"], **tenant.merchant})
    if tenant.app:
        await control.call("console.app", {"appid": memory["appid"], **tenant.app})
    for rule in scenario.rules:
        await control.call("rules.add", placeholders.fill(msgspec.to_builtins(rule), {}, memory))


async def _seen(control: Control) -> list[Event]:
    """What the sandbox knows of the story: every request it answered, every notification it sent."""
    requests = [
        Event(one["endpoint"] or "unclaimed", _told(one)) for one in await exchanges_of(control, unclaimed=True)
    ]
    attempts = [
        Event("notification", f"{one['verdict']} {one['reason']}".rstrip(), one["due_in"])
        for one in await attempts_of(control)
    ]
    return [*requests, *attempts]


def _told(exchange: Mapping[str, Any]) -> str:
    parts = [f"{exchange['method']} {exchange['target']} -> {exchange['status']}", exchange["said"], *exchange["notes"]]
    if exchange["diagnosis"]:
        parts.append(exchange["diagnosis"]["summary"])
    return " · ".join(part for part in parts if part)
