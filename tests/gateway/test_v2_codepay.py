"""Payment codes through v2: charged, waiting for the password, reversed; the tools beside them; every row."""

from typing import Any

import msgspec
import pytest
from v2_contract import V2, Trigger, documents, ensure_said, last_problem, rows_by_rule, sample, send, shared_rows
from wire_merchant import v2_sign
from wire_phone import Phone

from sandbox.errors import Row, codepay, pay, protocol, refund
from sandbox.gateway.spec import Endpoint
from sandbox.platform import funds

T = "T2026000001"
MICROPAY, REVERSE, WHOSE = V2["v2.micropay"], V2["v2.reverse"], V2["v2.authcodetoopenid"]
SHORT, REPORT = V2["v2.shorturl"], V2["v2.report"]
DAY = 24 * 60 * 60 * 1000


async def shown(m: Any, **more: Any) -> str:
    """The code on 小明's phone."""
    return str((await Phone(m).do("user.payment_code", user="xiaoming", **more))["auth_code"])


async def charge(m: Any, auth_code: str, **changes: str | None) -> dict[str, str]:
    """A charge of 199 fen under T, changed."""
    return await send(m, MICROPAY, {**sample(m, MICROPAY), "out_trade_no": T, "auth_code": auth_code}, **changes)


async def state(m: Any) -> str:
    """trade_state of T."""
    return str((await m.post("/pay/orderquery", m.query(out_trade_no=T)))["trade_state"])


async def reverse(m: Any, **changes: str | None) -> dict[str, str]:
    """T called off."""
    return await send(m, REVERSE, m.query(out_trade_no=T), **changes)


def balances(m: Any) -> tuple[int, int]:
    """Of the merchant and of 小明."""
    with m.tenant.transaction() as tx:
        return funds.balance(m.tenant, tx, m.mch_id), tx.user("xiaoming").balance


async def test_a_code_is_18_digits(merchant: Any) -> None:
    """10 to 15 first, another one each time."""
    codes = {await shown(merchant) for _ in range(20)}

    assert len(codes) == 20
    assert all(len(code) == 18 and code.isdigit() and 10 <= int(code[:2]) <= 15 for code in codes)


@pytest.mark.parametrize(
    ("generation", "names"),
    [
        (
            "modern",
            "return_code return_msg result_code mch_id appid openid is_subscribe trade_type bank_type total_fee "
            "fee_type cash_fee cash_fee_type transaction_id out_trade_no attach time_end nonce_str sign",
        ),
        (
            "legacy",
            "return_code return_msg appid mch_id nonce_str sign result_code openid is_subscribe trade_type bank_type "
            "total_fee fee_type transaction_id out_trade_no attach time_end cash_fee cash_fee_type",
        ),
    ],
)
async def test_a_charge_is_paid_at_once(merchant: Any, generation: str, names: str) -> None:
    """No cashier, no notification: the answer is the payment, in the order of its generation."""
    merchant.tenant.change_settings({"v2.format": generation})
    before = balances(merchant)

    reply = await charge(merchant, await shown(merchant))

    assert " ".join(reply) == names
    assert (reply["trade_type"], reply["total_fee"], reply["openid"]) == ("MICROPAY", "199", Phone(merchant).openid)
    assert await state(merchant) == "SUCCESS"
    assert balances(merchant) == (before[0] + 198, before[1] - 199)
    with merchant.tenant.transaction() as tx:
        assert tx.deliveries() == []


async def test_a_refused_charge_is_laid_out_as_observed(merchant: Any) -> None:
    """A code read twice, as seen in 2024: err_code_des first, then the identity, then the sign."""
    auth_code = await shown(merchant)
    await charge(merchant, auth_code)

    reply = await charge(merchant, auth_code, out_trade_no="T2026000002")

    assert list(reply.items())[:7] == [
        ("return_code", "SUCCESS"),
        ("return_msg", "OK"),
        ("result_code", "FAIL"),
        ("err_code_des", "101 每个二维码仅限使用一次，请刷新再试"),
        ("err_code", "AUTH_CODE_INVALID"),
        ("mch_id", merchant.mch_id),
        ("appid", merchant.appid),
    ]
    assert list(reply)[7:] == ["nonce_str", "sign"]
    assert reply["sign"] == v2_sign(reply, merchant.key)


@pytest.mark.parametrize(
    ("total", "password", "asked"), [(100_000, False, False), (100_001, False, True), (1, True, True)]
)
async def test_above_a_thousand_yuan_the_phone_asks(merchant: Any, total: int, password: bool, asked: bool) -> None:
    """So it does when the phone says so; the order waits, and the same charge again waits too."""
    auth_code = await shown(merchant, password=password)

    reply = await charge(merchant, auth_code, total_fee=str(total))

    assert reply.get("err_code") == ("USERPAYING" if asked else None)
    assert await state(merchant) == ("USERPAYING" if asked else "SUCCESS")
    again = await charge(merchant, auth_code, total_fee=str(total))
    assert again["err_code"] == ("USERPAYING" if asked else "ORDERPAID")


