"""A request that is refused for its signature says what was done: in the header, in the journal, a little later too."""

import asyncio
import json
from typing import Any

import pytest
from v3_merchant import V3Merchant
from wire_merchant import v2_sign

from sandbox.app import Sandbox
from sandbox.gateway import second_opinion
from sandbox.platform.journal import Diagnosis, Exchange
from sandbox.platform.moments import Moment
from sandbox.platform.rules import RuleSpec
from sandbox.platform.tenants import Tenant


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The same merchant, in APIv3."""
    return V3Merchant(box, tenant)


def last(tenant: Tenant) -> Exchange:
    return list(tenant.journal)[-1]


def first_word(tenant: Tenant) -> Diagnosis:
    diagnosis = last(tenant).diagnosis
    assert diagnosis is not None
    return diagnosis


async def second_word(merchant: Any) -> Diagnosis:
    """What the diagnosis is when it is no longer pending."""
    tenant = merchant.tenant
    async with merchant.box.watchers.listen(lambda event: event.kind == "diagnosis") as events, asyncio.timeout(10):
        if first_word(tenant).pending:
            await anext(events)
    return first_word(tenant)


async def test_one_mistake_is_named_at_once(merchant: Any) -> None:
    """Code, words in both languages, what to change, where it is explained, and the string that we signed."""
    await merchant.post("/pay/unifiedorder", merchant.order(), key=f"{merchant.key}\n")

    diagnosis = first_word(merchant.tenant)
    assert diagnosis.code == "SIGN_KEY_BLANKS"
    assert merchant.reply.headers["Sandbox-Diagnosis"].startswith("SIGN_KEY_BLANKS: the key was used with a blank")
    assert "密钥" in diagnosis.summary_zh
    assert diagnosis.fix.startswith("Strip the key")
    assert diagnosis.docs == "docs/diagnoses.md#sign_key_blanks"
    assert diagnosis.string_to_sign.startswith(f"appid={merchant.appid}&body=")


async def test_no_key_is_ever_shown(merchant: Any) -> None:
    """Of a key four characters and its length are told, even where it was sent as a value."""
    fields = merchant.order(attach=merchant.key)
    await merchant.post("/pay/unifiedorder", {**fields, "sign": "0" * 32})

    whole = json.dumps([str(await second_word(merchant))], ensure_ascii=False)
    assert merchant.key not in whole
    assert f"&key={merchant.key[:4]}…(32 characters)" in whole
    assert f"attach={merchant.key[:4]}…" in whole


async def test_two_mistakes_are_named_a_little_later(merchant: Any) -> None:
    """The header says pending; then the journal names both, and who listens is told."""
    fields = merchant.order(body="茶叶")
    signed = {**fields, "body": "%E8%8C%B6%E5%8F%B6"}
    watchers = merchant.box.watchers
    async with watchers.listen(lambda event: event.kind == "diagnosis") as events:
        await merchant.post("/pay/unifiedorder", {**fields, "sign": v2_sign(signed, f" {merchant.key}")})
        assert "pending" in merchant.reply.headers["Sandbox-Diagnosis"]
        async with asyncio.timeout(10):
            event = await anext(events)

    diagnosis = first_word(merchant.tenant)
    assert event.id == str(last(merchant.tenant).id)
    assert not diagnosis.pending
    assert set(diagnosis.code.split("+")) == {"SIGN_URL_ENCODED", "SIGN_KEY_BLANKS"}


async def test_an_unknown_cause_is_compared_with_the_last_good_request(merchant: Any) -> None:
    """It says that it is unknown, and which fields differ; what only one of them has comes first."""
    await merchant.post("/pay/unifiedorder", merchant.order("T1"))
    await merchant.post("/pay/unifiedorder", {**merchant.order("T2", attach="x=1"), "sign": "0" * 32})

    diagnosis = await second_word(merchant)
    assert diagnosis.code == "SIGN_WRONG"
    assert diagnosis.summary.startswith("unknown cause")
    assert [(one.field, one.came, one.good) for one in diagnosis.nearest] == [
        ("attach", "x=1", ""),
        ("out_trade_no", "T2", "T1"),
    ]


async def test_who_comes_when_too_many_wait_is_told_so(merchant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No combinations are tried, the diagnosis is final, and names the command that tries them."""
    monkeypatch.setattr(second_opinion, "WAITING", -1)
    await merchant.post("/pay/unifiedorder", {**merchant.order(), "sign": "0" * 32})

    diagnosis = first_word(merchant.tenant)
    assert not diagnosis.pending
    assert "wechatpay-sandbox explain" in diagnosis.summary


