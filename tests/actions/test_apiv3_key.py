"""A reset APIv3 key counts at once, in the middle of a ladder too."""

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.exceptions import InvalidTag
from v3_merchant import V3Merchant

from sandbox.actions.pay import Pay, pay
from sandbox.actions.reset_apiv3_key import ResetApiv3Key, reset_apiv3_key
from sandbox.app import Sandbox
from sandbox.platform.tenants import Tenant

NEW = "0123456789abcdef0123456789ABCDEF"


@pytest.fixture
async def heard() -> AsyncIterator[tuple[str, list[bytes]]]:
    """A notify URL that refuses everything, and what came to it."""
    bodies: list[bytes] = []

    async def hear(request: web.Request) -> web.Response:
        bodies.append(await request.read())
        return web.Response(status=500)

    app = web.Application()
    app.router.add_post("/notify", hear)
    async with TestServer(app) as server:
        yield str(server.make_url("/notify")), bodies


async def test_the_next_attempt_is_encrypted_with_the_new_key(
    box: Sandbox, tenant: Tenant, heard: tuple[str, list[bytes]]
) -> None:
    """The first attempt opens with the old key, the second with the new one only."""
    url, bodies = heard
    m = V3Merchant(box, tenant)
    await m.call("POST", "/v3/pay/transactions/jsapi", m.order(notify_url=url))
    await pay.run(box.desk(tenant), Pay(out_trade_no="T2026000001"))
    await box.timers.settle(tenant)
    done = await reset_apiv3_key.run(box.desk(tenant), ResetApiv3Key(mchid=m.mchid, apiv3_key=NEW))
    await box.timers.advance(tenant, 15_000)

    before, after = (json.loads(body)["resource"] for body in bodies)
    assert m.decrypt(before)["out_trade_no"] == "T2026000001"
    with pytest.raises(InvalidTag):
        m.decrypt(after)
    m.apiv3_key = NEW
    assert m.decrypt(after)["out_trade_no"] == "T2026000001"
    assert done.apiv3_key == NEW


async def test_a_key_is_drawn_when_none_is_given(box: Sandbox, tenant: Tenant) -> None:
    """32 letters and digits, another one each time."""
    mchid = next(iter(tenant.merchants))

    drawn = [(await reset_apiv3_key.run(box.desk(tenant), ResetApiv3Key(mchid=mchid))).apiv3_key for _ in range(2)]

    assert all(len(key) == 32 and key.isalnum() for key in drawn)
    assert drawn[0] != drawn[1]
