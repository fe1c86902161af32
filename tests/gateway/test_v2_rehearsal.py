"""The platform's own acceptance rehearsal, offline: its key, its amounts, its oddities, the negative-test header."""

import time
from typing import Any

import pytest
from v2_contract import V2, ensure_said, last_problem, rows_by_rule, sample, shared_rows
from wire_merchant import from_xml, to_xml, v2_sign

from sandbox.errors import pay, protocol, rehearsal
from sandbox.gateway.spec import Endpoint
from sandbox.gateway.wire import Wire
from sandbox.notifier.composers import COMPOSERS
from sandbox.notifier.letter import Writing
from sandbox.platform.moments import Moment, Occasion

KEY, XDC_KEY = V2["v2.getsignkey"], V2["v2.xdcgetsignkey"]
ALL = [one for one in V2.values() if one.name.startswith(("v2.sandboxnew.", "v2.xdc."))]
ORDER, QUERY = V2["v2.sandboxnew.unifiedorder"], V2["v2.sandboxnew.orderquery"]
CHARGE, REVERSE = V2["v2.sandboxnew.micropay"], V2["v2.sandboxnew.reverse"]
XDC_CHARGE, XDC_QUERY = V2["v2.xdc.micropay"], V2["v2.xdc.orderquery"]
REFUND, REFUND_QUERY = V2["v2.sandboxnew.refund"], V2["v2.sandboxnew.refundquery"]
T = "T20260101000001"
DAY = 24 * 60 * 60 * 1000


async def key(m: Any, endpoint: Endpoint = KEY) -> str:
    """What getsignkey hands out."""
    return str((await m.post(endpoint.path, sample(m, endpoint)))["sandbox_signkey"])


async def call(
    m: Any, endpoint: Endpoint, headers: dict[str, str] | None = None, **changes: str | None
) -> dict[str, str]:
    """A good request with some fields changed (None: left out), signed with the rehearsal's key."""
    said = {**sample(m, endpoint), **changes}
    fields = {name: value for name, value in said.items() if value is not None}
    fields["sign"] = v2_sign(fields, await key(m))
    wire = Wire(method="POST", path=endpoint.path, target=endpoint.path, body=to_xml(fields), headers=headers or {},
                base_url="http://127.0.0.1")  # fmt: skip
    m.reply = await m.box.pipeline.serve(wire)
    return from_xml(m.reply.body)


def notices(m: Any) -> list[dict[str, str]]:
    """What the merchant is told."""
    written = []
    with m.tenant.transaction() as tx:
        for one in tx.deliveries():
            occasion = Occasion(Moment.NOTIFY_READY, {}, m.tenant.wall)
            writing = Writing(
                tenant=m.tenant, tx=tx, merchant=m.tenant.merchants[m.mch_id], delivery=one, occasion=occasion,
                now=m.tenant.clock.now(),
            )  # fmt: skip
            letter = COMPOSERS[one.event, one.dialect](writing)
            assert letter is not None
            written.append(from_xml(letter.body))
    return written


@pytest.mark.parametrize("endpoint", [KEY, XDC_KEY], ids=lambda one: one.path)
async def test_a_key_is_handed_out_for_three_days(merchant: Any, endpoint: Endpoint) -> None:
    """32 hex, unsigned, `ok` in lower case; the same one until its time is over."""
    reply = await merchant.post(endpoint.path, sample(merchant, endpoint))
    again = await key(merchant, endpoint)
    await merchant.box.timers.advance(merchant.tenant, 3 * DAY)

    assert list(reply) == ["return_code", "return_msg", "mch_id", "sandbox_signkey"]
    assert (reply["return_msg"], len(reply["sandbox_signkey"])) == ("ok", 32)
    assert again == reply["sandbox_signkey"] != await key(merchant, endpoint)


