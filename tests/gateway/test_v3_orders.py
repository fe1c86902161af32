"""The life of a v3 order: placed, placed again, queried, closed; and one order book for both dialects."""

from typing import Any

import pytest
from v3_merchant import V3Merchant

from sandbox.app import Sandbox
from sandbox.platform.tenants import Tenant

JSAPI = "/v3/pay/transactions/jsapi"
T = "T2026000001"


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


def query(m: V3Merchant, number: str = T) -> str:
    return f"/v3/pay/transactions/out-trade-no/{number}?mchid={m.mchid}"


async def test_an_order_gets_a_prepay_id_and_a_signed_answer(v3: V3Merchant) -> None:
    """200, compact JSON, the platform's headers in their exact spelling."""
    status, body = await v3.call("POST", JSAPI, v3.order())

    assert status == 200
    assert list(body) == ["prepay_id"]
    headers = v3.reply.headers
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Request-ID"].endswith("-0")
    assert headers["Wechatpay-Signature-Type"] == "WECHATPAY2-SHA256-RSA2048"
    assert headers["Wechatpay-Serial"] == headers["Wechatpay-Serial"].upper()


async def test_an_unpaid_query_has_the_observed_keys(v3: V3Merchant) -> None:
    """Alphabetical, no currency, no attach, an empty device_id and promotion_detail (observed 2022 to 2023)."""
    await v3.call("POST", JSAPI, v3.order())

    status, body = await v3.call("GET", query(v3))

    assert status == 200
    assert body == {
        "amount": {"payer_currency": "CNY", "total": 199},
        "appid": v3.appid,
        "mchid": v3.mchid,
        "out_trade_no": T,
        "promotion_detail": [],
        "scene_info": {"device_id": ""},
        "trade_state": "NOTPAY",
        "trade_state_desc": "订单未支付",
    }
    assert list(body) == sorted(body)


async def test_closing_is_204_signed_again_and_before_birth(v3: V3Merchant) -> None:
    """An empty body, signed, with a Content-Type; a number closed before it was ordered can never be ordered."""
    close = f"/v3/pay/transactions/out-trade-no/{T}/close"
    first = await v3.call("POST", close, {"mchid": v3.mchid})
    again = await v3.call("POST", close, {"mchid": v3.mchid})
    headers = v3.reply.headers
    ordered = await v3.call("POST", JSAPI, v3.order())
    asked = await v3.call("GET", query(v3))

    assert (first, again) == ((204, None), (204, None))
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert "Wechatpay-Signature" in headers
    assert ordered == (400, {"code": "INVALID_REQUEST", "message": "请求重入时，参数与首次请求时不一致"})
    assert asked == (404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"})


async def test_the_order_book_is_one(v3: V3Merchant, merchant: Any) -> None:
    """An order of v2 is seen by v3 and the other way round; ordering across is a repeated number."""
    await merchant.post("/pay/unifiedorder", merchant.order("V2ORDER001"))
    await v3.call("POST", JSAPI, v3.order("V3ORDER001"))

    seen_by_v3 = await v3.call("GET", query(v3, "V2ORDER001"))
    seen_by_v2 = await merchant.post("/pay/orderquery", merchant.query(out_trade_no="V3ORDER001"))
    across = await v3.call("POST", JSAPI, v3.order("V2ORDER001"))

    assert seen_by_v3[1]["trade_state"] == "NOTPAY"
    assert seen_by_v2["trade_state"] == "NOTPAY"
    assert across == (400, {"code": "INVALID_REQUEST", "message": "201 商户订单号重复"})


@pytest.mark.parametrize(
    ("change", "code", "message", "value"),
    [
        (
            {"amount": {"total": 0.01}},
            "PARAM_ERROR",
            "无法将 JSON 输入源“/body/amount/total”映射到目标字段“总金额”中，此字段需要一个合法的 64 位有符号整数",
            0.01,
        ),
        (
            {"amount": {"total": 0}},
            "PARAM_ERROR",
            "输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1",
            0,
        ),
        (
            {"payer": {}},
            "PARAM_ERROR",
            "输入源“/body/payer/openid”映射到字段“用户标识”必填性规则校验失败，此字段为必填项",
            "",
        ),
        (
            {"out_trade_no": "1"},
            "PARAM_ERROR",
            "输入源“/body/out_trade_no”映射到值字段“商户订单号”字符串规则校验失败，字节数 1，小于最小值 6",
            1,
        ),
        ({"trade_type": "JSAPI"}, "PARAM_ERROR", "请求中含有未在API文档中定义的参数", ["/body/trade_type"]),
    ],
    ids=["float", "zero", "no openid", "short number", "unknown field"],
)
async def test_complaints_are_the_observed_ones(
    v3: V3Merchant, change: dict[str, Any], code: str, message: str, value: Any
) -> None:
    """Text, location and value of the captures; the answer is signed."""
    status, body = await v3.call("POST", JSAPI, v3.order(**change))

    assert status == 400
    assert (body["code"], body["message"], body["detail"]["value"]) == (code, message, value)
    assert body["detail"]["location"] == (None if isinstance(value, list) else "body")
    assert "Wechatpay-Signature" in v3.reply.headers
