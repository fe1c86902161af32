"""What a merchant is told of a refund: v3 JSON at the request's URL, v2 XML at the merchant's own, or nothing."""

import base64
import hashlib
import json
import re
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from v3_merchant import V3Merchant

from sandbox.actions.pay import Pay, pay
from sandbox.actions.refunds import EndRefund, MakeRefund, end, make
from sandbox.app import Sandbox
from sandbox.platform.moments import Moment
from sandbox.platform.rules import RuleSpec
from sandbox.platform.tenants import Tenant

T, R = "T2026000001", "R2026000001"


@pytest.fixture
async def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, with a paid order."""
    m = V3Merchant(box, tenant)
    await m.call("POST", "/v3/pay/transactions/jsapi", m.order(T))
    await pay.run(box.desk(tenant), Pay(out_trade_no=T))
    await box.timers.settle(tenant)
    return m


async def refunded(m: V3Merchant, notify_url: str = "", **changes: Any) -> Any:
    """A refund through v3 and its end; what creating it answered."""
    body = {"out_trade_no": T, "out_refund_no": R, "amount": {"refund": 199, "total": 199, "currency": "CNY"}}
    body |= {"notify_url": notify_url} if notify_url else {}
    _, made = await m.call("POST", "/v3/refund/domestic/refunds", {**body, **changes})
    await m.box.timers.advance(m.tenant, 1000)
    await m.box.timers.settle(m.tenant)
    return made


def tell_at(m: V3Merchant, url: str) -> None:
    """Configure the merchant's refund URL."""
    merchant = m.tenant.merchants[m.mchid]
    m.tenant.change_merchant(msgspec.structs.replace(merchant, refund_notify_url=url))


def opened(m: V3Merchant, req_info: str) -> str:
    """req_info as a merchant opens it, with nothing of the sandbox's."""
    api_key = m.tenant.merchants[m.mchid].api_keys[0].text
    key = hashlib.md5(api_key.encode()).hexdigest().encode()
    decryptor = Cipher(algorithms.AES(key), modes.ECB()).decryptor()
    plain = decryptor.update(base64.b64decode(req_info)) + decryptor.finalize()
    return plain[: -plain[-1]].decode()


async def test_the_requests_url_gets_v3(v3: V3Merchant, shop: Any) -> None:
    """REFUND.SUCCESS, encrypted under the APIv3 key, keys in the observed order; the merchant's URL hears nothing."""
    tell_at(v3, f"{shop.url}/console")
    made = await refunded(v3, f"{shop.url}/refund")

    ((path, headers, body),) = [(post.path, dict(post.headers), post.body) for post in shop.posts]
    v3.verify(headers, body)
    envelope = json.loads(body)
    plain = v3.decrypt(envelope["resource"])
    assert path == "/refund"
    assert (envelope["event_type"], envelope["summary"]) == ("REFUND.SUCCESS", "退款成功")
    assert envelope["create_time"] == "2026-01-01T08:00:01+08:00"
    assert envelope["resource"]["original_type"] == envelope["resource"]["associated_data"] == "refund"
    assert list(plain.items()) == [
        ("mchid", v3.mchid),
        ("out_trade_no", T),
        ("transaction_id", made["transaction_id"]),
        ("out_refund_no", R),
        ("refund_id", made["refund_id"]),
        ("refund_status", "SUCCESS"),
        ("success_time", "2026-01-01T08:00:01+08:00"),
        ("amount", {"total": 199, "refund": 199, "payer_total": 199, "payer_refund": 199}),
        ("user_received_account", "支付用户零钱"),
    ]


@pytest.mark.parametrize(
    ("outcome", "summary", "status"), [("ABNORMAL", "退款异常", "CHANGE"), ("CLOSED", "退款关闭", "REFUNDCLOSE")]
)
async def test_what_went_wrong_is_told(v3: V3Merchant, shop: Any, outcome: str, summary: str, status: str) -> None:
    """Without a success_time; in v2 under its own name."""
    v3.tenant.change_settings({"refund.outcome": outcome})
    tell_at(v3, f"{shop.url}/console")
    await refunded(v3, f"{shop.url}/refund", amount={"refund": 99, "total": 199, "currency": "CNY"})
    await refunded(v3, out_refund_no="R2", amount={"refund": 100, "total": 199, "currency": "CNY"})

    envelope = json.loads(shop.posts[0].body)
    plain = v3.decrypt(envelope["resource"])
    root = opened(v3, re.findall(rb"<req_info><!\[CDATA\[(.*?)\]\]>", shop.posts[1].body)[0].decode())
    assert (envelope["event_type"], envelope["summary"]) == (f"REFUND.{outcome}", summary)
    assert plain["refund_status"] == outcome
    assert "success_time" not in plain
    assert f"<refund_status><![CDATA[{status}]]></refund_status>" in root
    assert "success_time" not in root


