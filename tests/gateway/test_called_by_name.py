"""What a request asks for by name: in the header, or with a value that its tenant calls magic."""

from typing import Any

import pytest
from v3_merchant import V3Merchant
from wire_merchant import from_xml, to_xml, v2_sign

from sandbox.domain.settings import TenantSettings, merged
from sandbox.gateway.wire import Wire
from sandbox.platform.moments import Moment
from sandbox.platform.rules import RuleSpec

HEADER = "Wechatpay-Negative-Test"


async def order(merchant: Any, number: str, header: str = "", **changes: str) -> Any:
    """One order with the header; the reply on the wire."""
    fields = merchant.order(number, **changes)
    body = to_xml({**fields, "sign": v2_sign(fields, merchant.key)})
    wire = Wire(method="POST", path="/pay/unifiedorder", target="/pay/unifiedorder", body=body,
                headers={HEADER: header} if header else {}, base_url="http://127.0.0.1")  # fmt: skip
    return await merchant.box.pipeline.serve(wire)


def lose(merchant: Any, moment: Moment = Moment.REPLY_READY) -> None:
    """A rule that waits to be asked for."""
    merchant.tenant.rules.add(RuleSpec(when=moment, do={"drop": None}, name="answer-lost", by_name=True))


async def test_a_header_calls_a_rule_by_its_name(merchant: Any) -> None:
    """Without the header it sleeps; with it, among others, it acts, at whichever moment it stands."""
    lose(merchant)

    assert not (await order(merchant, "T1")).dropped
    assert not (await order(merchant, "T2", "answer-kept")).dropped
    assert (await order(merchant, "T3", "answer-kept, answer-lost")).dropped
    notes = [" ".join(one.notes) for one in merchant.tenant.journal]
    assert "no error called 'answer-kept'" in notes[1]
    assert "rule 1 answer-lost: drop()" in notes[2]


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("amount=1001", {"total_fee": "1001"}),
        ("attach=lost", {"attach": "lost"}),
        ("openid=me", {"openid": "me"}),
    ],
)
async def test_a_magic_value_calls_a_rule_or_an_error(merchant: Any, key: str, changes: dict[str, str]) -> None:
    """Only once the tenant has named it."""
    lose(merchant, Moment.REQUEST_RECEIVED)
    if "openid" in changes:
        changes = {"openid": merchant.openids[0]}
        key = f"openid={merchant.openids[0]}"
    assert not (await order(merchant, "T1", **changes)).dropped

    merchant.tenant.change_settings({"rules.magic": {key: "answer-lost"}})
    assert (await order(merchant, "T2", **changes)).dropped

    merchant.tenant.change_settings({"rules.magic": {key: "SYSTEMERROR"}})
    assert from_xml((await order(merchant, "T3", **changes)).body)["err_code"] == "SYSTEMERROR"


async def test_a_magic_amount_is_found_in_json(box: Any, tenant: Any) -> None:
    """APIv3's amount.total, once the request is known to be genuine."""
    merchant = V3Merchant(box, tenant)
    tenant.change_settings({"rules.magic": {"amount=1001": "SYSTEM_ERROR"}})

    good, _ = await merchant.call("POST", "/v3/pay/transactions/jsapi", merchant.order("T2026000001"))
    dear = merchant.order("T2026000002", amount={"total": 1001, "currency": "CNY"})
    bad, _ = await merchant.call("POST", "/v3/pay/transactions/jsapi", dear)

    assert (good, bad) == (200, 500)


@pytest.mark.parametrize(("key", "complaint"), [("total=1", "came 'total=1'"), ("amount", "came 'amount'")])
def test_magic_must_be_one_of_three(key: str, complaint: str) -> None:
    """A field that has no magic is named, with those that have."""
    with pytest.raises(ValueError, match="expected amount=VALUE or attach=VALUE or openid=VALUE") as caught:
        merged(TenantSettings(), {"rules.magic": {key: "SYSTEM_ERROR"}})

    assert complaint in str(caught.value)


async def test_a_rule_by_name_needs_one(merchant: Any) -> None:
    """Nobody could ask for it otherwise."""
    with pytest.raises(ValueError, match="by_name: expected a name"):
        merchant.tenant.rules.add(RuleSpec(when=Moment.REPLY_READY, do={"drop": None}, by_name=True))
