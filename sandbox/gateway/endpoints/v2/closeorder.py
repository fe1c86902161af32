"""关闭订单"""

from sandbox.errors import Refusal, pay
from sandbox.gateway.dialects.v2form import V2Form
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint


class CloseOrder(V2Form):
    out_trade_no: str = text("商户订单号", 32, sample="T20260101000001")


@endpoint(
    "v2",
    "POST /pay/closeorder",
    CloseOrder,
    title="关闭订单",
    source="https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_3",
    raises=(
        pay.ORDER_PAID,
        pay.ORDER_CLOSED,
        pay.ORDER_NOT_EXIST,
        pay.TRADE_STATE_ERROR,
        pay.SYSTEM_ERROR,
        pay.FREQUENCY_LIMITED,
    ),
)
def closeorder(call: Call, form: CloseOrder) -> Reply:
    """Close an unpaid order."""
    assert call.merchant is not None
    order = call.tx.order(call.merchant.mchid, form.out_trade_no)
    if order is None or order.hidden or order.terms.sub_mchid != (form.sub_mch_id or ""):
        raise Refusal(
            pay.ORDER_NOT_EXIST,
            field="out_trade_no",
            came=form.out_trade_no,
            expected=f"an order of {call.merchant.mchid}",
        )
    if call.now - order.created < call.settings.limits.close_wait * 1000:
        raise Refusal(pay.FREQUENCY_LIMITED, expected=f"{call.settings.limits.close_wait:g} s after the order")
    closed = order.closed_now(call.now, call.tenant.auto_close(), reentrant=call.settings.v2.close_reentrant)
    call.tx.put_order(closed)
    return Reply(body=(("result_msg", "OK"),))
