"""What an attempt says of itself, that a merchant who verifies takes it, is what merchants find who do."""

import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
from counter_shop import Counter, order, query
from wechatpayv3 import WeChatPay, WeChatPayType
from wire_merchant import from_xml, v2_sign

from sandbox.testing import WeChatPayServer
from sandbox.testing.answers import Attempt

NUMBER = "T2026000001"
FAULTS: list[tuple[str, Any]] = [
    ("notify.due", "forge"),
    ("notify.due", "probe"),
    ("notify.due", {"tamper": {"set": {"attach": "x", "summary": "x"}}}),
    ("notify.due", {"rewrite": {"set": {"attach": "x"}}}),
    ("notify.due", {"stale": {"by": "1h"}}),
    ("notify.due", {"stale": {"by": "10s"}}),
    ("notify.due", {"serial": {"serial": "5A4D8BF0"}}),
    ("notify.due", {"repeat": {"times": 2}}),
    ("notify.ready", "unsign"),
    ("notify.ready", "garble"),
    ("notify.ready", {"truncate": {"to": 60}}),
    ("notify.ready", {"content-type": {"type": "text/html"}}),
]
NAMES = [f"{fault if isinstance(fault, str) else next(iter(fault))}-{n}" for n, (_, fault) in enumerate(FAULTS)]


def client(wechatpay: WeChatPayServer, url: str) -> WeChatPay:
    """An SDK that trusts the platform's certificate."""
    me = wechatpay.credentials
    names = {"mchid": me.mch_id, "private_key": me.key_pem, "cert_serial_no": me.serial_no, "appid": me.appid}
    folder = str(me.platform_cert_file.parent)
    made = WeChatPay(WeChatPayType.JSAPI, **names, apiv3_key=me.apiv3_key, notify_url=url, cert_dir=folder)
    made._core._gate_way = wechatpay.url
    return made


def told(wechatpay: WeChatPayServer, when: str, fault: Any, ordered: Callable[[], Any]) -> list[Attempt]:
    """The attempts to tell of a payment under a rule."""
    wechatpay.rule(when, fault)
    ordered()
    wechatpay.pay(NUMBER)
    (notification,) = wechatpay.notifications(NUMBER)
    return notification.attempts


@pytest.mark.parametrize(("when", "fault"), FAULTS, ids=NAMES)
def test_v2_notifications(wechatpay_server: WeChatPayServer, shop: Counter, when: str, fault: Any) -> None:
    """Judged by the published rule of API v2: the sign over all fields."""

    def verifies(attempt: Attempt) -> bool:
        try:
            fields = from_xml(attempt.request.encode())
        except ET.ParseError:
            return False
        return fields.get("sign") == v2_sign(fields, wechatpay_server.credentials.api_key)

    attempts = told(wechatpay_server, when, fault, lambda: order(wechatpay_server, shop.url))

    assert attempts
    assert [one.verifiable for one in attempts] == [verifies(one) for one in attempts]


@pytest.mark.parametrize(("when", "fault"), FAULTS, ids=NAMES)
def test_v3_notifications(wechatpay_server: WeChatPayServer, shop: Counter, when: str, fault: Any) -> None:
    """Judged by an SDK, and by the five minutes that it leaves to the shop."""
    sdk = client(wechatpay_server, shop.url)
    openid = wechatpay_server.credentials.openid

    def verifies(attempt: Attempt) -> bool:
        fresh = time.time() - int(attempt.request_headers["Wechatpay-Timestamp"]) < 300
        return fresh and bool(sdk.callback(attempt.request_headers, attempt.request))

    attempts = told(
        wechatpay_server, when, fault, lambda: sdk.pay("茶叶", NUMBER, {"total": 199}, payer={"openid": openid})
    )

    assert attempts
    assert [one.verifiable for one in attempts] == [verifies(one) for one in attempts]


@pytest.mark.parametrize("dialect", ["v2", "v3"])
def test_another_merchants_notification(wechatpay_server: WeChatPayServer, shop: Counter, dialect: str) -> None:
    """Signed with another's keys, it must not be believed, whatever the shop says."""
    sdk, me = client(wechatpay_server, shop.url), wechatpay_server.credentials
    place = {
        "v2": lambda: order(wechatpay_server, shop.url),
        "v3": lambda: sdk.pay("茶叶", NUMBER, {"total": 199}, payer={"openid": me.openid}),
    }

    attempts = told(wechatpay_server, "notify.due", {"misdirect": {"mchid": me.mch_ids[1]}}, place[dialect])

    assert [one.verifiable for one in attempts] == [False]


@pytest.mark.parametrize(
    ("when", "fault", "verifiable"),
    [
        ("reply.ready", "forge", False),
        ("reply.ready", {"rewrite": {"set": {"trade_state_desc": "x"}}}, True),
        ("reply.signed", {"truncate": {"to": 60}}, False),
        ("reply.signed", "unsign", False),
        ("reply.signed", {"content-type": {"type": "text/html"}}, True),
    ],
)
def test_answers(wechatpay_server: WeChatPayServer, shop: Counter, when: str, fault: Any, verifiable: bool) -> None:
    """The same of what the platform answers."""
    order(wechatpay_server, shop.url)
    wechatpay_server.rule(when, fault, only={"endpoint": "orderquery"})
    try:
        answer = query(wechatpay_server)
        verifies = answer.get("sign") == v2_sign(answer, wechatpay_server.credentials.api_key)
    except ET.ParseError:
        verifies = False

    (asked,) = wechatpay_server.requests("orderquery")
    assert (asked.verifiable, verifies) == (verifiable, verifiable)
