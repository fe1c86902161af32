"""Which order a v2 request is about, by one of its two numbers."""

import re

from sandbox.domain.order import Order
from sandbox.errors import Refusal, protocol, refund
from sandbox.gateway.spec import Call

TRANSACTION_ID = re.compile(r"\d{28}|\d{32}")


def ensure_number(*given: str | None, wanted: str) -> None:
    """At least one of the numbers was sent. Raises Refusal."""
    if not any(given):
        raise Refusal(
            protocol.FIELD_MISSING, field="out_trade_no", title="商户订单号", came="no number", expected=wanted
        )


def own_order(call: Call, transaction_id: str | None, out_trade_no: str | None) -> Order | None:
    """The caller's order; transaction_id wins. Raises Refusal for what cannot be a transaction_id."""
    assert call.merchant is not None
    if transaction_id:
        if not TRANSACTION_ID.fullmatch(transaction_id):
            raise Refusal(
                refund.TRANSACTION_NUMBER_INVALID, field="transaction_id", came=transaction_id, expected="28 digits"
            )
        order = call.tx.order_by_transaction(transaction_id)
    else:
        order = call.tx.order(call.merchant.mchid, out_trade_no or "")
    mine = order is not None and order.terms.mchid == call.merchant.mchid and bool(order.terms.appid)
    return order if mine else None