async def test_the_key_is_asked_for_with_the_production_key(merchant: Any) -> None:
    """Everything else is signed with what it answers."""
    refused = await merchant.post(KEY.path, sample(merchant, KEY), key="x" * 32)
    with_production = await merchant.post(ORDER.path, sample(merchant, ORDER))

    assert refused == {"return_code": "FAIL", "return_msg": "获取沙箱密钥失败，确认交易密钥是否正确"}
    assert with_production["return_msg"] == "沙箱验证签名失败，请确认沙箱签名key是否正确（通过getsignkey调用生成）"


async def test_an_order_is_answered_as_observed(merchant: Any) -> None:
    """nonce_str echoed, err_code SUCCESS, device_info sandbox, a code_url that never changes."""
    reply = await call(merchant, ORDER, trade_type="NATIVE", total_fee="301")

    assert " ".join(reply) == (
        "trade_type prepay_id nonce_str return_code err_code_des sign mch_id return_msg appid device_info code_url "
        "result_code err_code"
    )
    assert (reply["nonce_str"], reply["code_url"], reply["err_code"]) == (
        sample(merchant, ORDER)["nonce_str"], "weixin://wxpay/s/An4baqw", "SUCCESS",
    )  # fmt: skip
    assert reply["sign"] == v2_sign(reply, await key(merchant))
    assert len(reply["prepay_id"]) == 22


@pytest.mark.parametrize(("trade_type", "base"), [("JSAPI", 100), ("APP", 200), ("NATIVE", 300)])
@pytest.mark.parametrize(
    ("number", "state", "told", "total"),
    [
        (1, "SUCCESS", 1, 0), (2, "SUCCESS", 1, 0), (30, "SUCCESS", 0, 0), (31, "PAYERROR", 0, 0),
        (32, "SUCCESS", 2, 0), (33, "SUCCESS", 1, 0), (34, "SUCCESS", 1, 20000), (79, "SUCCESS", 1, 0),
    ],
)  # fmt: skip
async def test_the_amount_says_what_happens(
    merchant: Any, trade_type: str, base: int, number: int, state: str, told: int, total: int
) -> None:
    """The list of acceptance cases, for each way of ordering."""
    amount = str(base + number)
    await call(merchant, ORDER, trade_type=trade_type, total_fee=amount)

    query = await call(merchant, QUERY, out_trade_no=T)
    heard = notices(merchant)

    assert (query["trade_state"], len(heard)) == (state, told)
    for notice in heard:
        assert notice["total_fee"] == (str(total) if total else amount)
        right = notice["sign"] == v2_sign(notice, await key(merchant))
        assert right is (number != 33)
        assert notice["result_code"] == ("FAIL" if number == 79 else "SUCCESS")
    if number == 2:
        assert (query["cash_fee"], query["coupon_fee"]) == (str(int(amount) - 3), "3")
        assert (query["settlement_total_fee"], query["coupon_type_1"]) == (str(int(amount) - 2), "NO_CASH")


@pytest.mark.parametrize(
    ("amount", "answer", "states"),
    [
        ("1", "SUCCESS", ["SUCCESS"]), ("2", "SUCCESS", ["SUCCESS"]), ("3", "SUCCESS", ["SUCCESS"]),
        ("30", "USERPAYING", ["USERPAYING", "SUCCESS"]), ("34", "SYSTEMERROR", ["SUCCESS"]),
        ("79", "SYSTEMERROR", ["SUCCESS"]), ("501", "SUCCESS", ["SUCCESS"]),
    ],
)  # fmt: skip
async def test_charges_by_amount(merchant: Any, amount: str, answer: str, states: list[str]) -> None:
    """Payment codes: what is answered, and what later queries say."""
    reply = await call(merchant, CHARGE, total_fee=amount)
    seen = [(await call(merchant, QUERY, out_trade_no=T))["trade_state"] for _ in states]

    assert (reply["err_code"], seen) == (answer, states)


