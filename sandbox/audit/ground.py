"""Where an audit takes place: a shop put up beside its tenant, or a notify URL of which nothing else is known."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import msgspec

from sandbox.adapter.adapter import Adapter, Dialect
from sandbox.adapter.control import Connect
from sandbox.adapter.stage import stage_of
from sandbox.adapter.world import world_of
from sandbox.audit.case import Ground
from sandbox.audit.sender import PLATFORM_SECONDS, OutOfBounds, Sender, ensure_near, ensure_there
from sandbox.audit.shopfront import Shopfront

GRACE_SECONDS = 0.5
PATIENCE_SECONDS = 4.0

HURRY = {
    "SHOP_QUERY_SECONDS": "600",
    "SHOP_SLOW_SECONDS": "2",
    "SHOP_COMMIT_SECONDS": "0.5",
    "SHOP_REFRESH_SECONDS": "0",
}
"""The shop asks the platform only when told to, so that nothing depends on when."""

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
    allowed: tuple[str, ...] = (),
    answer: float = PLATFORM_SECONDS,
    grace: float = GRACE_SECONDS,
    patience: float = PATIENCE_SECONDS,
) -> AsyncIterator[Ground]:
    """The adapter's shop, speaking `api`, in a tenant of its own whose clock stands still.

    Raises OutOfBounds, and what world_of and stage_of raise.
    """
    if adapter.notify_path is None:
        raise OutOfBounds(f"the adapter {adapter.name} does not say where notifications go: add notify_path: /…")
    async with (
        world_of(adapter, connect, {"clock": "virtual"}) as world,
        stage_of(adapter, world, api, flaws) as stage,
    ):
        url = str(stage.memory["notify_url"])
        await ensure_near(url, allowed)
        await world.control.call("rules.add", SILENCE)
        sender = Sender(url, api, budget, answer)
        front = Shopfront(adapter, world.control, stage.shop.url, stage.memory)
        try:
            yield Ground(
                api=api,
                made=world.made,
                control=world.control,
                sender=sender,
                front=front,
                grace=grace,
                patience=patience,
            )
        finally:
            await front.close()
            await sender.close()


def range_ground(
    adapter: Adapter, connect: Connect, flaw: str, api: Dialect, most: int
) -> AbstractAsyncContextManager[Ground]:
    """The bundled shop with a flaw, or without any, in a hurry: what it does late, it does within a second."""
    env = {**adapter.env, **HURRY}
    hasty = msgspec.structs.replace(adapter, env=env)
    flaws = (flaw,) if flaw else ()
    return shop_ground(hasty, connect, api, budget=most, flaws=flaws, answer=1.5, grace=0.25, patience=1.2)


@asynccontextmanager
async def url_ground(
    url: str, connect: Connect, api: Dialect, *, tenant: str, budget: int, allowed: tuple[str, ...] = ()
) -> AsyncIterator[Ground]:
    """A notify URL alone, told what `tenant` tells. Raises OutOfBounds, ControlError."""
    await ensure_near(url, allowed)
    await ensure_there(url)
    async with connect(tenant) as control:
        made = await control.call("tenants.get", {"id": tenant})
        sender = Sender(url, api, budget, PLATFORM_SECONDS)
        try:
            yield Ground(
                api=api,
                made=made,
                control=control,
                sender=sender,
                front=None,
                grace=GRACE_SECONDS,
                patience=PATIENCE_SECONDS,
            )
        finally:
            await sender.close()
