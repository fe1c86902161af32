"""Refunds through v2: the wire, the life of a refund across dialects, and every row of its tables."""

import re
from typing import Any

import msgspec
import pytest
from v2_contract import V2, Trigger, documents, ensure_said, last_problem, rows_by_rule, send, shared_rows

from sandbox.errors import Row, pay, refund
from sandbox.gateway.spec import Endpoint

T, R = "T2026000001", "R2026000001"
REFUND, QUERY = V2["v2.refund"], V2["v2.refundquery"]
DAY = 24 * 60 * 60 * 1000


def asked(m: Any, number: str = R, **changes: str | None) -> dict[str, str]:
    """A good refund, changed."""
    fields = {"out_trade_no": T, "out_refund_no": number, "total_fee": "199", "refund_fee": "199", **changes}
    return dict(m.query(**fields))


def queried(m: Any, **changes: str | None) -> dict[str, str]:
    """A good query, changed."""
    return dict(m.query(**{"out_refund_no": R, **changes}))


def lines(body: bytes) -> list[str]:
    """A reply with what changes from one to the next masked."""
    return re.sub(r"(<(nonce_str|sign|refund_id\w*|transaction_id)><!\[CDATA\[)[^]]+", r"\1*", body.decode()).split(
        "\n"
    )


async def test_a_refund_is_answered_as_observed(merchant: Any) -> None:
    """The order of 2018 behind the modern head; amounts bare, refund_channel empty."""
    await merchant.pay(T)

    await merchant.post(REFUND.path, asked(merchant, refund_fee="99"))

    assert lines(merchant.reply.body) == [
        "<xml><return_code><![CDATA[SUCCESS]]></return_code>",
        "<return_msg><![CDATA[OK]]></return_msg>",
        "<result_code><![CDATA[SUCCESS]]></result_code>",
        f"<mch_id><![CDATA[{merchant.mch_id}]]></mch_id>",
        f"<appid><![CDATA[{merchant.appid}]]></appid>",
        "<transaction_id><![CDATA[*]]></transaction_id>",
        f"<out_trade_no><![CDATA[{T}]]></out_trade_no>",
        f"<out_refund_no><![CDATA[{R}]]></out_refund_no>",
        "<refund_id><![CDATA[*]]></refund_id>",
        "<refund_channel><![CDATA[]]></refund_channel>",
        "<refund_fee>99</refund_fee>",
        "<coupon_refund_fee>0</coupon_refund_fee>",
        "<total_fee>199</total_fee>",
        "<cash_fee>199</cash_fee>",
        "<coupon_refund_count>0</coupon_refund_count>",
        "<cash_refund_fee>99</cash_refund_fee>",
        "<nonce_str><![CDATA[*]]></nonce_str>",
        "<sign><![CDATA[*]]></sign>",
        "</xml>",
    ]


async def test_the_legacy_gateway_signed_before_the_result(merchant: Any) -> None:
    """The layout that was seen in 2018, byte by byte."""
    merchant.tenant.change_settings({"v2.format": "legacy"})
    await merchant.pay(T)

    reply = await merchant.post(REFUND.path, asked(merchant))

    assert " ".join(reply) == (
        "return_code return_msg appid mch_id nonce_str sign result_code transaction_id out_trade_no out_refund_no "
        "refund_id refund_channel refund_fee coupon_refund_fee total_fee cash_fee coupon_refund_count cash_refund_fee"
    )


@pytest.mark.parametrize("generation", ["modern", "legacy"])
async def test_a_query_is_alphabetical_with_its_oddities(merchant: Any, generation: str) -> None:
    """cash_fee and total_fee in CDATA, the other amounts bare, the account's name misspelt, in both generations."""
    merchant.tenant.change_settings({"v2.format": generation})
    await merchant.pay(T)
    await merchant.post(REFUND.path, asked(merchant))
    await merchant.box.timers.advance(merchant.tenant, 1000)

    await merchant.post(QUERY.path, queried(merchant))

    assert lines(merchant.reply.body) == [
        f"<xml><appid><![CDATA[{merchant.appid}]]></appid>",
        "<cash_fee><![CDATA[199]]></cash_fee>",
        f"<mch_id><![CDATA[{merchant.mch_id}]]></mch_id>",
        "<nonce_str><![CDATA[*]]></nonce_str>",
        f"<out_refund_no_0><![CDATA[{R}]]></out_refund_no_0>",
        f"<out_trade_no><![CDATA[{T}]]></out_trade_no>",
        "<refund_account_0><![CDATA[REFUND_SOURCE_UNSETTLED_FUNDS]]></refund_account_0>",
        "<refund_channel_0><![CDATA[ORIGINAL]]></refund_channel_0>",
        "<refund_count>1</refund_count>",
        "<refund_fee>199</refund_fee>",
        "<refund_fee_0>199</refund_fee_0>",
        "<refund_id_0><![CDATA[*]]></refund_id_0>",
        "<refund_recv_accout_0><![CDATA[支付用户的零钱]]></refund_recv_accout_0>",
        "<refund_status_0><![CDATA[SUCCESS]]></refund_status_0>",
        "<refund_success_time_0><![CDATA[2026-01-01 08:00:01]]></refund_success_time_0>",
        "<result_code><![CDATA[SUCCESS]]></result_code>",
        "<return_code><![CDATA[SUCCESS]]></return_code>",
        "<return_msg><![CDATA[OK]]></return_msg>",
        "<sign><![CDATA[*]]></sign>",
        "<total_fee><![CDATA[199]]></total_fee>",
        "<transaction_id><![CDATA[*]]></transaction_id>",
        "</xml>",
    ]