async def test_without_a_url_the_merchants_own_gets_v2(v3: V3Merchant, shop: Any) -> None:
    """XML without a sign, return_code bare, req_info under the API v2 key: an oddity of the platform's."""
    tell_at(v3, f"{shop.url}/console")
    made = await refunded(v3)

    (post,) = shop.posts
    assert dict(post.headers)["Content-Type"] == "text/xml"
    shape = (
        r"<xml><return_code>SUCCESS</return_code>\n<appid><!\[CDATA\[(\w+)\]\]></appid>\n"
        r"<mch_id><!\[CDATA\[(\d+)\]\]></mch_id>\n<nonce_str><!\[CDATA\[\w{16}\]\]></nonce_str>\n"
        r"<req_info><!\[CDATA\[(.+)\]\]></req_info>\n</xml>"
    )
    match = re.fullmatch(shape, post.body.decode())
    assert match is not None
    assert (match[1], match[2]) == (v3.appid, v3.mchid)
    assert opened(v3, match[3]).split("\n") == [
        "<root>",
        f"<out_refund_no><![CDATA[{R}]]></out_refund_no>",
        f"<out_trade_no><![CDATA[{T}]]></out_trade_no>",
        "<refund_account><![CDATA[REFUND_SOURCE_RECHARGE_FUNDS]]></refund_account>",
        "<refund_fee><![CDATA[199]]></refund_fee>",
        f"<refund_id><![CDATA[{made['refund_id']}]]></refund_id>",
        "<refund_recv_accout><![CDATA[支付用户零钱]]></refund_recv_accout>",
        "<refund_request_source><![CDATA[API]]></refund_request_source>",
        "<refund_status><![CDATA[SUCCESS]]></refund_status>",
        "<settlement_refund_fee><![CDATA[199]]></settlement_refund_fee>",
        "<settlement_total_fee><![CDATA[199]]></settlement_total_fee>",
        "<success_time><![CDATA[2026-01-01 08:00:01]]></success_time>",
        "<total_fee><![CDATA[199]]></total_fee>",
        f"<transaction_id><![CDATA[{made['transaction_id']}]]></transaction_id>",
        "</root>",
    ]


async def test_the_consoles_refund_is_told_in_v2(v3: V3Merchant, shop: Any) -> None:
    """As one of the vendor platform's; the order's own notify_url hears nothing."""
    tell_at(v3, f"{shop.url}/console")
    await make.run(v3.box.desk(v3.tenant), MakeRefund(out_trade_no=T))
    await v3.box.timers.advance(v3.tenant, 1000)

    (post,) = shop.posts
    root = opened(v3, re.findall(rb"<req_info><!\[CDATA\[(.*?)\]\]>", post.body)[0].decode())
    assert "<refund_request_source><![CDATA[VENDOR_PLATFORM]]></refund_request_source>" in root


async def test_with_neither_url_nobody_is_told(v3: V3Merchant, shop: Any) -> None:
    """The refund succeeds and no delivery is booked."""
    await refunded(v3)

    with v3.tenant.transaction() as tx:
        assert [one.event for one in tx.deliveries()] == ["payment"]
    assert shop.posts == []


async def test_each_turn_is_a_notification_of_its_own(v3: V3Merchant, shop: Any) -> None:
    """A merchant that could not be told of ABNORMAL hears of it still after SUCCESS was told."""
    v3.tenant.change_settings({"refund.outcome": "ABNORMAL"})
    shop.answers = [500]
    await refunded(v3, f"{shop.url}/refund")
    await end.run(v3.box.desk(v3.tenant), EndRefund(out_refund_no=R, state="SUCCESS"))
    await v3.box.timers.advance(v3.tenant, 15_000)

    told = [json.loads(post.body) for post in shop.posts]
    assert [one["event_type"] for one in told] == ["REFUND.ABNORMAL", "REFUND.SUCCESS", "REFUND.ABNORMAL"]
    assert [v3.decrypt(one["resource"])["refund_status"] for one in told] == ["ABNORMAL", "SUCCESS", "ABNORMAL"]
    assert told[0]["id"] == told[2]["id"] != told[1]["id"]


async def test_rules_reach_inside_the_v2_message(v3: V3Merchant, shop: Any) -> None:
    """`rewrite` changes what is encrypted, `tamper` what stands around it."""
    tell_at(v3, f"{shop.url}/console")
    rewrite = {"rewrite": {"set": {"refund_fee": "1"}}}
    tamper = {"tamper": {"set": {"mch_id": "1900000099"}}}
    for do in (rewrite, tamper):
        v3.tenant.rules.add(RuleSpec(when=Moment.NOTIFY_DUE, only={"event": "refund"}, do=do))
    await refunded(v3)

    (post,) = shop.posts
    root = opened(v3, re.findall(rb"<req_info><!\[CDATA\[(.*?)\]\]>", post.body)[0].decode())
    assert "<refund_fee><![CDATA[1]]></refund_fee>" in root
    assert b"<mch_id><![CDATA[1900000099]]></mch_id>" in post.body
