"""撤销订单"""

from sandbox.domain.order import HOUR, TradeType
from sandbox.errors import Refusal, codepay, pay, refund
from sandbox.gateway.dialects.v2form import V2Form
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v2orders import ensure_number, own_order
from sandbox.platform import refunds

LATEST = 7 * 24 * HOUR


class Reverse(V2Form):
    transaction_id: str | None = text("微信订单号", 32)
    out_trade_no: str | None = text("商户订单号", 32, sample="T20260101000001")


@endpoint(
    "v2",
    "POST /secapi/pay/reverse",
    Reverse,
    title="撤销订单",
    source="https://pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_11",
    raises=(
        pay.ORDER_NOT_EXIST,
        codepay.NOT_REVERSIBLE,
        codepay.REVERSE_TOO_LATE,
        codepay.REVERSE_PARAMETER_WRONG,
        refund.TRANSACTION_NUMBER_INVALID,
        pay.SYSTEM_ERROR,
        pay.FREQUENCY_LIMITED,
    ),
    needs_certificate=True,
)
def reverse(call: Call, form: Reverse) -> Reply:
    """Give the money of a payment-code order back, or close it unpaid; again is fine."""
    assert call.merchant is not None
    ensure_number(form.transaction_id, form.out_trade_no, wanted="transaction_id or out_trade_no")
    order = own_order(call, form.transaction_id, form.out_trade_no)
    if order is None or order.terms.sub_mchid != (form.sub_mch_id or ""):
        came = form.transaction_id or form.out_trade_no
        raise Refusal(pay.ORDER_NOT_EXIST, came=came, expected=f"an order of {call.merchant.mchid}")
    if order.terms.trade_type is not TradeType.MICROPAY:
        expected = "an order of micropay"
        raise Refusal(codepay.NOT_REVERSIBLE, came=f"{order.terms.trade_type} order", expected=expected)
    age, wait = call.now - order.created, call.settings.limits.reverse_wait
    if age > LATEST:
        raise Refusal(codepay.REVERSE_TOO_LATE, came=f"{age // (24 * HOUR)} days after it", expected="at most 7 days")
    if age < wait * 1000:
        raise Refusal(pay.FREQUENCY_LIMITED, expected=f"limits.reverse_wait: {wait:g} s after the order")
    if order.reversed is None:
        refunds.reverse(call.tenant, call.tx, order)
    return Reply(body=(("recall", "N"),))
