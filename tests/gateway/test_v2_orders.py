"""The life of a v2 order: placed, placed again, queried, closed, grown old."""

import re
from typing import Any

import pytest
from wire_merchant import to_xml, v2_sign

from sandbox.app import Sandbox
from sandbox.platform.tenants import NewTenant, Tenant
from sandbox.protocol import wiretime

PATH = "/pay/unifiedorder"
T = "T2026000001"
MINUTE, HOUR, DAY = 60, 3600, 86400


@pytest.fixture
def advance(box: Sandbox, tenant: Tenant) -> Any:
    """Move the tenant's clock on, in seconds."""

    async def move(seconds: int) -> None:
        await box.timers.advance(tenant, seconds * 1000)

    return move


def names(fields: dict[str, str]) -> list[str]:
    return list(fields)


async def test_a_new_order_answers_in_the_modern_layout_to_the_byte(merchant: Any) -> None:
    """CDATA, order of fields, line ends and missing final newline are those of the modern gateway (observed 2022)."""
    fields = await merchant.post(PATH, merchant.order())

    expected = "\n".join(
        [
            "<xml><return_code><![CDATA[SUCCESS]]></return_code>",
            "<return_msg><![CDATA[OK]]></return_msg>",
            "<result_code><![CDATA[SUCCESS]]></result_code>",
            f"<mch_id><![CDATA[{merchant.mch_id}]]></mch_id>",
            f"<appid><![CDATA[{merchant.appid}]]></appid>",
            f"<nonce_str><![CDATA[{fields['nonce_str']}]]></nonce_str>",
            f"<sign><![CDATA[{fields['sign']}]]></sign>",
            f"<prepay_id><![CDATA[{fields['prepay_id']}]]></prepay_id>",
            "<trade_type><![CDATA[JSAPI]]></trade_type>",
            "</xml>",
        ]
    )
    assert merchant.reply.body.decode() == expected
    assert merchant.reply.headers == {"Content-Type": "text/plain; charset=utf-8"}
    assert merchant.reply.status == 200


@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
async def test_replies_are_signed_as_the_request_was(merchant: Any, sign_type: str) -> None:
    """The sign covers every non-empty field under the request's sign_type."""
    reply = await merchant.post(PATH, merchant.order(sign_type=sign_type))

    assert reply["sign"] == v2_sign(reply, merchant.key, sign_type)


async def test_the_legacy_gateway_answers_in_its_own_order(merchant: Any, tenant: Tenant) -> None:
    """Until about 2020 identity came first and result_code after the sign."""
    tenant.change_settings({"v2.format": "legacy"})

    reply = await merchant.post(PATH, merchant.order(device_info="WEB"))

    assert names(reply) == [
        "return_code", "return_msg", "appid", "mch_id", "device_info", "nonce_str", "sign", "result_code", "prepay_id",
        "trade_type",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("trade_type", "extra"), [("NATIVE", "code_url"), ("MWEB", "mweb_url"), ("APP", None), ("JSAPI", None)]
)
async def test_each_trade_type_gets_its_handle(merchant: Any, trade_type: str, extra: str | None) -> None:
    """NATIVE has a code_url and MWEB an mweb_url behind trade_type; a prepay_id comes with all."""
    openid = merchant.openids[0] if trade_type == "JSAPI" else None

    reply = await merchant.post(PATH, merchant.order(trade_type=trade_type, openid=openid))

    assert reply["prepay_id"].startswith("wx")
    assert len(reply["prepay_id"]) == 36
    assert names(reply)[-1] == (extra or "trade_type")
    if extra == "code_url":
        assert reply["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")
        assert len(reply["code_url"]) <= 64
    if extra == "mweb_url":
        assert f"prepay_id={reply['prepay_id']}&package=" in reply["mweb_url"]


async def test_the_same_order_again_gets_a_new_prepay_id(merchant: Any) -> None:
    """Nonce, time_start and payer IP do not make it another order (observed 2024)."""
    first = await merchant.post(PATH, merchant.order())
    again = await merchant.post(
        PATH, merchant.order(nonce_str="another", time_start="20260101080000", spbill_create_ip="10.0.0.1")
    )

    assert again["result_code"] == "SUCCESS"
    assert again["prepay_id"] != first["prepay_id"]


async def test_a_setting_keeps_the_prepay_id(merchant: Any, tenant: Tenant) -> None:
    """`order.repost_prepay_id=same` answers the same one while it lives."""
    tenant.change_settings({"order.repost_prepay_id": "same"})
    first = await merchant.post(PATH, merchant.order())

    assert (await merchant.post(PATH, merchant.order(nonce_str="n2")))["prepay_id"] == first["prepay_id"]