async def test_an_unknown_refund_is_alphabetical_too(merchant: Any) -> None:
    """REFUNDNOTEXIST with the words of 2014."""
    reply = await merchant.post(QUERY.path, queried(merchant))

    assert list(reply) == sorted(reply)
    assert (reply["err_code"], reply["err_code_des"]) == ("REFUNDNOTEXIST", "not exist")


async def test_partial_refunds_are_numbered_and_paged(merchant: Any) -> None:
    """Ten at a time from `offset`, oldest first; the total stands beside them when they are more."""
    transaction_id = await merchant.pay(T)
    for nth in range(12):
        await merchant.post(REFUND.path, asked(merchant, f"R{nth:02}", refund_fee="1"))

    first = await merchant.post(QUERY.path, queried(merchant, out_refund_no=None, out_trade_no=T))
    rest = await merchant.post(
        QUERY.path, queried(merchant, out_refund_no=None, transaction_id=transaction_id, offset="10")
    )

    assert (first["refund_count"], first["refund_fee"], first["out_refund_no_0"]) == ("10", "12", "R00")
    few = await merchant.post(QUERY.path, queried(merchant, out_refund_no="R00"))
    assert (first["total_refund_count"], "total_refund_count" in few) == ("12", False)
    assert (rest["refund_count"], rest["total_refund_count"], rest["out_refund_no_1"]) == ("2", "12", "R11")


async def test_a_refund_is_one_in_both_dialects(merchant: Any) -> None:
    """The same number again moves no more money, and any number of the refund or its order finds it."""
    transaction_id = await merchant.pay(T)
    first = await merchant.post(REFUND.path, asked(merchant))
    again = await merchant.post(REFUND.path, asked(merchant, out_trade_no=None, transaction_id=transaction_id))

    assert again["refund_id"] == first["refund_id"]
    for number in ({"refund_id": first["refund_id"]}, {"transaction_id": transaction_id}, {"out_trade_no": T}):
        found = await merchant.post(QUERY.path, queried(merchant, out_refund_no=None, **number))
        assert (found["refund_id_0"], found["refund_status_0"]) == (first["refund_id"], "PROCESSING")
    order = await merchant.post("/pay/orderquery", merchant.query(out_trade_no=T))
    assert order["trade_state"] == "REFUND"


def test_refunding_needs_a_certificate() -> None:
    """Asking does not."""
    assert (REFUND.needs_certificate, QUERY.needs_certificate) == (True, False)


def changed(**changes: str | None) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        await m.pay(T)
        return await send(m, REFUND, asked(m), **changes)

    return trigger


async def unpaid(m: Any) -> dict[str, str]:
    await m.post("/pay/unifiedorder", m.order(T))
    return await send(m, REFUND, asked(m))


async def of_another(m: Any) -> dict[str, str]:
    await m.pay("T2026000002")
    transaction_id = await m.pay(T)
    return await send(m, REFUND, asked(m, out_trade_no="T2026000002", transaction_id=transaction_id))


async def of_a_sub_merchant(m: Any) -> dict[str, str]:
    await m.pay(T)
    with m.tenant.transaction() as tx:
        order = tx.order(m.mch_id, T)
        tx.put_order(msgspec.structs.replace(order, terms=msgspec.structs.replace(order.terms, sub_mchid="1")))
    return await send(m, REFUND, asked(m))


async def twice(m: Any) -> dict[str, str]:
    await m.pay(T)
    await send(m, REFUND, asked(m, "R1"))
    return await send(m, REFUND, asked(m))


async def too_much(m: Any) -> dict[str, str]:
    await m.pay(T)
    await send(m, REFUND, asked(m, "R1", refund_fee="100"))
    return await send(m, REFUND, asked(m, refund_fee="100"))


async def too_late(m: Any) -> dict[str, str]:
    await m.pay(T)
    await m.box.timers.advance(m.tenant, 366 * DAY)
    return await send(m, REFUND, asked(m))


async def too_often(m: Any) -> dict[str, str]:
    await m.pay(T)
    for nth in range(50):
        await send(m, REFUND, asked(m, f"R{nth}", refund_fee="1"))
    return await send(m, REFUND, asked(m, refund_fee="1"))