@pytest.mark.parametrize(
    ("name", "late", "answer", "state"),
    [
        ("MICROPAY_USERPAYING", False, "USERPAYING", "USERPAYING"),
        ("MICROPAY_TIMEOUT", True, "SUCCESS", "SUCCESS"),
        ("MICROPAY_PAYERROR", True, "SYSTEMERROR", "PAYERROR"),
        ("MICROPAY_PAY_QUERY_TIMEOUT", True, "SYSTEMERROR", None),
    ],
)
async def test_the_header_names_a_case(merchant: Any, name: str, late: bool, answer: str, state: str | None) -> None:
    """The four names of the second rehearsal; a late answer is later than half a second of real time."""
    started = time.monotonic()
    reply = await call(merchant, XDC_CHARGE, {"Wechatpay-Negative-Test": name})
    took = time.monotonic() - started
    query = await call(merchant, XDC_QUERY, out_trade_no=T)

    assert (reply["err_code"], took > 0.5) == (answer, late)
    assert query.get("trade_state") == state


async def test_the_header_takes_our_names_anywhere(merchant: Any) -> None:
    """A row's name or a wire code, on any endpoint; an unknown one is only noted."""
    path, fields = "/pay/unifiedorder", merchant.order()
    fields["sign"] = v2_sign(fields, merchant.key)
    said = []
    for name in ("SYSTEM_ERROR", "ORDERPAID", "NOBODY_KNOWS"):
        wire = Wire(method="POST", path=path, target=path, body=to_xml(fields),
                    headers={"Wechatpay-Negative-Test": name}, base_url="http://127.0.0.1")  # fmt: skip
        said.append(from_xml((await merchant.box.pipeline.serve(wire)).body).get("err_code"))

    assert said == ["SYSTEMERROR", "ORDERPAID", None]
    assert "Wechatpay-Negative-Test" in " ".join(list(merchant.tenant.journal)[-1].notes)
    assert pay.SYSTEM_ERROR.name == list(merchant.tenant.journal)[-3].problem


async def test_refunded_and_reversed(merchant: Any) -> None:
    """Once, at once; another amount, or what was not paid, is no case."""
    await call(merchant, ORDER)
    wrong = await call(merchant, REFUND, out_trade_no=T, total_fee="102")
    refund = await call(merchant, REFUND, out_trade_no=T)
    again = await call(merchant, REFUND, out_trade_no=T)
    second = await call(merchant, REFUND, out_trade_no=T, out_refund_no="R2")
    await call(merchant, ORDER, out_trade_no="T3", total_fee="131")
    unpaid = await call(merchant, REFUND, out_trade_no="T3", total_fee="131", refund_fee="131")
    await call(merchant, CHARGE, out_trade_no="T2")
    reversal = await call(merchant, REVERSE, out_trade_no="T2")

    refused = "沙箱支付金额不正确，请确认验收case"
    assert [one["return_msg"] for one in (wrong, second, unpaid)] == [refused] * 3
    assert (refund["refund_fee"], again["refund_id"]) == ("101", refund["refund_id"])
    assert reversal["recall"] == "N"
    assert (await call(merchant, QUERY, out_trade_no="T2"))["trade_state"] == "REVOKED"


@pytest.mark.parametrize("number", ["refund_id", "out_refund_no", "transaction_id", "out_trade_no"])
async def test_a_refund_is_found_by_any_number(merchant: Any, number: str) -> None:
    """It has arrived, with what was asked for and when."""
    await call(merchant, ORDER)
    refund = await call(merchant, REFUND, out_trade_no=T, refund_fee="50")

    numbers = {"out_trade_no": None, number: refund[number]}
    asked = await call(merchant, REFUND_QUERY, **numbers)
    missing = await call(merchant, REFUND_QUERY, **{"out_trade_no": None, number: "9"})

    assert (asked["refund_status_0"], asked["refund_success_time_0"]) == ("SUCCESS", "2026-01-01 08:00:00")
    assert (asked["refund_count"], asked["refund_fee"], asked["refund_fee_0"]) == ("1", "50", "50")
    assert (asked["out_refund_no_0"], asked["refund_id_0"]) == (refund["out_refund_no"], refund["refund_id"])
    assert missing["return_msg"] == "沙箱支付金额不正确，请确认验收case"