@pytest.mark.parametrize(
    "change",
    [
        {"total_fee": "200"},
        {"body": "别的"},
        {"notify_url": "http://127.0.0.1:9/other"},
        {"attach": "x"},
        {"time_expire": "20260101093000"},
        {"trade_type": "NATIVE", "openid": None},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_changed_order_is_a_repeated_number(merchant: Any, change: dict[str, str | None]) -> None:
    """Any changed parameter but the exempt ones: INVALID_REQUEST, 201 商户订单号重复."""
    await merchant.post(PATH, merchant.order())

    reply = await merchant.post(PATH, merchant.order(**change))

    assert (reply["err_code"], reply["err_code_des"]) == ("INVALID_REQUEST", "201 商户订单号重复")
    assert names(reply) == [
        "return_code", "return_msg", "result_code", "err_code_des", "err_code", "mch_id", "appid", "nonce_str", "sign",
    ]  # fmt: skip


async def test_an_order_after_its_time_expire_is_closed_for_ordering_but_unpaid_in_queries(
    merchant: Any, advance: Any
) -> None:
    """time_expire ends paying and re-ordering; queries keep saying NOTPAY."""
    fields = merchant.order(time_expire="20260101083000")
    await merchant.post(PATH, fields)
    await advance(31 * MINUTE)

    again = await merchant.post(PATH, fields)
    query = await merchant.post("/pay/orderquery", merchant.query(out_trade_no=T))

    assert (again["err_code"], again["err_code_des"]) == ("ORDERCLOSED", "订单已关闭")
    assert query["trade_state"] == "NOTPAY"


async def test_the_platform_closes_an_unpaid_order_after_seven_days(merchant: Any, advance: Any) -> None:
    """A second before it is NOTPAY, at seven days CLOSED, and its number is repeated rather than closed."""
    await merchant.post(PATH, merchant.order())
    await advance(7 * DAY - 1)
    before = await merchant.post("/pay/orderquery", merchant.query(out_trade_no=T))
    await advance(1)
    after = await merchant.post("/pay/orderquery", merchant.query(out_trade_no=T))
    again = await merchant.post(PATH, merchant.order())

    assert (before["trade_state"], after["trade_state"]) == ("NOTPAY", "CLOSED")
    assert (after["trade_state_desc"], again["err_code_des"]) == ("订单已关闭", "201 商户订单号重复")


async def test_auto_close_can_be_switched_off(merchant: Any, tenant: Tenant, advance: Any) -> None:
    """`order.auto_close=off` leaves an unpaid order unpaid for ever."""
    tenant.change_settings({"order.auto_close": "off"})
    await merchant.post(PATH, merchant.order())
    await advance(400 * DAY)

    assert (await merchant.post("/pay/orderquery", merchant.query(out_trade_no=T)))["trade_state"] == "NOTPAY"


@pytest.mark.parametrize(
    ("expire", "accepted"), [("20260101080100", True), ("20260101080059", False), ("20260101003000", False)]
)
async def test_time_expire_is_at_least_a_minute_ahead(merchant: Any, expire: str, accepted: bool) -> None:
    """One minute to the second; a UTC clock is eight hours early, and the diagnosis says so."""
    reply = await merchant.post(PATH, merchant.order(time_expire=expire))

    assert (reply["return_code"] == "SUCCESS") is accepted
    if not accepted:
        assert reply["return_msg"] == "time_expire时间过短，刷卡至少1分钟，其他5分钟"
    if expire == "20260101003000":
        assert "UTC" in merchant.reply.headers["Sandbox-Diagnosis"]


@pytest.mark.parametrize(("minutes", "named"), [(30, True), (-30, False)])
async def test_a_merchant_that_dates_by_its_own_clock_hears_that_ours_was_advanced(
    box: Sandbox, merchant: Any, minutes: int, named: bool
) -> None:
    """By how much, and what to do; not where time_expire would be past by the machine's clock as well."""
    tenant = box.tenants.create(NewTenant(clock="virtual"), "8")
    merchant = type(merchant)(box, tenant)
    await box.timers.advance(tenant, (24 * HOUR + 4 * MINUTE) * 1000)
    expire = wiretime.compact(box.wall.now() + minutes * 60_000)

    await merchant.post(PATH, merchant.order(time_expire=expire))

    diagnosis = list(tenant.journal)[-1].diagnosis
    assert diagnosis is not None
    assert diagnosis.code == "TIME_EXPIRE_TOO_SOON"
    assert bool(re.search(r"the tenant's was advanced and is 24h[34]m(\d+s)? ahead of it", diagnosis.summary)) is named
    assert ("Order first and advance then" in diagnosis.fix) is named


async def test_an_unpaid_query_has_the_modern_layout(merchant: Any) -> None:
    """device_info stands empty after appid, total_fee is bare, nonce_str and sign come last (observed 2023)."""
    await merchant.post(PATH, merchant.order())

    reply = await merchant.post("/pay/orderquery", merchant.query(out_trade_no=T))

    assert names(reply) == [
        "return_code", "return_msg", "result_code", "mch_id", "appid", "device_info", "trade_state", "total_fee",
        "out_trade_no", "trade_state_desc", "nonce_str", "sign",
    ]  # fmt: skip
    assert b"<total_fee>199</total_fee>" in merchant.reply.body
    assert b"<device_info><![CDATA[]]></device_info>" in merchant.reply.body


async def test_a_paid_query_has_the_modern_layout(merchant: Any) -> None:
    """As observed in 2024; amounts are bare, an attach that was not sent is empty."""
    transaction_id = await merchant.pay()

    reply = await merchant.post("/pay/orderquery", merchant.query(out_trade_no=T))

    assert names(reply) == [
        "return_code", "return_msg", "result_code", "mch_id", "appid", "openid", "is_subscribe", "trade_type",
        "trade_state", "bank_type", "total_fee", "fee_type", "cash_fee", "cash_fee_type", "transaction_id",
        "out_trade_no", "attach", "time_end", "trade_state_desc", "nonce_str", "sign",
    ]  # fmt: skip
    assert (reply["trade_state"], reply["trade_state_desc"]) == ("SUCCESS", "支付成功")
    assert reply["transaction_id"] == transaction_id
    assert reply["time_end"] == "20260101080000"


async def test_transaction_id_wins_over_out_trade_no(merchant: Any) -> None:
    """Both given, the platform's number counts."""
    transaction_id = await merchant.pay()

    reply = await merchant.post("/pay/orderquery", merchant.query(out_trade_no="other", transaction_id=transaction_id))

    assert reply["out_trade_no"] == T


async def test_another_merchant_does_not_see_the_order(merchant: Any, tenant: Tenant) -> None:
    """An out_trade_no belongs to one mch_id; a transaction_id of somebody else's does not exist either."""
    transaction_id = await merchant.pay()
    other = list(tenant.merchants.values())[2]
    fields = {**merchant.query(transaction_id=transaction_id), "mch_id": other.mchid}

    reply = await merchant.post("/pay/orderquery", fields, key=other.api_keys[0].text)

    assert (reply["err_code"], reply["err_code_des"]) == ("ORDERNOTEXIST", "订单不存在")
    assert names(reply).index("err_code") < names(reply).index("err_code_des")


async def test_closing(merchant: Any) -> None:
    """Unpaid closes; again is ORDERCLOSED; unknown ORDERNOTEXIST; and a closed number cannot be ordered again."""
    await merchant.post(PATH, merchant.order())
    close = merchant.query(out_trade_no=T)

    first = await merchant.post("/pay/closeorder", close)
    again = await merchant.post("/pay/closeorder", close)
    unknown = await merchant.post("/pay/closeorder", merchant.query(out_trade_no="nope"))
    reorder = await merchant.post(PATH, merchant.order())

    assert names(first) == [
        "return_code", "return_msg", "result_code", "mch_id", "appid", "nonce_str", "sign", "result_msg",
    ]  # fmt: skip
    assert first["result_msg"] == "OK"
    assert (again["err_code"], again["err_code_des"]) == ("ORDERCLOSED", "订单已关闭")
    assert (unknown["err_code"], reorder["err_code"]) == ("ORDERNOTEXIST", "ORDERCLOSED")


async def test_a_service_provider_orders_for_its_sub_merchant(merchant: Any, tenant: Tenant) -> None:
    """sub_mch_id is echoed after appid, and the order is found only with it."""
    provider = next(one for one in tenant.merchants.values() if one.kind == "provider")
    sub = next(one for one in tenant.merchants.values() if one.kind == "sub")
    key = provider.api_keys[0].text
    identity = {"mch_id": provider.mchid, "sub_mch_id": sub.mchid}

    reply = await merchant.post(PATH, merchant.order(**identity), key=key)
    found = await merchant.post("/pay/orderquery", merchant.query(out_trade_no=T, **identity), key=key)

    assert names(reply)[3:7] == ["mch_id", "appid", "sub_mch_id", "nonce_str"]
    assert found["trade_state"] == "NOTPAY"


@pytest.mark.parametrize(
    "body",
    [
        b"<root>%s</root>",
        b'<?xml version="1.0" encoding="utf-8"?>\n<xml>\n  %s\n</xml>\n',
        b'<?xml version="1.0" standalone="yes"?><xml>%s</xml>',
        b"\xef\xbb\xbf<xml>%s</xml>",
    ],
    ids=["root", "declaration", "standalone", "bom"],
)
async def test_any_envelope_that_sdks_send_is_read(merchant: Any, body: bytes) -> None:
    """Root name, declaration, pretty printing and BOM do not matter (measured with twenty SDKs)."""
    fields = merchant.order()
    fields["sign"] = v2_sign(fields, merchant.key)
    inner = to_xml(fields).removeprefix(b"<xml>").removesuffix(b"</xml>")

    reply = await merchant.post(PATH, body % inner)

    assert reply["result_code"] == "SUCCESS"


async def test_empty_and_unknown_elements_are_no_obstacle(merchant: Any) -> None:
    """Empty ones are not part of the sign, unknown ones are."""
    reply = await merchant.post(PATH, merchant.order(goods_tag="", wholly_unknown="x"))

    assert reply["result_code"] == "SUCCESS"
