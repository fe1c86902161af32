"""The APIv3 notification: encrypted, signed, and what the merchant's answer means."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.exceptions import InvalidSignature
from v3_merchant import V3Merchant

from sandbox.actions.pay import Pay, pay
from sandbox.app import Sandbox
from sandbox.notifier.verdict import v3_verdict
from sandbox.platform.moments import Moment
from sandbox.platform.rules import RuleSpec
from sandbox.platform.tenants import Tenant
from sandbox.protocol import v3auth

JSAPI = "/v3/pay/transactions/jsapi"


class Shop:
    """A merchant's notify URL that keeps what arrives and answers `status`."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        self.url = ""

    async def hear(self, request: web.Request) -> web.Response:
        self.requests.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """A listening shop."""
    heard = Shop()
    app = web.Application()
    app.router.add_post("/notify", heard.hear)
    async with TestServer(app) as server:
        heard.url = str(server.make_url("/notify"))
        yield heard


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


async def paid(m: V3Merchant, shop: Shop, number: str = "T2026000001") -> Any:
    await m.call("POST", JSAPI, m.order(number, notify_url=shop.url))
    await pay.run(m.box.desk(m.tenant), Pay(out_trade_no=number))
    await m.box.timers.settle(m.tenant)


async def test_a_payment_is_told_encrypted_and_signed(v3: V3Merchant, shop: Shop) -> None:
    """The envelope verifies with the platform certificate and decrypts to the payment, keys in the observed order."""
    await paid(v3, shop)

    ((headers, body),) = shop.requests
    v3.verify(headers, body)
    envelope = json.loads(body)
    plain = v3.decrypt(envelope["resource"])
    assert list(envelope) == ["id", "create_time", "resource_type", "event_type", "summary", "resource"]
    assert (envelope["event_type"], envelope["resource_type"]) == ("TRANSACTION.SUCCESS", "encrypt-resource")
    assert envelope["resource"]["associated_data"] == "transaction"
    assert list(plain) == [
        "mchid", "appid", "out_trade_no", "transaction_id", "trade_type", "trade_state", "trade_state_desc",
        "bank_type", "attach", "success_time", "payer", "amount",
    ]  # fmt: skip
    assert plain["amount"] == {"total": 199, "payer_total": 199, "currency": "CNY", "payer_currency": "CNY"}
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"] == "Mozilla/4.0"
    assert headers["Request-ID"].endswith("-0")


async def test_a_repeat_has_the_same_body_and_a_signature_of_its_own(v3: V3Merchant, shop: Shop) -> None:
    """id and body stay; timestamp, nonce and signature are made anew."""
    shop.status = 500
    await paid(v3, shop)
    shop.status = 200
    await v3.box.timers.advance(v3.tenant, 15_000)

    (first, body), (second, again) = shop.requests
    v3.verify(second, again)
    assert body == again
    assert first["Wechatpay-Nonce"] != second["Wechatpay-Nonce"]


async def test_a_forgery_is_a_signature_by_another_key(v3: V3Merchant, shop: Shop) -> None:
    """As long as a real one, and right under the merchant's own key: only who looks at whose key it is refuses it."""
    v3.tenant.rules.add(RuleSpec(when=Moment.NOTIFY_DUE, do={"forge": {}}, times=1))
    await paid(v3, shop)

    ((headers, body),) = shop.requests
    message = v3auth.reply_message(headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"], body)
    own = v3.tenant.credentials(next(iter(v3.tenant.merchants.values()))).api.pair.public
    assert v3auth.verify(own, message, headers["Wechatpay-Signature"])
    with pytest.raises(InvalidSignature):
        v3.verify(headers, body)


@pytest.mark.parametrize(
    "do",
    [{"probe": None}, {"forge": None}, {"tamper": {"set": {"summary": "x"}}}, {"serial": {"serial": "00FF"}}],
    ids=lambda do: next(iter(do)),
)
async def test_a_spoilt_notification_does_not_verify(v3: V3Merchant, shop: Shop, do: dict[str, Any]) -> None:
    """Probe, forgery, tampering and a foreign serial are each seen by whoever verifies."""
    v3.tenant.rules.add(RuleSpec(when=Moment.NOTIFY_DUE, do=do))
    await paid(v3, shop)

    ((headers, body),) = shop.requests
    with pytest.raises((InvalidSignature, KeyError, ValueError)):
        v3.verify(headers, body)


async def test_a_rewritten_notification_is_rightly_signed(v3: V3Merchant, shop: Shop) -> None:
    """Another amount under the right key: only comparing amounts helps."""
    v3.tenant.rules.add(RuleSpec(when=Moment.NOTIFY_DUE, do={"rewrite": {"set": {"amount.total": "1"}}}))
    await paid(v3, shop)

    ((headers, body),) = shop.requests
    v3.verify(headers, body)
    assert v3.decrypt(json.loads(body)["resource"])["amount"]["total"] == 1


async def test_a_stale_notification_is_dated_back_and_genuine(v3: V3Merchant, shop: Shop) -> None:
    """The signature fits; the timestamp is ten minutes old."""
    v3.tenant.rules.add(RuleSpec(when=Moment.NOTIFY_DUE, do={"stale": {"by": "10m"}}))
    await paid(v3, shop)

    ((headers, body),) = shop.requests
    v3.verify(headers, body)
    assert abs(v3.box.wall.now() / 1000 - 600 - int(headers["Wechatpay-Timestamp"])) < 30


@pytest.mark.parametrize(
    ("status", "body", "accepted", "warned"),
    [
        (200, b"", True, False),
        (204, b"", True, False),
        (200, b'{"code":"SUCCESS","message":"OK"}', True, False),
        (200, b'{"code":"FAIL","message":"no"}', True, True),
        (201, b"", False, False),
        (302, b"", False, False),
        (500, b'{"code":"FAIL"}', False, False),
    ],
)
def test_the_verdict_is_the_status(status: int, body: bytes, accepted: bool, warned: bool) -> None:
    """200 and 204 count whatever the body says; strict makes FAIL under 200 a failure."""
    verdict = v3_verdict(status, body, strict=False)

    assert (verdict.accepted, bool(verdict.warnings)) == (accepted, warned)
    assert v3_verdict(status, body, strict=True).accepted is (accepted and not warned)