async def test_the_sixth_payment_of_a_day_asks(merchant: Any) -> None:
    """Five a day go without the password, each payer's own; those with it, and the next day's, do not count."""

    async def asked(number: str, **more: Any) -> bool:
        code = (await Phone(merchant).do("user.payment_code", **{"user": "xiaoming", **more}))["auth_code"]
        return (await charge(merchant, code, out_trade_no=number)).get("err_code") == "USERPAYING"

    first = [await asked("T0", password=True), *[await asked(f"T{nth}") for nth in range(1, 7)]]
    other = await asked("T7", user="xiaohong")
    merchant.tenant.change_settings({"phone.passwordless_per_day": None})
    unlimited = await asked("T8")
    merchant.tenant.change_settings({"phone.passwordless_per_day": 5})
    await merchant.box.timers.advance(merchant.tenant, 16 * 60 * 60 * 1000)  # midnight in Beijing

    assert first == [True, False, False, False, False, False, True]
    assert (other, unlimited, await asked("T9")) == (False, False, False)


async def test_the_password_ends_the_waiting(merchant: Any) -> None:
    """A wrong one leaves it open, the right one pays."""
    phone = Phone(merchant)
    await charge(merchant, await shown(merchant, password=True))

    wrong = await phone.do("user.enter_password", out_trade_no=T, action="wrong-password")
    between = await state(merchant)
    right = await phone.do("user.enter_password", out_trade_no=T)

    assert (wrong["paid"], between, right["paid"], await state(merchant)) == (False, "USERPAYING", True, "SUCCESS")


async def test_who_cancels_has_failed_the_order(merchant: Any) -> None:
    """PAYERROR for good, in the layout of 2024; the phone is not asked again."""
    phone = Phone(merchant)
    await charge(merchant, await shown(merchant, password=True))

    await phone.do("user.enter_password", out_trade_no=T, action="cancel")
    reply = await merchant.post("/pay/orderquery", merchant.query(out_trade_no=T))
    late = await phone.do("user.enter_password", out_trade_no=T)

    assert list(reply)[5:] == ["trade_state", "out_trade_no", "attach", "trade_state_desc", "nonce_str", "sign"]
    assert (reply["trade_state"], reply["trade_state_desc"]) == ("PAYERROR", "支付失败，请撤销订单")
    assert (late["paid"], late["explanation"]["code"]) == (False, "NOTHING_ASKED")


async def test_a_paid_charge_is_reversed(merchant: Any) -> None:
    """The money goes back, the order is REVOKED, and calling again is fine."""
    before = balances(merchant)
    await charge(merchant, await shown(merchant))

    reply = await reverse(merchant)
    again = await reverse(merchant)
    await merchant.box.timers.advance(merchant.tenant, 1000)

    assert list(reply)[-3:] == ["nonce_str", "sign", "recall"]
    assert (reply["recall"], again["recall"]) == ("N", "N")
    assert await state(merchant) == "REVOKED"
    assert balances(merchant) == before


async def test_a_waiting_charge_is_reversed(merchant: Any) -> None:
    """It is closed, and the password comes too late."""
    auth_code = await shown(merchant, password=True)
    await charge(merchant, auth_code)

    await reverse(merchant)

    late = await Phone(merchant).do("user.enter_password", out_trade_no=T)
    assert (await state(merchant), late["paid"]) == ("CLOSED", False)


async def test_a_code_tells_whose_it_is(merchant: Any) -> None:
    """The openid under the caller's appid; from then on no other merchant may charge it, the asker may."""
    auth_code = await shown(merchant)

    reply = await send(merchant, WHOSE, merchant.query(auth_code=auth_code))
    other = merchant.tenant.merchants[list(merchant.tenant.merchants)[1]]
    merchant.tenant.change_merchant(msgspec.structs.replace(other, appids=frozenset({merchant.appid})))
    fields = {**sample(merchant, MICROPAY), "auth_code": auth_code, "mch_id": other.mchid}
    taken = await merchant.post(MICROPAY.path, fields, key=other.api_keys[0].text)
    mine = await charge(merchant, auth_code)

    assert reply["openid"] == Phone(merchant).openid
    assert taken["err_code"] == "AUTH_CODE_INVALID"
    assert mine["result_code"] == "SUCCESS"