async def test_the_sign_of_an_earlier_message_is_recognised(merchant: Any) -> None:
    """Signing once and sending twice; and a paySign sent as the sign of the order it belongs to."""
    reply = await merchant.post("/pay/unifiedorder", merchant.order("T1"))
    sent = v2_sign(merchant.order("T1"), merchant.key)
    await merchant.post("/pay/unifiedorder", {**merchant.order("T2"), "sign": sent})
    assert first_word(merchant.tenant).code == "SIGN_REUSED"

    again = merchant.order("T1", total_fee="2")
    launch = {
        "appId": merchant.appid, "timeStamp": str(merchant.tenant.message_time()), "nonceStr": again["nonce_str"],
        "package": f"prepay_id={reply['prepay_id']}", "signType": "MD5",
    }  # fmt: skip
    await merchant.post("/pay/unifiedorder", {**again, "sign": v2_sign(launch, merchant.key)})
    assert first_word(merchant.tenant).code == "SIGN_SECONDARY"


async def test_a_value_of_an_earlier_request_is_recognised(merchant: Any) -> None:
    """The nonce of the last request was signed, this one's was sent."""
    earlier = "ibuaiVcKdpRxkhJA"
    await merchant.post("/pay/unifiedorder", {**merchant.order("T1"), "nonce_str": earlier})
    fields = merchant.order("T2")
    await merchant.post(
        "/pay/unifiedorder", {**fields, "sign": v2_sign({**fields, "nonce_str": earlier}, merchant.key)}
    )

    diagnosis = first_word(merchant.tenant)
    assert diagnosis.code == "SIGN_VALUE_CHANGED"
    assert earlier in diagnosis.summary


async def test_a_rule_that_refuses_a_right_signature_accuses_nobody(merchant: Any) -> None:
    """The signature is right, so nothing is looked for."""
    merchant.tenant.rules.add(RuleSpec(when=Moment.REQUEST_VERIFIED, do={"fail": {"problem": "SIGN_WRONG"}}))
    await merchant.post("/pay/unifiedorder", merchant.order())

    assert first_word(merchant.tenant).code == "SIGN_WRONG"
    assert not first_word(merchant.tenant).pending


async def test_a_v3_body_serialised_again_is_recognised(v3: V3Merchant) -> None:
    """The refusal's own detail stays the platform's, the header names the mistake."""
    body = json.dumps(v3.order(), ensure_ascii=False, separators=(",", ":")).encode()
    target = "/v3/pay/transactions/jsapi"
    other = json.dumps(v3.order()).encode()
    status, said = await v3.call(
        "POST", target, body, headers={"Authorization": v3.authorization("POST", target, other)}
    )

    assert status == 401
    assert said["detail"]["detail"]["issue"] == "sign not match"
    diagnosis = first_word(v3.tenant)
    assert diagnosis.code == "V3_BODY_RESERIALISED"
    assert r"\uXXXX" in diagnosis.summary
    assert diagnosis.string_to_sign.startswith(f"POST\n{target}\n")


async def test_the_key_that_signed_a_v3_request_is_named(box: Sandbox, v3: V3Merchant) -> None:
    """Another merchant's private key under this merchant's number."""
    other = V3Merchant(box, v3.tenant, list(v3.tenant.merchants)[1])
    target = f"/v3/pay/transactions/out-trade-no/T1234567?mchid={v3.mchid}"
    other.mchid, other.serial_no = v3.mchid, v3.serial_no
    await other.call("GET", target)

    assert first_word(v3.tenant).code == "V3_OTHER_KEY"
    assert "another merchant" in first_word(v3.tenant).summary


@pytest.mark.parametrize(
    ("part", "whose"), [("platform_serial", "platform certificate"), ("pub_key_id", "public key ID")]
)
async def test_whose_serial_number_came_is_told(v3: V3Merchant, part: str, whose: str) -> None:
    """The platform's, in the place of the merchant's."""
    v3.serial_no = getattr(v3.tenant.credentials(v3.tenant.merchants[v3.mchid]), part)
    await v3.call("GET", f"/v3/pay/transactions/out-trade-no/T1234567?mchid={v3.mchid}")

    diagnosis: Any = first_word(v3.tenant)
    assert diagnosis.code == "V3_OTHER_SERIAL"
    assert whose in diagnosis.summary


async def test_a_flood_of_wrong_signatures_is_answered_and_sheds_the_second_look(merchant: Any) -> None:
    """Each is refused as the platform does; some are told that combinations were not tried, none stays pending."""
    for number in range(30):
        reply = await merchant.post("/pay/unifiedorder", {**merchant.order(f"F{number}"), "sign": "0" * 32})
        assert reply["return_code"] == "FAIL"
    await second_word(merchant)
    async with asyncio.timeout(30):
        while True:
            said = [one.diagnosis for one in merchant.tenant.journal if one.problem]
            if not any(diagnosis.pending for diagnosis in said):
                break
            async with merchant.box.watchers.listen(lambda event: event.kind == "diagnosis") as events:
                await anext(events)

    assert len(said) == 30
    assert any("were not tried" in diagnosis.summary for diagnosis in said)
    assert any(diagnosis.summary.startswith("unknown cause") for diagnosis in said)
