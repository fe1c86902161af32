"""查询退款"""

from sandbox.domain.refund import Refund, RefundState
from sandbox.errors import Refusal, pay, refund
from sandbox.gateway.dialects.v2form import Manner, V2Form
from sandbox.gateway.dialects.v2layout import Alphabetical
from sandbox.gateway.forms import integer, text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v2orders import ensure_number, own_order
from sandbox.protocol import wiretime

PAGE = 10  # refunds in one reply
STATES = {
    RefundState.PROCESSING: "PROCESSING",
    RefundState.SUCCESS: "SUCCESS",
    RefundState.ABNORMAL: "CHANGE",
    RefundState.CLOSED: "REFUNDCLOSE",
}
ACCOUNTS = {"AVAILABLE": "REFUND_SOURCE_RECHARGE_FUNDS", "UNSETTLED": "REFUND_SOURCE_UNSETTLED_FUNDS"}
RECEIVED = {"支付用户零钱": "支付用户的零钱"}  # a query says it otherwise than the notification (observed)


class RefundQuery(V2Form):
    manner = Manner(layout=Alphabetical())

    transaction_id: str | None = text("微信订单号", 32)
    out_trade_no: str | None = text("商户订单号", 32)
    out_refund_no: str | None = text("商户退款单号", 64, sample="R20260101000001")
    refund_id: str | None = text("微信退款单号", 32)
    offset: int | None = integer("偏移量", minimum=0, sample="0")


@endpoint(
    "v2",
    "POST /pay/refundquery",
    RefundQuery,
    title="查询退款",
    source="https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_5",
    raises=(
        refund.REFUND_NOT_EXIST, refund.TRANSACTION_NUMBER_INVALID, refund.REFUND_PARAMETER_WRONG, pay.SYSTEM_ERROR,
        pay.FREQUENCY_LIMITED,
    ),
)  # fmt: skip
def refundquery(call: Call, form: RefundQuery) -> Reply:
    """The refunds of one number: refund_id before out_refund_no before transaction_id before out_trade_no."""
    found = _find(call, form)
    terms = found[0].terms
    page = found[form.offset or 0 :][:PAGE]
    body: list[tuple[str, str | int]] = [
        ("transaction_id", terms.transaction_id),
        ("out_trade_no", terms.out_trade_no),
        ("total_fee", str(terms.total)),  # these two stand in CDATA, the other amounts do not (observed)
        ("cash_fee", str(terms.total)),
        ("refund_fee", sum(one.terms.refund for one in found)),
        ("refund_count", len(page)),
    ]
    if form.offset is not None or len(found) > PAGE:
        body.append(("total_refund_count", len(found)))
    for nth, one in enumerate(page):
        body += [(f"{name}_{nth}", value) for name, value in _row(one)]
    return Reply(body=tuple(body))


def _find(call: Call, form: RefundQuery) -> list[Refund]:
    """What the number stands for, oldest first and never empty. Raises Refusal."""
    assert call.merchant is not None
    given = form.refund_id or form.out_refund_no or form.transaction_id or form.out_trade_no
    ensure_number(given, wanted="refund_id, out_refund_no, transaction_id or out_trade_no")
    if form.refund_id:
        found = [call.tx.refund_by_id(form.refund_id)]
    elif form.out_refund_no:
        found = [call.tx.refund(call.merchant.mchid, form.out_refund_no)]
    else:
        order = own_order(call, form.transaction_id, form.out_trade_no)
        found = [] if order is None else [*call.tx.refunds_of(order.terms.mchid, order.terms.out_trade_no)]
    caller = (call.merchant.mchid, form.sub_mch_id or "")
    mine = [one for one in found if one is not None and (one.terms.mchid, one.terms.sub_mchid) == caller]
    mine.sort(key=lambda one: (one.created, one.terms.out_refund_no))
    if not mine:
        raise Refusal(refund.REFUND_NOT_EXIST, came=given, expected=f"a refund of {call.merchant.mchid}")
    if not mine[form.offset or 0 :]:
        raise Refusal(
            refund.REFUND_PARAMETER_WRONG, field="offset", came=form.offset, expected=f"less than {len(mine)}"
        )
    return mine


def _row(made: Refund) -> list[tuple[str, str | int]]:
    terms = made.terms
    row: list[tuple[str, str | int]] = [
        ("out_refund_no", terms.out_refund_no),
        ("refund_id", made.refund_id),
        ("refund_channel", made.channel),
        ("refund_fee", terms.refund),
        ("refund_status", STATES[made.state]),
        ("refund_account", ACCOUNTS[terms.funds_account]),
        ("refund_recv_accout", RECEIVED.get(made.received_account, made.received_account)),  # the platform's spelling
    ]
    if made.success_time is not None:
        row.append(("refund_success_time", wiretime.dashed(made.success_time)))
    return row
