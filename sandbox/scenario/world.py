"""The world of one story: a tenant of its own, under the story's conditions, gone when the story ends."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

import msgspec

from sandbox.scenario import placeholders
from sandbox.scenario.adapter import Adapter
from sandbox.scenario.control import Connect, Control, ControlError
from sandbox.scenario.credentials import NAMES, NUMBERS
from sandbox.scenario.language import Scenario


class CredentialsTaken(Exception):
    """The shop's credentials are another tenant's; the message says whose and what to do."""


class TlsDoor(msgspec.Struct, frozen=True):
    """The sandbox's TLS door: its URL, and the file of the authority that vouches for it."""

    url: str
    ca: str


class World(msgspec.Struct, frozen=True):
    """A tenant as `tenants.create` describes it (`made`), its control API, and the URL its shop is configured with.

    `ca` is the authority that vouches for that URL, when it is the TLS door's.
    """

    made: dict[str, Any]
    control: Control
    url: str
    ca: str = ""

    def identity(self) -> dict[str, str]:
        """Who the shop is, and where its platform."""
        return {"sandbox_url": self.url, "ca": self.ca, **{name: str(self.made[name]) for name in NAMES}}

    def memory(self) -> dict[str, Any]:
        """What a story knows before its first step."""
        return {name: self.made[name] for name in (*NAMES, *NUMBERS, "merchants", "apps", "users")}


@asynccontextmanager
async def world_of(
    scenario: Scenario, adapter: Adapter, connect: Connect, door: TlsDoor | None = None
) -> AsyncIterator[World]:
    """A story's world, with its rules in force; `door` is where its shop meets it.

    Raises CredentialsTaken, ControlError.
    """
    async with connect("") as maker:
        made = await _make(maker, scenario, adapter)
        try:
            async with connect(made["id"]) as control:
                there = (door.url, door.ca) if door is not None else (adapter.sandbox or made["url"], "")
                world = World(made, control, *there)
                await _set_up(control, scenario, world.memory())
                yield world
        finally:
            await maker.call("tenants.delete", {"id": made["id"]})


async def _make(maker: Control, scenario: Scenario, adapter: Adapter) -> dict[str, Any]:
    asked = _asked(scenario)
    if adapter.credentials is not None:
        asked["id"] = f"scenario-{adapter.credentials.mch_id}"
        asked["credentials"] = msgspec.to_builtins(adapter.credentials)
        # A run that was killed may have left its tenant behind.
        with suppress(ControlError):
            await maker.call("tenants.delete", {"id": asked["id"]})
    try:
        return await maker.call("tenants.create", asked)
    except ControlError as error:
        if not error.holder:
            raise
        raise CredentialsTaken(
            f"the shop's credentials belong to tenant {error.holder!r}, which is not ours to empty: give the shop an "
            f"appid and a mch_id of its own (any will do), in its configuration and in the adapter {adapter.name}"
        ) from None


def _asked(scenario: Scenario) -> dict[str, Any]:
    clock = scenario.conditions()
    asked: dict[str, Any] = {"clock": clock.kind, "settings": dict(scenario.tenant.settings)}
    if clock.start is not None:
        asked["start"] = round(datetime.fromisoformat(clock.start).timestamp() * 1000)
    if scenario.seed is not None:
        asked["seed"] = scenario.seed
    return asked


async def _set_up(control: Control, scenario: Scenario, memory: Mapping[str, Any]) -> None:
    tenant = scenario.tenant
    if tenant.merchant:
        await control.call("console.merchant", {"mchid": memory["mch_id"], **tenant.merchant})
    if tenant.app:
        await control.call("console.app", {"appid": memory["appid"], **tenant.app})
    for rule in scenario.rules:
        await control.call("rules.add", placeholders.fill(msgspec.to_builtins(rule), {}, memory))