async def poor(m: Any) -> dict[str, str]:
    m.tenant.change_merchant(msgspec.structs.replace(m.tenant.merchants[m.mch_id], opening_balance=0))
    await m.pay(T)
    return await send(m, REFUND, asked(m))


async def payer_gone(m: Any) -> dict[str, str]:
    await m.pay(T)
    with m.tenant.transaction() as tx:
        payer = next(user for user in tx.users() if m.openids[0] in user.openids.values())
        tx.put_user(msgspec.structs.replace(payer, limited=True))
    return await send(m, REFUND, asked(m))


def hurried(age: int) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        m.tenant.change_settings({"limits.refund_wait": 60})
        await m.pay(T)
        await m.box.timers.advance(m.tenant, age)
        await send(m, REFUND, asked(m, "R1", refund_fee="1"))
        return await send(m, REFUND, asked(m, refund_fee="1"))

    return trigger


def asking(**changes: str | None) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        return await send(m, QUERY, queried(m), **changes)

    return trigger


async def behind_the_last(m: Any) -> dict[str, str]:
    await m.pay(T)
    await send(m, REFUND, asked(m))
    return await send(m, QUERY, queried(m, out_refund_no=None, out_trade_no=T, offset="1"))


NATURAL: dict[Row, Trigger] = {
    refund.REFUND_ORDER_UNKNOWN: changed(out_trade_no="T2026000009"),
    refund.REFUND_ORDER_UNPAID: unpaid,
    refund.REFUND_NUMBERS_DISAGREE: of_another,
    refund.REFUND_AMOUNTS_DISAGREE: changed(total_fee="198"),
    refund.REFUND_PARAMETERS_DISAGREE: of_a_sub_merchant,
    refund.ORDER_FULLY_REFUNDED: twice,
    refund.REFUND_MORE_THAN_PAID: too_much,
    refund.REFUND_TOO_LATE: too_late,
    refund.REFUND_TOO_MANY: too_often,
    refund.REFUND_NOT_ENOUGH: poor,
    refund.REFUND_ACCOUNT_ABNORMAL: payer_gone,
    refund.REFUND_OLD_ORDER_LIMITED: hurried(31 * DAY),
    refund.TRANSACTION_NUMBER_INVALID: changed(transaction_id="T2026000001"),
    pay.FREQUENCY_LIMITED: hurried(0),
    refund.REFUND_NOT_EXIST: asking(),
    refund.REFUND_PARAMETER_WRONG: behind_the_last,
}
ONLY_BY_RULE = {
    refund.REFUND_NEEDS_RETRY, refund.REFUND_TOO_MANY_BAD_REQUESTS, pay.SYSTEM_ERROR,
}  # fmt: skip


@pytest.mark.parametrize("row", NATURAL, ids=lambda row: row.name)
async def test_by_nature(merchant: Any, row: Row) -> None:
    """What the caller does brings exactly this row."""
    endpoint = QUERY if row in (refund.REFUND_NOT_EXIST, refund.REFUND_PARAMETER_WRONG) else REFUND

    reply = await NATURAL[row](merchant)

    assert last_problem(merchant) == row.name
    spelling = row.spelling("v2", endpoint=endpoint.name)
    assert spelling is not None
    ensure_said(reply, spelling)


@pytest.mark.parametrize("endpoint", [REFUND, QUERY], ids=lambda one: one.name)
async def test_rows_that_all_share(merchant: Any, endpoint: Endpoint) -> None:
    """The shared refusals, and everything that a rule can make it say."""
    good = asked if endpoint is REFUND else queried
    await shared_rows(merchant, endpoint, good)
    await rows_by_rule(merchant, endpoint, good)


def test_no_row_is_left_out() -> None:
    """Each row has a natural trigger or is documented only, and every code of the published tables is there."""
    for endpoint in (REFUND, QUERY):
        assert {row.name for row in endpoint.raises} <= {row.name for row in (*NATURAL, *ONLY_BY_RULE)}
    assert not documents(
        "v2.refund",
        "SYSTEMERROR BIZERR_NEED_RETRY TRADE_OVERDUE ERROR USER_ACCOUNT_ABNORMAL INVALID_REQ_TOO_MUCH NOTENOUGH "
        "INVALID_TRANSACTIONID PARAM_ERROR APPID_NOT_EXIST MCHID_NOT_EXIST ORDERNOTEXIST REQUIRE_POST_METHOD "
        "SIGNERROR XML_FORMAT_ERROR FREQUENCY_LIMITED REFUND_FEE_MISMATCH REFUND_FEE_INVALID TRADE_STATE_ERROR",
    )
    assert not documents(
        "v2.refundquery",
        "SYSTEMERROR REFUNDNOTEXIST INVALID_TRANSACTIONID PARAM_ERROR APPID_NOT_EXIST MCHID_NOT_EXIST "
        "REQUIRE_POST_METHOD SIGNERROR XML_FORMAT_ERROR",
    )
