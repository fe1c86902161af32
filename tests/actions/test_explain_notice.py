"""What the merchant received and could not verify: an APIv3 notification or answer, pasted as it came."""

import json
from typing import Any

import msgspec
import pytest
from v3_merchant import V3Merchant

from sandbox.actions.explain import Explain, explain
from sandbox.actions.explaining import Explanation
from sandbox.actions.pay import Pay, pay
from sandbox.actions.verb import VerbError
from sandbox.app import Sandbox
from sandbox.platform.tenants import Tenant

Headers = dict[str, str]


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


async def notified(v3: V3Merchant) -> tuple[Headers, str]:
    """Headers and body of a payment's notification."""
    await v3.call("POST", "/v3/pay/transactions/jsapi", v3.order())
    await pay.run(v3.box.desk(v3.tenant), Pay(out_trade_no="T2026000001"))
    await v3.box.timers.settle(v3.tenant)
    with v3.tenant.transaction() as tx:
        (delivery,) = tx.deliveries()
    attempt = delivery.attempts[0]
    return dict(attempt.request_headers), attempt.request


async def explained(v3: V3Merchant, headers: Headers, body: str, first: str = "POST /notify HTTP/1.1") -> Explanation:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if name.lower() != "content-length")
    told: Any = await explain.run(v3.box.desk(v3.tenant), Explain(text=f"{first}\r\n{head}\r\n{body}"))
    assert told.kind == "v3 answer or notification"
    return told  # type: ignore[no-any-return]


def code(told: Explanation) -> str:
    assert not told.right
    assert told.diagnosis is not None
    return told.diagnosis.code


async def test_a_genuine_notification_is_right(v3: V3Merchant) -> None:
    """It verifies, and its resource opens with a key of the tenant."""
    told = await explained(v3, *await notified(v3))

    assert told.right
    assert told.string_to_sign.count("\n") == 3


async def test_a_genuine_answer_is_right(v3: V3Merchant) -> None:
    """An answer is signed in the same way."""
    await v3.call("POST", "/v3/pay/transactions/jsapi", v3.order())
    told = await explained(v3, v3.reply.headers, v3.reply.body.decode(), "HTTP/1.1 200 OK")

    assert told.right


async def test_what_happened_on_the_way_is_named(v3: V3Merchant) -> None:
    """Serialised anew, headers stripped, another number, another signature, another body."""
    headers, body = await notified(v3)
    signature, serial = "Wechatpay-Signature", "Wechatpay-Serial"
    other = v3.tenant.credentials(list(v3.tenant.merchants.values())[1])

    assert code(await explained(v3, headers, json.dumps(json.loads(body)))) == "NOTIFY_BODY_CHANGED"
    bare = {name: value for name, value in headers.items() if not name.startswith("Wechatpay")}
    assert code(await explained(v3, bare, body)) == "NOTIFY_HEADERS_LOST"
    assert code(await explained(v3, {**headers, serial: "0" * 40}, body)) == "NOTIFY_OTHER_SERIAL"
    assert code(await explained(v3, {**headers, serial: other.platform_serial}, body)) == "NOTIFY_OTHER_SERIAL"
    assert code(await explained(v3, {**headers, signature: "A" * 342 + "=="}, body)) == "NOTIFY_FORGED"
    probe = "WECHATPAY/SIGNTEST/" + "A" * 323 + "=="
    assert code(await explained(v3, {**headers, signature: probe}, body)) == "NOTIFY_PROBE"
    told = await explained(v3, headers, body.replace("SUCCESS", "REFUND"))
    assert code(told) == "NOTIFY_BODY_CHANGED"
    assert told.diagnosis is not None
    assert told.diagnosis.summary.startswith("unknown cause")


async def test_a_resource_under_another_key_is_named(v3: V3Merchant) -> None:
    """The APIv3 key was reset after the notification was made."""
    headers, body = await notified(v3)
    merchant = v3.tenant.merchants[v3.mchid]
    v3.tenant.change_merchant(msgspec.structs.replace(merchant, apiv3_key="n" * 32))

    assert code(await explained(v3, headers, body)) == "NOTIFY_RESOURCE_SEALED"


async def test_a_body_alone_cannot_be_judged(v3: V3Merchant) -> None:
    """Its headers are asked for."""
    _, body = await notified(v3)
    with pytest.raises(VerbError, match="paste it with its headers"):
        await explain.run(v3.box.desk(v3.tenant), Explain(text=body))
