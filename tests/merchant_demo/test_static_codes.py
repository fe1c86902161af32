"""Static codes: what is printed, and what the shop answers when the platform asks for an order."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from fake_platform import document, fields_in, signature

QUESTION = {
    "appid": "wx5a4d8bf0c0de0001", "openid": "oPayer", "mch_id": "1900000001", "is_subscribe": "N", "nonce_str": "N1",
    "product_id": "coffee",
}  # fmt: skip


async def ask(shop, **changed):
    """The fields of the shop's answer to a question, signed unless a sign is given."""
    said = {**QUESTION, **changed}
    said = {"sign": signature(said), **said}
    async with shop.client.post("/wechatpay/static", data=document(said)) as response:
        assert response.status == 200
        return fields_in(await response.read())


async def test_a_code_names_a_product_and_is_signed(shop):
    """With the address that the merchant platform must know; a product that is not sold has none."""
    status, said = await shop.call("GET", "/static-codes/coffee")
    parts = dict(parse_qsl(urlsplit(said["code_url"]).query))
    assert (status, said["code_url"].split("?")[0]) == (200, "weixin://wxpay/bizpayurl")
    assert parts["product_id"] == "coffee"
    assert parts["sign"] == signature(parts)
    assert said["callback_url"].endswith("/wechatpay/static")
    status, _ = await shop.call("GET", "/static-codes/gold")
    assert status == 400


async def test_each_question_is_answered_with_a_new_order(shop, platform):
    """A signed prepay_id of a NATIVE order at the product's price."""
    first, second = await ask(shop), await ask(shop)
    assert (first["return_code"], first["result_code"]) == ("SUCCESS", "SUCCESS")
    assert first["sign"] == signature(first)
    assert first["prepay_id"] != second["prepay_id"]
    orders = platform.sent_to("unifiedorder")
    assert {(one["trade_type"], one["product_id"], one["total_fee"]) for one in orders} == {("NATIVE", "coffee", "199")}
    assert len({one["out_trade_no"] for one in orders}) == 2


@pytest.mark.parametrize("changed", [{"sign": "A" * 32}, {"sign": ""}, {"product_id": "gold"}])
async def test_what_is_not_ours_gets_no_order(shop, platform, changed):
    """A question without our signature, or for what is not sold."""
    answer = await ask(shop, **changed)
    assert answer["return_code"] == "FAIL"
    assert platform.sent_to("unifiedorder") == []


async def test_an_order_that_the_platform_refuses_is_said(shop, platform):
    """The payer's phone hears why, and no prepay_id is made up."""
    platform.refuse["unifiedorder"] = {"return_code": "FAIL", "return_msg": "签名错误"}
    answer = await ask(shop)
    assert (answer["return_code"], "prepay_id" in answer) == ("FAIL", False)
