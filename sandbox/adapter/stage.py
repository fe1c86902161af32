"""A merchant under test put up in its world: its process, the connections to it, and its driver."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from sandbox.adapter import credentials
from sandbox.adapter.adapter import Adapter, Dialect
from sandbox.adapter.merchant import Driver
from sandbox.adapter.shop import Shop, ShopFailed, Spawn, shop_of, spawn
from sandbox.adapter.world import World


class Stage(msgspec.Struct, frozen=True):
    """Where a merchant under test stands; `memory` is what its driver knows, and grows by what it saves."""

    world: World
    shop: Shop
    session: aiohttp.ClientSession
    memory: dict[str, Any]
    driver: Driver


@asynccontextmanager
async def stage_of(
    adapter: Adapter, world: World, dialect: Dialect = "v2", flaws: Sequence[str] = (), spawn: Spawn = spawn
) -> AsyncIterator[Stage]:
    """The merchant, up and answering while the block lasts, told to speak `dialect`; `spawn` starts it.

    Raises ShopFailed.
    """
    if adapter.doors and not world.passage:
        raise ShopFailed(
            f"the adapter {adapter.name} says doors: true, so that its shop calls the platform's own hosts; nothing "
            "leads them to this sandbox"
        )
    # A shop on this machine sets its cookies for an IP address.
    jar = aiohttp.CookieJar(unsafe=True)
    with tempfile.TemporaryDirectory(prefix="wechatpay-sandbox-") as folder:
        identity = {**world.identity(), **credentials.write(world.made, Path(folder)), "api": dialect}
        shop = shop_of(adapter, identity, flaws, Path(folder), spawn, world.passage)
        memory = {**world.memory(), "notify_url": shop.url + (adapter.notify_path or "")}
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            try:
                await shop.start(session)
                yield Stage(world, shop, session, memory, Driver(adapter, shop.url, session, memory, shop.env))
            finally:
                await shop.kill()
