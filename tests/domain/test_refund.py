"""Refunds of one order: amounts, fees and states."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain import ledger
from sandbox.domain.order import Order, Payment, TradeState, TradeType
from sandbox.domain.order import Terms as OrderTerms
from sandbox.domain.refund import Refund, RefundState, Terms, accepted, undone
from sandbox.errors import Refusal

NOW = 1_767_225_600_000


def paid(total: int) -> Order:
    terms = OrderTerms(
        mchid="1900000001", out_trade_no="T1", appid="wx5a4d8bf0c0de0001", total=total, trade_type=TradeType.JSAPI,
        dialect="v3", notify_url="", description="", fingerprint=b"",
    )  # fmt: skip
    payment = Payment(transaction_id="42", time=NOW, openid="o", user="u", fee=ledger.fee(total, 60), fee_rate=60)
    return Order(terms=terms, created=NOW, prepay_id="wx", payment=payment)


def asked(order: Order, amount: int, **changes: Any) -> Terms:
    given = {"out_refund_no": "R1", "refund": amount, "total": order.terms.total, **changes}
    return Terms(mchid="1900000001", out_trade_no="T1", transaction_id="42", dialect="v3", **given)


@given(total=st.integers(1, 10**9), parts=st.lists(st.tuples(st.integers(1, 10**9), st.booleans()), max_size=40))
def test_fees_come_back_in_proportion(total: int, parts: list[tuple[int, bool]]) -> None:
    """In whatever pieces, some of which fail: never more than the fee, and all of it with all of the money."""
    order = paid(total)
    assert order.payment is not None
    for amount, fails in parts:
        left = total - order.refunded
        if left == 0:
            break
        order, refund = accepted(order, asked(order, 1 + amount % left), "50", NOW)
        assert refund.fee_returned >= 0
        if fails:
            order = undone(order, refund)
        assert 0 <= order.refunded <= total
        assert 0 <= order.fee_returned <= order.payment.fee
        assert order.state(NOW, None) is TradeState.REFUND
    if order.refunded < total and order.refunds < 50:
        order, _ = accepted(order, asked(order, total - order.refunded), "50", NOW)
    assert order.refunded < total or order.fee_returned == order.payment.fee


@pytest.mark.parametrize(("total", "fee"), [(1, 0), (83, 0), (84, 1), (199, 1), (250, 2), (1000, 6), (100_000, 600)])
def test_a_fee_is_rounded_half_up(total: int, fee: int) -> None:
    """0.60 % of 84 fen are half a fen: a fen; of 83 fen nothing."""
    assert ledger.fee(total, 60) == fee


def test_a_refund_goes_only_forward() -> None:
    """SUCCESS and CLOSED are for good; ABNORMAL may still end well."""
    order = paid(199)
    _, refund = accepted(order, asked(order, 199), "50", NOW)
    abnormal = refund.to(RefundState.ABNORMAL, NOW + 1)
    done = abnormal.to(RefundState.PROCESSING, NOW + 2).to(RefundState.SUCCESS, NOW + 3)

    assert (done.created, done.success_time) == (NOW, NOW + 3)
    assert [done.state_at(NOW + at).value for at in range(5)] == [
        "PROCESSING", "ABNORMAL", "PROCESSING", "SUCCESS", "SUCCESS",
    ]  # fmt: skip
    for ended in (done, refund.to(RefundState.CLOSED, NOW)):
        with pytest.raises(ValueError, match="does not become"):
            ended.to(RefundState.ABNORMAL, NOW)


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ({"out_trade_no": "T2"}, "REFUND_NUMBERS_DISAGREE"),
        ({"refund": 98}, "REFUND_AMOUNTS_DISAGREE"),
        ({"total": 200}, "REFUND_AMOUNTS_DISAGREE"),
        ({"funds_account": "UNSETTLED"}, "REFUND_PARAMETERS_DISAGREE"),
        ({"reason": "缺货", "notify_url": "http://127.0.0.1/n", "dialect": "v2"}, ""),
    ],
)
def test_what_makes_a_number_another_refund(change: dict[str, Any], row: str) -> None:
    """Order, amounts and accounts; reason, URL and dialect do not."""
    order = paid(199)
    _, refund = accepted(order, asked(order, 99), "50", NOW)

    assert _refused(refund, change) == row


def _refused(refund: Refund, change: dict[str, Any]) -> str:
    try:
        refund.ensure_repeats(msgspec.structs.replace(refund.terms, **change))
    except Refusal as refusal:
        return refusal.row.name
    return ""
