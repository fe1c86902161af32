"""Where an audit takes place: a shop put up beside its tenant, or a notify URL of which nothing else is known."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec

from sandbox.adapter.adapter import Adapter, Dialect
from sandbox.adapter.control import Connect
from sandbox.adapter.shop import Spawn, spawn
from sandbox.adapter.stage import stage_of
from sandbox.adapter.world import TlsDoor, world_of
from sandbox.audit.case import Ground
from sandbox.audit.sender import PLATFORM_SECONDS, OutOfBounds, Sender, ensure_near, ensure_there
from sandbox.audit.shopfront import Shopfront


class Haste(msgspec.Struct, frozen=True):
    """Seconds of real time: within which an answer must come, that a merchant gets to do after it what it does, and
    until what must happen has happened."""

    answer: float = PLATFORM_SECONDS
    grace: float = 0.5
    patience: float = 4.0


NO_HASTE = Haste()

SILENCE = {"when": "notify.due", "do": {"drop": {}}, "name": "audit"}
"""What the platform itself would tell is lost: the merchant hears the probes alone."""


@asynccontextmanager
async def shop_ground(
    adapter: Adapter,
    connect: Connect,
    api: Dialect,
    *,
    budget: int,
    flaws: Sequence[str] = (),
    door: TlsDoor | None = None,
    spawn: Spawn = spawn,
    allowed: tuple[str, ...] = (),
    haste: Haste = NO_HASTE,
) -> AsyncIterator[Ground]:
    """The adapter's shop, speaking `api`, in a tenant of its own whose clock stands still; `spawn` starts it.

    `door` leads a shop to the sandbox that calls the platform's own hosts.

    Raises OutOfBounds, and what world_of and stage_of raise.
    """
    if adapter.notify_path is None:
        raise OutOfBounds(f"the adapter {adapter.name} does not say where notifications go: add notify_path: /…")
    async with (
        world_of(adapter, connect, {"clock": "virtual"}, door) as world,
        stage_of(adapter, world, api, flaws, spawn) as stage,
    ):
        url = str(stage.memory["notify_url"])
        await ensure_near(url, allowed)
        await world.control.call("rules.add", SILENCE)
        sender = Sender(url, api, budget, haste.answer)
        front = Shopfront(adapter, world.control, stage)
        try:
            yield Ground(
                api=api,
                made=world.made,
                control=world.control,
                sender=sender,
                front=front,
                grace=haste.grace,
                patience=haste.patience,
            )
        finally:
            await front.close()
            await sender.close()


@asynccontextmanager
async def url_ground(
    url: str, connect: Connect, api: Dialect, *, tenant: str, budget: int, allowed: tuple[str, ...] = ()
) -> AsyncIterator[Ground]:
    """A notify URL alone, told what `tenant` tells. Raises OutOfBounds, ControlError."""
    await ensure_near(url, allowed)
    await ensure_there(url)
    async with connect(tenant) as control:
        made = await control.call("tenants.get", {"id": tenant})
        sender = Sender(url, api, budget, NO_HASTE.answer)
        try:
            yield Ground(
                api=api,
                made=made,
                control=control,
                sender=sender,
                front=None,
                grace=NO_HASTE.grace,
                patience=NO_HASTE.patience,
            )
        finally:
            await sender.close()
