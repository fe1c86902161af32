"""撤销订单"""

from sandbox.errors import Refusal, codepay, pay, refund
from sandbox.gateway.codepay import call_off
from sandbox.gateway.dialects.v2form import V2Form
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v2orders import ensure_number, own_order


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
    call_off(call, order)
    return Reply(body=(("recall", "N"),))
