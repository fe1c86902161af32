"""The world of one merchant under test: a tenant of its own, gone when the test ends."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec

from sandbox.adapter.adapter import Adapter
from sandbox.adapter.control import Connect, Control, ControlError
from sandbox.adapter.credentials import NAMES, NUMBERS


class CredentialsTaken(Exception):
    """The shop's credentials are another tenant's; the message says whose and what to do."""


class TlsDoor(msgspec.Struct, frozen=True):
    """The sandbox's TLS door: its URL, and the file of the authority that vouches for it.

    `passage` are the variables that lead a program there which calls the platform's own hosts; an empty value means:
    take it away.
    """

    url: str
    ca: str
    passage: dict[str, str] = {}


class World(msgspec.Struct, frozen=True):
    """A tenant as `tenants.create` describes it (`made`), its control API, and the URL its shop is configured with.

    `ca` is the authority that vouches for that URL, when it is the TLS door's.
    """

    made: dict[str, Any]
    control: Control
    url: str
    ca: str = ""
    passage: dict[str, str] = {}

    def identity(self) -> dict[str, str]:
        """Who the shop is, and where its platform."""
        return {"sandbox_url": self.url, "ca": self.ca, **{name: str(self.made[name]) for name in NAMES}}

    def memory(self) -> dict[str, Any]:
        """What is known before the first step."""
        return {name: self.made[name] for name in (*NAMES, *NUMBERS, "merchants", "apps", "users")}


@asynccontextmanager
async def world_of(
    adapter: Adapter, connect: Connect, tenant: Mapping[str, Any] | None = None, door: TlsDoor | None = None
) -> AsyncIterator[World]:
    """A world of its own; `tenant` is what `tenants.create` is asked for, `door` is where the shop meets it.

    A shop that is running already gets a tenant of exactly its credentials. Raises CredentialsTaken, ControlError.
    """
    async with connect("") as maker:
        made = await _make(maker, adapter, dict(tenant or {}))
        try:
            async with connect(made["id"]) as control:
                if door is None:
                    yield World(made, control, adapter.sandbox or made["url"])
                else:
                    yield World(made, control, door.url, door.ca, door.passage if adapter.doors else {})
        finally:
            await maker.call("tenants.delete", {"id": made["id"]})


async def _make(maker: Control, adapter: Adapter, asked: dict[str, Any]) -> dict[str, Any]:
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