@pytest.mark.parametrize("sent", ["raw", "encoded"])
async def test_a_short_url_is_signed_raw(merchant: Any, sent: str) -> None:
    """It may be sent URL-encoded."""
    raw = "weixin://wxpay/bizpayurl?pr=abc&groupid=00"
    fields = merchant.query(long_url=raw)
    fields["sign"] = v2_sign(fields, merchant.key)
    if sent == "encoded":
        fields["long_url"] = "weixin%3A%2F%2Fwxpay%2Fbizpayurl%3Fpr%3Dabc%26groupid%3D00"

    reply = await merchant.post(SHORT.path, fields)

    assert reply["short_url"].startswith("weixin://wxpay/s/")
    with merchant.tenant.transaction() as tx:
        assert tx.long_url(reply["short_url"]) == raw


async def test_a_report_is_heard(merchant: Any) -> None:
    """Three elements, unsigned."""
    reply = await send(merchant, REPORT, sample(merchant, REPORT))

    assert reply == {"return_code": "SUCCESS", "return_msg": "OK", "result_code": "SUCCESS"}


def test_only_reversing_needs_a_certificate() -> None:
    """The others do not."""
    assert [one.needs_certificate for one in (MICROPAY, REVERSE, WHOSE, SHORT, REPORT)] == [False, True, *[False] * 3]


async def waiting(m: Any) -> dict[str, str]:
    return await charge(m, await shown(m, password=True))


async def used(m: Any) -> dict[str, str]:
    auth_code = await shown(m)
    await charge(m, auth_code)
    return await charge(m, auth_code, out_trade_no="T2026000002")


async def expired(m: Any) -> dict[str, str]:
    auth_code = await shown(m)
    await m.box.timers.advance(m.tenant, 60_000)
    return await charge(m, auth_code)


async def poor(m: Any) -> dict[str, str]:
    await Phone(m).do("user.change", id="xiaoming", balance=198)
    return await charge(m, await shown(m))


async def refused(m: Any) -> dict[str, str]:
    auth_code = await shown(m, password=True)
    await charge(m, auth_code)
    await Phone(m).do("user.enter_password", out_trade_no=T, action="cancel")
    return await charge(m, auth_code)


async def reversed_before(m: Any) -> dict[str, str]:
    auth_code = await shown(m)
    await charge(m, auth_code)
    await reverse(m)
    return await charge(m, auth_code)


async def paid(m: Any) -> dict[str, str]:
    auth_code = await shown(m)
    await charge(m, auth_code)
    return await charge(m, auth_code)


async def ordered(m: Any, **changes: str | None) -> dict[str, str]:
    await m.post("/pay/unifiedorder", m.order(T, **changes))
    return await charge(m, await shown(m))


async def closed(m: Any) -> dict[str, str]:
    await m.post("/pay/unifiedorder", m.order(T))
    await m.post("/pay/closeorder", m.query(out_trade_no=T))
    return await charge(m, await shown(m))


async def order_expired(m: Any) -> dict[str, str]:
    await m.post("/pay/unifiedorder", m.order(T, time_expire="20260101083000"))
    await m.box.timers.advance(m.tenant, 3_600_000)
    return await charge(m, await shown(m))


async def changed(m: Any) -> dict[str, str]:
    await charge(m, await shown(m, password=True))
    return await charge(m, await shown(m))


def with_fields(**changes: str) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        return await charge(m, **{"auth_code": await shown(m), **changes})

    return trigger


def merchant_is(**changes: Any) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        m.tenant.change_merchant(msgspec.structs.replace(m.tenant.merchants[m.mch_id], **changes))
        return await charge(m, await shown(m))

    return trigger


async def reversed_order_of_another_kind(m: Any) -> dict[str, str]:
    await m.pay(T)
    return await reverse(m)


async def reversed_late(m: Any) -> dict[str, str]:
    await charge(m, await shown(m))
    await m.box.timers.advance(m.tenant, 8 * DAY)
    return await reverse(m)


async def reversed_at_once(m: Any) -> dict[str, str]:
    m.tenant.change_settings({"limits.reverse_wait": 15})
    await charge(m, await shown(m))
    return await reverse(m)


async def reversed_by_a_wrong_number(m: Any) -> dict[str, str]:
    return await reverse(m, out_trade_no=None, transaction_id="T1")


