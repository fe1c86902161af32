"""The till is told everything, half of it, and nothing; pytest-aiohttp hosts it in the test's own loop."""

from collections.abc import Awaitable, Callable

import pytest
from aiohttp.pytest_plugin import AiohttpClient

from sandbox.testing import WeChatPay

from .shop import create_app

NUMBER = "T2026000001"
Till = Callable[..., Awaitable[str]]


@pytest.fixture
async def till(wechatpay: WeChatPay, aiohttp_client: AiohttpClient) -> Till:
    """Charge a payer's code: how the sale ended."""
    me = wechatpay.credentials
    client = await aiohttp_client(
        create_app({"appid": me.appid, "mch_id": me.mch_id, "api_key": me.api_key}, platform=wechatpay.url)
    )

    async def charge(**code: bool) -> str:
        shown = await wechatpay.payment_code(**code)
        sale = {"number": NUMBER, "auth_code": shown.auth_code, "total": 199}
        async with client.post("/till", json=sale) as response:
            return str((await response.json())["status"])

    return charge


async def test_a_code_is_charged(till: Till, wechatpay: WeChatPay) -> None:
    """At once, without a further question."""
    assert await till() == "paid"
    assert (await wechatpay.order(NUMBER)).trade_state == "SUCCESS"
    await wechatpay.assert_called("orderquery", times=0)


async def test_the_answer_is_lost(till: Till, wechatpay: WeChatPay) -> None:
    """The money moved and the till was not told: it asks."""
    await wechatpay.rule("reply.ready", "drop", only={"endpoint": "micropay"})

    assert await till() == "paid"
    await wechatpay.assert_called("micropay", times=1)
    await wechatpay.assert_called("orderquery", times=1)


async def test_the_payer_never_types_the_password(till: Till, wechatpay: WeChatPay) -> None:
    """After three questions the till takes it back, and no money has moved."""
    assert await till(password=True) == "cancelled"

    await wechatpay.assert_called("orderquery", times=3, out_trade_no=NUMBER)
    await wechatpay.assert_called("v2.reverse", times=1)
    assert (await wechatpay.order(NUMBER)).transaction_id == ""


async def test_a_reversal_has_to_be_repeated(till: Till, wechatpay: WeChatPay) -> None:
    """The platform is busy, and says so: the till insists."""
    await wechatpay.fail_next("v2.reverse", "SYSTEMERROR", times=2)

    assert await till(password=True) == "cancelled"
    await wechatpay.assert_called("v2.reverse", times=3)


@pytest.mark.parametrize("fault", ["forge", {"tamper": {"set": {"total_fee": "1"}}}])
async def test_nobody_else_says_that_it_is_paid(till: Till, wechatpay: WeChatPay, fault: object) -> None:
    """Answers that are not the platform's count as none: the till asks again until one is."""
    await wechatpay.rule("reply.ready", fault, only={"endpoint": "micropay"})

    assert await till() == "paid"
    assert await wechatpay.assert_no_unverified() == 1
    await wechatpay.assert_called("orderquery", times=1)
