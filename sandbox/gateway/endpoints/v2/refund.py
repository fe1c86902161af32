"""申请退款"""

from sandbox.domain.order import Order
from sandbox.domain.refund import Refund, Terms
from sandbox.errors import Refusal, pay, refund
from sandbox.gateway.dialects.v2form import V2Form
from sandbox.gateway.forms import integer, text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v2orders import ensure_number, own_order
from sandbox.platform import refunds

ACCOUNTS = {"REFUND_SOURCE_RECHARGE_FUNDS": "AVAILABLE", "REFUND_SOURCE_UNSETTLED_FUNDS": "UNSETTLED"}
UNSETTLED = "REFUND_SOURCE_UNSETTLED_FUNDS"
RAISES = (
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
    refund.REFUND_OLD_ORDER_LIMITED,
    refund.TRANSACTION_NUMBER_INVALID,
    refund.REFUND_PARAMETER_WRONG,
    refund.REFUND_NEEDS_RETRY,
    refund.REFUND_TOO_MANY_BAD_REQUESTS,
    pay.FREQUENCY_LIMITED,
    pay.SYSTEM_ERROR,
)


class Refunding(V2Form):
    transaction_id: str | None = text("微信订单号", 32)
    out_trade_no: str | None = text("商户订单号", 32, sample="T20260101000001")
    out_refund_no: str = text("商户退款单号", 64, pattern=r"[0-9A-Za-z_\-|*@]+", sample="R20260101000001")
    total_fee: int = integer("订单金额", minimum=1, sample="199")
    refund_fee: int = integer("退款金额", minimum=1, sample="199")
    refund_fee_type: str | None = text("退款货币种类", 8, pattern="CNY", sample="CNY")
    refund_desc: str | None = text("退款原因", 80)
    refund_account: str | None = text("退款资金来源", 30, pattern="|".join(ACCOUNTS), sample=UNSETTLED)
    notify_url: str | None = text("退款结果通知url", 256, pattern=r"https?://[^\s/?#]+[^\s]*")


@endpoint(
    "v2",
    "POST /secapi/pay/refund",
    Refunding,
    title="申请退款",
    source="https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_4",
    raises=RAISES,
    needs_certificate=True,
)
def refunding(call: Call, form: Refunding) -> Reply:
    """Accept a refund, settled later; the same number with the same parameters is the same refund."""
    return Reply(body=answer(refunds.accept(call.tenant, call.tx, *_asked(call, form))), signed_last=True)


def _asked(call: Call, form: Refunding) -> tuple[Order, Terms]:
    assert call.merchant is not None
    ensure_number(form.transaction_id, form.out_trade_no, wanted="transaction_id or out_trade_no")
    order = own_order(call, form.transaction_id, form.out_trade_no)
    if order is None:
        came = form.transaction_id or form.out_trade_no
        raise Refusal(refund.REFUND_ORDER_UNKNOWN, came=came, expected=f"an order of {call.merchant.mchid}")
    terms = order.terms
    if form.transaction_id and form.out_trade_no not in (None, terms.out_trade_no):
        expected = f"{terms.out_trade_no}, which is {form.transaction_id}"
        raise Refusal(refund.REFUND_NUMBERS_DISAGREE, field="out_trade_no", came=form.out_trade_no, expected=expected)
    if terms.sub_mchid != (form.sub_mch_id or ""):
        expected = terms.sub_mchid or "none: it is the caller's own order"
        raise Refusal(
            refund.REFUND_PARAMETERS_DISAGREE, field="sub_mch_id", came=form.sub_mch_id or "none", expected=expected
        )
    if order.payment is None:
        raise Refusal(
            refund.REFUND_ORDER_UNPAID, came=f"{terms.out_trade_no}, which is not paid", expected="a paid one"
        )
    return order, Terms(
        mchid=terms.mchid,
        sub_mchid=terms.sub_mchid,
        out_refund_no=form.out_refund_no,
        out_trade_no=terms.out_trade_no,
        transaction_id=order.payment.transaction_id,
        refund=form.refund_fee,
        total=form.total_fee,
        dialect="v2",
        notify_url=form.notify_url or "",
        reason=form.refund_desc or "",
        funds_account=ACCOUNTS[form.refund_account or UNSETTLED],
    )


def answer(made: Refund) -> tuple[tuple[str, str | int], ...]:
    """In the order observed in 2018."""
    terms = made.terms
    return (
        ("transaction_id", terms.transaction_id),
        ("out_trade_no", terms.out_trade_no),
        ("out_refund_no", terms.out_refund_no),
        ("refund_id", made.refund_id),
        ("refund_channel", ""),
        ("refund_fee", terms.refund),
        ("coupon_refund_fee", 0),
        ("total_fee", terms.total),
        ("cash_fee", terms.total),
        ("coupon_refund_count", 0),
        ("cash_refund_fee", terms.refund),
    )