@pytest.mark.parametrize(("charged", "amount", "off"), [(True, "502", 0), (False, "552", 3), (False, "102", 3)])
async def test_coupons_go_back_with_all_of_the_money(merchant: Any, charged: bool, amount: str, off: int) -> None:
    """The refund cases of the coupon acceptance; of a part no coupon goes back."""
    for nth in (1, 2):
        await call(merchant, CHARGE if charged else ORDER, out_trade_no=f"T{nth}", total_fee=amount)
    fields = {"out_trade_no": "T1", "out_refund_no": "R1", "total_fee": amount}
    whole = await call(merchant, REFUND, **{**fields, "refund_fee": amount})
    part = await call(merchant, REFUND, **{**fields, "out_trade_no": "T2", "out_refund_no": "R2", "refund_fee": "1"})
    asked = await call(merchant, REFUND_QUERY, out_trade_no="T1")

    assert (whole["coupon_refund_fee"], whole["cash_refund_fee"]) == (str(off), str(int(amount) - off))
    assert (part["coupon_refund_fee"], part["cash_refund_fee"]) == ("0", "1")
    assert asked.get("coupon_refund_fee_0", "0") == str(off)
    assert asked["cash_fee"] == str(int(amount) - off)


@pytest.mark.parametrize(
    ("endpoint", "amount", "row"),
    [
        (ORDER, "1", rehearsal.REHEARSAL_AMOUNT), (CHARGE, "101", rehearsal.REHEARSAL_MICROPAY_AMOUNT),
        (QUERY, "", rehearsal.REHEARSAL_ORDER_UNKNOWN),
    ],
)  # fmt: skip
async def test_another_amount_is_refused(merchant: Any, endpoint: Endpoint, amount: str, row: Any) -> None:
    """With the amount in the text."""
    reply = await call(merchant, endpoint, **({"total_fee": amount} if amount else {"out_trade_no": "T9"}))

    assert last_problem(merchant) == row.name
    spelling = row.spelling("v2", endpoint=endpoint.name)
    ensure_said(reply, spelling, spelling.text.format(came=amount))


@pytest.mark.parametrize("endpoint", [KEY, XDC_KEY, *ALL], ids=lambda one: one.name)
async def test_rows_that_all_share(merchant: Any, endpoint: Endpoint) -> None:
    """The shared refusals, field by field, and everything that a rule can make it say."""
    if endpoint not in (KEY, XDC_KEY):
        merchant.key = await key(merchant)
    await shared_rows(merchant, endpoint, lambda _: {})
    await rows_by_rule(merchant, endpoint, lambda _: {})


def test_nothing_here_needs_a_certificate() -> None:
    """Not even refunds."""
    assert not any(one.needs_certificate for one in (KEY, XDC_KEY, *ALL))
    assert protocol.SIGN_WRONG.spelling("v2", endpoint="v2.getsignkey")


def test_every_v2_endpoint_has_its_contract() -> None:
    """No endpoint is outside of the suites that produce its rows."""
    suites = {"v2.unifiedorder", "v2.orderquery", "v2.closeorder", "v2.refund", "v2.refundquery", "v2.micropay",
              "v2.reverse", "v2.authcodetoopenid", "v2.shorturl", "v2.report", "v2.downloadbill",
              "v2.downloadfundflow", "v2.batchquerycomment", "v2.contractorder", "v2.pappayapply",
              "v2.paporderquery", "v2.querycontract", "v2.deletecontract", "v2.entrustweb", "v2.h5entrustweb",
              "v2.preentrustweb", "v2.getsignkey",
              "v2.xdcgetsignkey"}  # fmt: skip
    families = ("v2.promotion.", "v2.profitsharing", "v2.multiprofitsharing", "v2.sandboxnew.", "v2.xdc.")
    assert [name for name in V2 if name not in suites and not name.startswith(families)] == []
