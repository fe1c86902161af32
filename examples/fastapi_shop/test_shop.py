"""The shop lives in the test's own loop; WeChat Pay is a fixture that is awaited."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn

from sandbox.testing import WeChatPay

from .shop import create_app


@pytest.fixture
async def shop(wechatpay: WeChatPay) -> AsyncIterator[httpx.AsyncClient]:
    """The shop on a port of its own, as the page sees it."""
    me = wechatpay.credentials
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        names = ("appid", "app_secret", "mch_id", "apiv3_key", "serial_no", "key_pem")
        told = {name: getattr(me, name) for name in names}
        app = create_app({**told, "notify_url": f"{address}/notify"}, platform=wechatpay.url)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        serving = asyncio.create_task(server.serve([listener]))
        async with httpx.AsyncClient(base_url=address) as client:
            yield client  # it waits in the listener's queue until the server has started
        server.should_exit = True
        await serving


async def buy(shop: httpx.AsyncClient, wechatpay: WeChatPay) -> Any:
    """What the page does until the cashier opens."""
    login = await wechatpay.login_code()
    return (await shop.post("/orders", params={"code": login.code})).json()


async def status(shop: httpx.AsyncClient, order: Any) -> Any:
    """What the page shows."""
    return (await shop.get(f"/orders/{order['out_trade_no']}")).json()["status"]


async def test_a_paid_order_is_paid(shop: httpx.AsyncClient, wechatpay: WeChatPay) -> None:
    """The launch parameters pass the client's checks, and the notification passes the shop's."""
    order = await buy(shop, wechatpay)
    assert await status(shop, order) == "unpaid"

    await wechatpay.pay(order["payment"])

    assert await status(shop, order) == "paid"
    await wechatpay.expect_notification(order, attempts=1)
    await wechatpay.assert_called("query_by_out_trade_no", times=1)


async def test_a_forged_answer_gets_nobody_to_the_cashier(shop: httpx.AsyncClient, wechatpay: WeChatPay) -> None:
    """A prepay_id that WeChat Pay did not sign never reaches the page."""
    await wechatpay.rule("reply.ready", "forge", only={"endpoint": "v3.jsapi"})
    login = await wechatpay.login_code()

    answer = await shop.post("/orders", params={"code": login.code})

    assert answer.status_code == 500
    assert await wechatpay.assert_no_unverified() == 1


async def test_a_busy_platform_is_not_the_pages_fault(shop: httpx.AsyncClient, wechatpay: WeChatPay) -> None:
    """The platform's error is passed on, and the next try succeeds."""
    await wechatpay.fail_next("v3.jsapi", "SYSTEM_ERROR")
    login = await wechatpay.login_code()

    assert (await shop.post("/orders", params={"code": login.code})).json() == {"detail": "SYSTEM_ERROR"}
    assert "payment" in await buy(shop, wechatpay)


async def test_nobody_hears_of_a_payment(shop: httpx.AsyncClient, wechatpay: WeChatPay) -> None:
    """Every notification is lost for a day; the page asks and learns."""
    await wechatpay.rule("notify.due", "drop")
    order = await buy(shop, wechatpay)
    await wechatpay.pay(order["payment"])

    await wechatpay.drain()

    assert await status(shop, order) == "paid"
    notification = await wechatpay.expect_notification(order, acknowledged=False, attempts=16)
    assert notification.state == "given-up"
