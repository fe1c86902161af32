"""A composed notification is what the platform would have sent, of whatever content, and nothing comes of it."""

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from v3_merchant import V3Merchant
from wire_merchant import from_xml, v2_sign

from sandbox.actions.compose import Compose, Composed, compose
from sandbox.actions.verb import VerbError
from sandbox.app import Sandbox
from sandbox.platform.tenants import Tenant
from sandbox.protocol import reqinfo

NUMBER = "T2026000001"


async def written(box: Sandbox, tenant: Tenant, **asked: Any) -> Composed:
    """What the verb answers."""
    result = await compose.run(box.desk(tenant), Compose(**{"out_trade_no": NUMBER, **asked}))
    assert isinstance(result, Composed)
    return result


async def test_a_v2_notice_of_an_unpaid_order_is_signed_and_leaves_no_trace(
    box: Sandbox, tenant: Tenant, merchant: Any
) -> None:
    """The fields are the order's, the sign is right, and the order stays unpaid without a notification of its own."""
    await merchant.post("/pay/unifiedorder", merchant.order(NUMBER))

    made = await written(box, tenant)
    fields = from_xml(made.body.encode())
    with tenant.transaction() as tx:
        order, deliveries = tx.order(merchant.mch_id, NUMBER), tx.deliveries()

    assert (made.api, made.url, made.headers["User-Agent"]) == ("v2", "http://127.0.0.1:9/notify", "Mozilla/4.0")
    assert (fields["out_trade_no"], fields["total_fee"], fields["result_code"]) == (NUMBER, "199", "SUCCESS")
    assert fields["sign"] == v2_sign(fields, merchant.key)
    assert order is not None
    assert order.payment is None
    assert list(deliveries) == []


async def test_what_is_set_is_signed_and_what_is_tampered_with_is_not(
    box: Sandbox, tenant: Tenant, merchant: Any
) -> None:
    """`set` makes a wrong message with a right sign, `tamper` a message whose sign no longer fits."""
    await merchant.post("/pay/unifiedorder", merchant.order(NUMBER))

    cheap = from_xml((await written(box, tenant, set={"total_fee": "1"})).body.encode())
    forged = from_xml((await written(box, tenant, tamper={"total_fee": "1"})).body.encode())

    assert cheap["total_fee"] == forged["total_fee"] == "1"
    assert cheap["sign"] == v2_sign(cheap, merchant.key)
    assert forged["sign"] != v2_sign(forged, merchant.key)


async def test_a_v3_notice_verifies_opens_and_is_new_each_time(box: Sandbox, tenant: Tenant) -> None:
    """Two notices about one order differ in id and signature; both verify, and open to what was set."""
    m = V3Merchant(box, tenant)
    await m.call("POST", "/v3/pay/transactions/jsapi", m.order())

    made = [await written(box, tenant, set={"amount.total": "1"}) for _ in range(2)]
    envelopes = [json.loads(one.body) for one in made]
    for one in made:
        m.verify(one.headers, one.body.encode())

    assert [m.decrypt(envelope["resource"])["amount"]["total"] for envelope in envelopes] == [1, 1]
    assert envelopes[0]["id"] != envelopes[1]["id"]
    with pytest.raises(InvalidSignature):
        m.verify(made[0].headers, made[1].body.encode())


async def test_any_text_is_signed_by_the_key_and_at_the_time_that_were_asked_for(box: Sandbox, tenant: Tenant) -> None:
    """`body` stands in place of the message, `age` dates back, `key` chooses certificate or public key."""
    m = V3Merchant(box, tenant)
    made = await written(box, tenant, api="v3", body="\ufeff{}", age=600, key="public-key")
    m.verify(made.headers, "\ufeff{}".encode())

    assert made.body == "\ufeff{}"
    assert made.headers["Wechatpay-Serial"].startswith("PUB_KEY_ID_")
    assert int(made.headers["Wechatpay-Timestamp"]) == pytest.approx(box.wall.now() / 1000 - 600, abs=5)


async def test_a_number_that_nobody_ordered_is_told_of_all_the_same(box: Sandbox, tenant: Tenant) -> None:
    """The order is imagined: 100 fen, no notify_url; a number of a merchant that is none is refused."""
    m = V3Merchant(box, tenant)
    made = await written(box, tenant, out_trade_no="NOBODYS0001")
    told = m.decrypt(json.loads(made.body)["resource"])

    assert (told["out_trade_no"], told["amount"]["total"], told["mchid"], made.url) == ("NOBODYS0001", 100, m.mchid, "")
    with pytest.raises(VerbError, match="no merchant 1"):
        await written(box, tenant, mchid="1")


async def test_a_refund_that_nobody_made_opens_with_the_merchants_key(
    box: Sandbox, tenant: Tenant, merchant: Any
) -> None:
    """v2 encrypts the refund under the API key, v3 under the APIv3 key."""
    await merchant.post("/pay/unifiedorder", merchant.order(NUMBER))
    m = V3Merchant(box, tenant)

    fields = from_xml((await written(box, tenant, event="refund", set={"refund_fee": "5"})).body.encode())
    inner = from_xml(reqinfo.unseal(fields["req_info"], merchant.key).encode())
    envelope = json.loads((await written(box, tenant, event="refund", api="v3")).body)

    assert (inner["out_trade_no"], inner["refund_fee"], inner["refund_status"]) == (NUMBER, "5", "SUCCESS")
    assert envelope["event_type"] == "REFUND.SUCCESS"
    assert m.decrypt(envelope["resource"])["amount"] == {
        "total": 199, "refund": 199, "payer_total": 199, "payer_refund": 199,
    }  # fmt: skip


async def test_an_order_of_v3_is_told_of_in_v2_too(box: Sandbox, tenant: Tenant, merchant: Any) -> None:
    """It has no sign type of v2's, so MD5 it is."""
    m = V3Merchant(box, tenant)
    await m.call("POST", "/v3/pay/transactions/jsapi", m.order())
    fields = from_xml((await written(box, tenant, api="v2")).body.encode())

    assert fields["sign"] == v2_sign(fields, merchant.key)


async def test_v2_signs_no_bytes(box: Sandbox, tenant: Tenant) -> None:
    """A body for v2 is refused with what to use instead."""
    with pytest.raises(VerbError, match="use set and tamper"):
        await written(box, tenant, api="v2", body="x")
