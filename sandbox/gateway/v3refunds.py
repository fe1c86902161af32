"""Refunds through APIv3: which order is meant, what was asked, and what is answered."""

from typing import Any

from sandbox.domain.merchant import Merchant
from sandbox.domain.order import Order
from sandbox.domain.refund import Refund
from sandbox.errors import Refusal, pay, protocol, refund, v3
from sandbox.gateway.spec import Call
from sandbox.gateway.v3orders import ensure_related
from sandbox.protocol import wiretime

CALLING = (
    protocol.SUB_MCHID_MISSING, protocol.SUB_MCHID_UNRELATED, protocol.MCHID_UNKNOWN, refund.REFUND_MERCHANT_NOT_EXIST,
)  # fmt: skip
"""What any refund endpoint may refuse."""


def caller(call: Call, sub_mchid: str | None) -> Merchant:
    """Who refunds: a provider says for which of its sub-merchants, others say nothing. Raises Refusal."""
    merchant = call.merchant
    assert merchant is not None
    if sub_mchid:
        ensure_related(call, merchant, sub_mchid)
    elif merchant.kind == "provider":
        expected = f"a sub-merchant of {merchant.mchid}: it is a service provider"
        raise Refusal(protocol.SUB_MCHID_MISSING, field="sub_mchid", came="nothing", expected=expected)
    return merchant


def paid_order(
    call: Call, merchant: Merchant, *, transaction_id: str | None, out_trade_no: str | None, sub_mchid: str | None
) -> Order:
    """The caller's order of one number, or of both when they agree. Raises Refusal."""
    if not transaction_id and not out_trade_no:
        raise Refusal(
            v3.JSON_FIELD_MISSING, field="out_trade_no", title="商户订单号", pointer="/body/out_trade_no",
            came="neither number", expected="transaction_id or out_trade_no", detail={"location": "body", "value": ""},
        )  # fmt: skip
    by_id = call.tx.order_by_transaction(transaction_id) if transaction_id else None
    by_number = call.tx.order(merchant.mchid, out_trade_no) if out_trade_no else None
    order = by_id if transaction_id else by_number
    if order is None or order.terms.mchid != merchant.mchid or not order.terms.appid:
        came = transaction_id or out_trade_no
        raise Refusal(refund.REFUND_ORDER_UNKNOWN, came=came, expected=f"an order of {merchant.mchid}")
    if out_trade_no and order.terms.out_trade_no != out_trade_no:
        expected = f"{order.terms.out_trade_no}, which is {transaction_id}"
        raise Refusal(refund.REFUND_NUMBERS_DISAGREE, field="out_trade_no", came=out_trade_no, expected=expected)
    if order.terms.sub_mchid != (sub_mchid or ""):
        expected = order.terms.sub_mchid or "none: it is the caller's own order"
        raise Refusal(refund.REFUND_PARAMETERS_DISAGREE, field="sub_mchid", came=sub_mchid or "none", expected=expected)
    if order.payment is None:
        raise Refusal(
            refund.REFUND_ORDER_UNPAID, came=f"{order.terms.out_trade_no}, which is not paid", expected="a paid one"
        )
    return order


def find(call: Call, merchant: Merchant, out_refund_no: str, sub_mchid: str | None) -> Refund:
    """The caller's refund, made through whatever dialect. Raises Refusal REFUND_NOT_EXIST."""
    found = call.tx.refund(merchant.mchid, out_refund_no)
    if found is None or found.terms.sub_mchid != (sub_mchid or ""):
        raise Refusal(refund.REFUND_NOT_EXIST, came=out_refund_no, expected=f"a refund of {merchant.mchid}")
    return found


def body(made: Refund) -> tuple[tuple[str, Any], ...]:
    """What creating, querying and moving a refund answer."""
    terms = made.terms
    amount = {
        "currency": terms.currency,
        "discount_refund": 0,
        "from": [{"account": part.account, "amount": part.amount} for part in terms.parts],
        "payer_refund": terms.refund,
        "payer_total": terms.total,
        "refund": terms.refund,
        "refund_fee": made.fee_returned,
        "settlement_refund": terms.refund,
        "settlement_total": terms.total,
        "total": terms.total,
    }
    answer = {
        "amount": amount,
        "channel": made.channel,
        "create_time": wiretime.rfc3339(made.created),
        "funds_account": terms.funds_account,
        "out_refund_no": terms.out_refund_no,
        "out_trade_no": terms.out_trade_no,
        "promotion_detail": [],
        "refund_id": made.refund_id,
        "status": made.state.value,
        "transaction_id": terms.transaction_id,
        "user_received_account": made.received_account,
    }
    if made.success_time is not None:
        answer["success_time"] = wiretime.rfc3339(made.success_time)
    return tuple(answer.items())


ASKING = (*CALLING, refund.REFUND_NOT_EXIST)
REFUNDING = (
    *CALLING,
    refund.REFUND_ORDER_UNKNOWN,
    refund.REFUND_ORDER_UNPAID,
    refund.REFUND_NUMBERS_DISAGREE,
    refund.REFUND_AMOUNTS_DISAGREE,
    refund.REFUND_PARAMETERS_DISAGREE,
    refund.ORDER_FULLY_REFUNDED,
    refund.REFUND_MORE_THAN_PAID,
    refund.REFUND_TOO_LATE,
    refund.REFUND_TOO_MANY,
    refund.REFUND_NOT_ENOUGH,
    refund.REFUND_ACCOUNT_ABNORMAL,
    refund.REFUND_REQUEST_NOT_ALLOWED,
    refund.REFUND_OLD_ORDER_LIMITED,
    pay.FREQUENCY_LIMITED,
)
