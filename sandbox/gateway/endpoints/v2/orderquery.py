"""查询订单"""

from sandbox.domain.order import STATE_DESCRIPTIONS, Order, TradeState
from sandbox.errors import Refusal, pay, protocol
from sandbox.gateway import v2payment
from sandbox.gateway.dialects.v2form import Manner, V2Form
from sandbox.gateway.dialects.v2layout import Trade
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v2payment import Fields


class OrderQuery(V2Form):
    manner = Manner(layout=Trade(code_first=True))

    version: str | None = text("接口版本号", 32)
    transaction_id: str | None = text("微信订单号", 32)
    out_trade_no: str | None = text("商户订单号", 32, sample="T20260101000001")


@endpoint(
    "v2",
    "POST /pay/orderquery",
    OrderQuery,
    title="查询订单",
    source="https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_2",
    raises=(pay.ORDER_NOT_EXIST, pay.SYSTEM_ERROR, pay.FREQUENCY_LIMITED),
)
def orderquery(call: Call, form: OrderQuery) -> Reply:
    """What became of an order; transaction_id wins over out_trade_no."""
    return told(call, find(call, form))


def told(call: Call, order: Order) -> Reply:
    """An order as it stands."""
    state = order.state(call.now, call.tenant.auto_close())
    legacy = call.settings.v2.format == "legacy"
    if order.payment is not None and state is not TradeState.REVOKED:
        paid = v2payment.legacy if legacy else v2payment.modern
        return Reply(body=paid(order, order.payment, queried=state), signed_last=True)
    if state is not TradeState.NOTPAY:
        return Reply(body=_over(order, state, legacy), signed_last=True)
    device_info = (("device_info", order.terms.device_info or ""),)
    return Reply(body=_unpaid(order, state, legacy), echo=device_info, signed_last=True)


def find(call: Call, form: OrderQuery) -> Order:
    """The caller's order of this number. Raises Refusal."""
    assert call.merchant is not None
    if form.transaction_id is not None:
        order = call.tx.order_by_transaction(form.transaction_id)
        came = f"transaction_id {form.transaction_id}"
    elif form.out_trade_no is not None:
        order = call.tx.order(call.merchant.mchid, form.out_trade_no)
        came = f"out_trade_no {form.out_trade_no}"
    else:
        raise Refusal(
            protocol.FIELD_MISSING, field="out_trade_no", title="商户订单号", came="neither number",
            expected="transaction_id or out_trade_no",
        )  # fmt: skip
    if (
        order is None
        or order.hidden
        or order.terms.mchid != call.merchant.mchid
        or order.terms.sub_mchid != (form.sub_mch_id or "")
    ):
        raise Refusal(pay.ORDER_NOT_EXIST, came=came, expected=f"an order of {call.merchant.mchid}")
    return order


def _unpaid(order: Order, state: TradeState, legacy: bool) -> Fields:
    terms = order.terms
    total: Fields = (("total_fee", terms.total),)
    number: Fields = (("out_trade_no", terms.out_trade_no),)
    trade_state: Fields = (("trade_state", state.value),)
    description: Fields = (("trade_state_desc", STATE_DESCRIPTIONS[state]),)
    if legacy:
        return (*total, *number, *trade_state, *description)
    return (*trade_state, *total, *number, *description)


def _over(order: Order, state: TradeState, legacy: bool) -> Fields:
    trade_state = ("trade_state", state.value)
    rest = (("out_trade_no", order.terms.out_trade_no), ("attach", order.terms.attach or ""))
    description = ("trade_state_desc", STATE_DESCRIPTIONS[state])
    return (*rest, trade_state, description) if legacy else (trade_state, *rest, description)
