"""Scanning a static code: the phone asks the shop for an order of the product, and pays what it answers."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from wire_merchant import from_xml, to_xml, v2_sign
from wire_phone import Phone

T = "T2026000001"
Answer = Callable[[dict[str, str]], Awaitable[dict[str, str] | None]]


def code(m: Any, **changes: str) -> str:
    """A signed static code of product 88888."""
    said = {"appid": m.appid, "mch_id": m.mch_id, "nonce_str": "N1", "product_id": "88888", "time_stamp": "1767225600"}
    said["sign"] = v2_sign(said, m.key)
    query = "&".join(f"{name}={value}" for name, value in {**said, **changes}.items())
    return f"weixin://wxpay/bizpayurl?{query}"


async def scanned(m: Any, answer: Answer, text: str = "") -> tuple[dict[str, Any], dict[str, str]]:
    """What the scanner shows, and what the shop was asked."""
    heard: dict[str, str] = {}

    async def callback(request: web.Request) -> web.Response:
        heard.update(from_xml(await request.read()))
        said = await answer(heard)
        return web.Response(body=to_xml(said)) if said is not None else web.Response(status=500)

    app = web.Application()
    app.router.add_post("/scan", callback)
    async with TestServer(app) as server:
        url = str(server.make_url("/scan"))
        await Phone(m).do("console.merchant", mchid=m.mch_id, native_callback_url=url)
        shown = await Phone(m).do("user.scan", code_url=text or code(m), user="xiaoming")
    return shown, heard


def ordering(m: Any, **changes: str) -> Answer:
    """A shop that orders and answers with the prepay_id, signed."""

    async def answer(asked: dict[str, str]) -> dict[str, str]:
        order = m.order(T, trade_type="NATIVE", product_id=asked["product_id"], openid=None)
        prepay_id = (await m.post("/pay/unifiedorder", order))["prepay_id"]
        said = {
            "return_code": "SUCCESS", "appid": m.appid, "mch_id": m.mch_id, "nonce_str": "N2", "prepay_id": prepay_id,
            "result_code": "SUCCESS",
        }  # fmt: skip
        return {**said, "sign": v2_sign(said, m.key), **changes}

    return answer


async def silent(_: dict[str, str]) -> None:
    """A shop that fails."""


async def test_the_shop_is_asked_and_its_order_paid(merchant: Any) -> None:
    """Seven fields, signed with the merchant's key; the answer's prepay_id is paid by whoever scanned."""
    shown, heard = await scanned(merchant, ordering(merchant))

    assert (shown["paid"], shown["out_trade_no"], shown["dialog"]) == (True, T, None)
    assert list(heard) == ["appid", "openid", "mch_id", "is_subscribe", "nonce_str", "product_id", "sign"]
    assert (heard["openid"], heard["product_id"]) == (Phone(merchant).openid, "88888")
    assert heard["sign"] == v2_sign(heard, merchant.key)


async def test_a_short_link_leads_to_the_same(merchant: Any) -> None:
    """What /tools/shorturl made of the static code."""
    reply = await merchant.post("/tools/shorturl", merchant.query(long_url=code(merchant)))

    shown, _ = await scanned(merchant, ordering(merchant), reply["short_url"])

    assert shown["paid"] is True


@pytest.mark.parametrize("changes", [{"product_id": "1"}, {"mch_id": "1888888888"}, {"sign": "0" * 32}])
async def test_a_code_that_is_not_the_merchants_is_refused(merchant: Any, changes: dict[str, str]) -> None:
    """The shop is not even asked."""
    shown, heard = await scanned(merchant, ordering(merchant), code(merchant, **changes))

    assert (shown["explanation"]["code"], shown["dialog"], heard) == ("STATIC_CODE_WRONG", "二维码签名错误", {})


@pytest.mark.parametrize("fault", ["status", "sign", "failure"])
async def test_an_answer_that_leads_nowhere_is_explained(merchant: Any, fault: str) -> None:
    """A failed shop, a wrong signature, a shop that says FAIL."""
    answers: dict[str, Answer] = {
        "status": silent,
        "sign": ordering(merchant, sign="0" * 32),
        "failure": ordering(merchant, result_code="FAIL"),
    }

    shown, _ = await scanned(merchant, answers[fault])

    assert (shown["paid"], shown["explanation"]["code"]) == (False, "STATIC_CODE_UNANSWERED")


async def test_without_a_callback_nothing_can_be_asked(merchant: Any) -> None:
    """The explanation names the setting."""
    shown = await Phone(merchant).do("user.scan", code_url=code(merchant))

    assert shown["explanation"]["code"] == "STATIC_CODE_UNANSWERED"
    assert "native_callback_url" in shown["explanation"]["fix"]
