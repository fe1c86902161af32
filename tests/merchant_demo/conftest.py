"""Fixtures: the fake platforms and shops that talk to them."""

from contextlib import AsyncExitStack

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer
from fake_platform import FakePlatform, Shop
from fake_v3 import FakeV3Platform, key_files

from merchant_demo.app import open_shop
from merchant_demo.config import Settings
from merchant_demo.flaws import flawed


@pytest.fixture
async def platform():
    """The fake platform, running."""
    fake = FakePlatform()
    async with TestServer(fake.app()) as server:
        fake.url = str(server.make_url(""))
        yield fake


@pytest.fixture
async def open_a_shop(platform):
    """Opens shops against the fake platform: `await open_a_shop("flaw", …, setting=value)`."""
    async with AsyncExitStack() as stack:

        async def open_one(*flaws, **settings):
            chosen = {"platform": platform.url, "query_seconds": 3600.0, **settings}
            shop = msgspec.structs.replace(Settings(), **chosen)
            parts = flawed(shop.api, flaws)
            app = await stack.enter_async_context(open_shop(shop, parts))
            client = await stack.enter_async_context(TestClient(TestServer(app)))
            return Shop(client, platform, parts)

        yield open_one


@pytest.fixture
async def shop(open_a_shop):
    """The shop without a flaw."""
    return await open_a_shop()


@pytest.fixture
async def v3():
    """The fake platform of APIv3, running."""
    fake = FakeV3Platform()
    async with TestServer(fake.app()) as server:
        fake.url = str(server.make_url(""))
        yield fake


@pytest.fixture
async def open_a_v3_shop(v3, tmp_path):
    """Opens shops that speak APIv3: `await open_a_v3_shop("flaw", …, setting=value)`."""
    async with AsyncExitStack() as stack:

        async def open_one(*flaws, **settings):
            files = key_files(tmp_path)
            chosen = {"api": "v3", "platform": v3.url, "query_seconds": 3600.0, **files, **settings}
            shop = msgspec.structs.replace(Settings(), **chosen)
            app = await stack.enter_async_context(open_shop(shop, flawed("v3", flaws)))
            client = await stack.enter_async_context(TestClient(TestServer(app)))
            return Shop(client, v3)

        yield open_one


@pytest.fixture
async def v3_shop(open_a_v3_shop):
    """The shop without a flaw, over APIv3."""
    return await open_a_v3_shop()