NATURAL: dict[tuple[Endpoint, Row], Trigger] = {
    (MICROPAY, codepay.USER_PAYING): waiting,
    (MICROPAY, codepay.PAYCODE_USED): used,
    (MICROPAY, codepay.PAYCODE_UNKNOWN): with_fields(auth_code="100000000000000000"),
    (MICROPAY, codepay.PAYCODE_EXPIRED): expired,
    (MICROPAY, codepay.PAYCODE_MALFORMED): with_fields(auth_code="123456"),
    (MICROPAY, codepay.PAYER_POOR): poor,
    (MICROPAY, codepay.PAYER_REFUSED): refused,
    (MICROPAY, codepay.ORDER_REVERSED): reversed_before,
    (MICROPAY, pay.ORDER_PAID): paid,
    (MICROPAY, pay.ORDER_CLOSED): closed,
    (MICROPAY, pay.ORDER_EXPIRED): order_expired,
    (MICROPAY, pay.ORDER_CHANGED): changed,
    (MICROPAY, pay.OUT_TRADE_NO_REPEATED): ordered,
    (MICROPAY, pay.NO_PERMISSION): merchant_is(products=frozenset({"JSAPI"})),
    (MICROPAY, pay.MERCHANT_RESTRICTED): merchant_is(restricted=True),
    (MICROPAY, protocol.TIME_EXPIRE_TOO_SOON): with_fields(time_expire="20260101080030"),
    (MICROPAY, protocol.CLIENT_IP_INVALID): with_fields(spbill_create_ip="unknown"),
    (REVERSE, pay.ORDER_NOT_EXIST): reverse,
    (REVERSE, codepay.NOT_REVERSIBLE): reversed_order_of_another_kind,
    (REVERSE, codepay.REVERSE_TOO_LATE): reversed_late,
    (REVERSE, pay.FREQUENCY_LIMITED): reversed_at_once,
    (REVERSE, refund.TRANSACTION_NUMBER_INVALID): reversed_by_a_wrong_number,
}
ONLY_BY_RULE = {
    codepay.CARD_NOT_SUPPORTED, codepay.BANK_FAILED, codepay.BUYER_MISMATCH, codepay.REVERSE_PARAMETER_WRONG,
    pay.OUT_TRADE_NO_USED, pay.SYSTEM_ERROR, pay.FREQUENCY_LIMITED,
}  # fmt: skip


@pytest.mark.parametrize(("endpoint", "row"), NATURAL, ids=lambda one: one.name)
async def test_by_nature(merchant: Any, endpoint: Endpoint, row: Row) -> None:
    """What the caller does, or what state payer and order are in, brings exactly this row."""
    reply = await NATURAL[endpoint, row](merchant)

    assert last_problem(merchant) == row.name
    spelling = row.spelling("v2", endpoint=endpoint.name)
    assert spelling is not None
    ensure_said(reply, spelling)


@pytest.mark.parametrize(
    ("row", "prepare"),
    [
        (codepay.PAYCODE_USED, charge),
        (codepay.PAYCODE_EXPIRED, None),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
async def test_a_dead_code_is_nobodys(merchant: Any, row: Row, prepare: Any) -> None:
    """authcodetoopenid refuses what micropay refuses."""
    auth_code = await shown(merchant)
    if prepare is None:
        await merchant.box.timers.advance(merchant.tenant, 60_000)
    else:
        await prepare(merchant, auth_code)

    await send(merchant, WHOSE, merchant.query(auth_code=auth_code))

    assert last_problem(merchant) == row.name


@pytest.mark.parametrize("endpoint", [MICROPAY, REVERSE, WHOSE, SHORT, REPORT], ids=lambda one: one.name)
async def test_rows_that_all_share(merchant: Any, endpoint: Endpoint) -> None:
    """The shared refusals, field by field, and everything that a rule can make it say."""

    def good(m: Any) -> dict[str, str]:
        return {"out_trade_no": T} if endpoint is REVERSE else {}

    await shared_rows(merchant, endpoint, good)
    await rows_by_rule(merchant, endpoint, good)


def test_no_row_is_left_out() -> None:
    """Each row has a natural trigger or is documented only, and every code of the published tables is there."""
    for endpoint in (MICROPAY, REVERSE):
        brought = {row.name for one, row in NATURAL if one is endpoint} | {row.name for row in ONLY_BY_RULE}
        assert {row.name for row in endpoint.raises} <= brought
    assert not documents(
        "v2.micropay",
        "SYSTEMERROR ORDERPAID NOAUTH AUTHCODEEXPIRE NOTENOUGH NOTSUPORTCARD ORDERCLOSED ORDERREVERSED BANKERROR "
        "USERPAYING AUTH_CODE_ERROR AUTH_CODE_INVALID XML_FORMAT_ERROR REQUIRE_POST_METHOD SIGNERROR LACK_PARAMS "
        "NOT_UTF8 BUYER_MISMATCH APPID_NOT_EXIST MCHID_NOT_EXIST OUT_TRADE_NO_USED APPID_MCHID_NOT_MATCH "
        "INVALID_REQUEST TRADE_ERROR PARAM_ERROR",
    )
    assert not documents(
        "v2.reverse",
        "SYSTEMERROR INVALID_TRANSACTIONID PARAM_ERROR REQUIRE_POST_METHOD SIGNERROR REVERSE_EXPIRE",
    )
    assert not documents("v2.authcodetoopenid", "SYSTEMERROR AUTHCODEEXPIRE AUTH_CODE_ERROR AUTH_CODE_INVALID")
