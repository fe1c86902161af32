"""验收：统一下单、查询、关单、退款、对账单、上报"""

import msgspec

from sandbox.domain.order import STATE_DESCRIPTIONS, TradeState
from sandbox.domain.refund import RefundState
from sandbox.domain.rehearsal import TAMPERED_TOTAL, Case, Rehearsal, ordered_case
from sandbox.errors import Refusal, rehearsal
from sandbox.gateway.endpoints.v2.refundquery import ACCOUNTS, STATES
from sandbox.gateway.forms import integer, text
from sandbox.gateway.rehearsing import RehearsalForm, found, framed, payment
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.platform import outbox
from sandbox.protocol import identifiers, wiretime
from sandbox.protocol.bill import Trade, trade_bill

CODE_URL = "weixin://wxpay/s/An4baqw"  # always this one (observed)
SOURCE = "https://github.com/xiaochengtech/wechat"
ASKING = (rehearsal.REHEARSAL_SIGN_WRONG, rehearsal.REHEARSAL_ORDER_UNKNOWN)
QUERYING = (*ASKING, rehearsal.REHEARSED_SYSTEM_ERROR)
PAID = (TradeState.SUCCESS, TradeState.REFUND)
UNTOLD = (Case.SILENT, Case.FAILED)
LATE = 1.0  # seconds; the platform asks for a time-out below half of one


class Ordering(RehearsalForm):
    body: str = text("商品描述", 127, sample="茶叶一罐")
    out_trade_no: str = text("商户订单号", 32, sample="T20260101000001")
    total_fee: int = integer("标价金额", sample="101")
    attach: str | None = text("附加数据", 127)
    notify_url: str = text("通知地址", 256, sample="http://127.0.0.1:8689/wechatpay/notify")
    trade_type: str = text("交易类型", 16, pattern="JSAPI|NATIVE|APP|MWEB", sample="JSAPI")
    openid: str | None = text("用户标识", 128)


class Numbered(RehearsalForm):
    out_trade_no: str | None = text("商户订单号", 32, sample="T20260101000001")
    out_refund_no: str | None = text("商户退款单号", 64)


class RefundNumbered(Numbered):
    transaction_id: str | None = text("微信订单号", 32)
    refund_id: str | None = text("微信退款单号", 32)


class Refunding(RehearsalForm):
    out_trade_no: str | None = text("商户订单号", 32, sample="T20260101000001")
    out_refund_no: str = text("商户退款单号", 64, sample="R20260101000001")
    total_fee: int = integer("订单金额", sample="101")
    refund_fee: int = integer("退款金额", sample="101")


class Bill(RehearsalForm):
    bill_date: str = text("对账单日期", 8, sample="20260101")


@endpoint(
    "v2", "POST /sandboxnew/pay/unifiedorder", Ordering, name="v2.sandboxnew.unifiedorder", title="验收：统一下单",
    source=SOURCE, raises=(rehearsal.REHEARSAL_SIGN_WRONG, rehearsal.REHEARSAL_AMOUNT,),
)  # fmt: skip
def unifiedorder(call: Call, form: Ordering) -> Reply:
    """Paid the moment it is ordered; what is told of it depends on the amount."""
    case = ordered_case(form.trade_type, form.total_fee)
    if case is None:
        expected = f"an amount of the acceptance list for {form.trade_type}"
        raise Refusal(rehearsal.REHEARSAL_AMOUNT, field="total_fee", came=form.total_fee, expected=expected)
    entropy = call.ids.entropy("rehearsal", form.mch_id, form.out_trade_no)
    one = Rehearsal(
        mchid=form.mch_id,
        out_trade_no=form.out_trade_no,
        appid=form.appid,
        total=form.total_fee,
        trade_type=form.trade_type,
        case=case,
        created=call.now,
        transaction_id=identifiers.rehearsed_transaction_id(entropy, call.now),
        openid=form.openid or call.ids.openid(form.appid, "rehearsal"),
        nonce_str=form.nonce_str,
        notify_url=form.notify_url,
        attach=form.attach or "",
    )
    call.tx.put_rehearsal(one)
    for turn in range(0 if case in UNTOLD else 2 if case is Case.TWICE else 1):
        outbox.announce(
            call.tx, call.ids, event=outbox.REHEARSAL, mchid=one.mchid, subject=one.out_trade_no, url=one.notify_url,
            dialect="v2", now=call.now, out_trade_no=one.out_trade_no, turn=str(turn),
        )  # fmt: skip
    prepay_id = identifiers.rehearsed_prepay_id(entropy, call.now)
    codes = {"NATIVE": (("code_url", CODE_URL),), "MWEB": (("mweb_url", CODE_URL),)}.get(form.trade_type, ())
    return framed(form, (("trade_type", form.trade_type), ("prepay_id", prepay_id)), codes)


def query(call: Call, form: Numbered) -> Reply:
    """An order of the rehearsal as its case has it."""
    one = found(call, form, form.out_trade_no)
    call.tx.put_rehearsal(msgspec.structs.replace(one, asked=one.asked + 1))
    if one.case is Case.LOST and not one.reversed:
        return Reply(refusal=Refusal(rehearsal.REHEARSED_SYSTEM_ERROR, came=one.case.value), late=LATE)
    state = one.state
    told = (("trade_state", state.value), ("trade_state_desc", STATE_DESCRIPTIONS[state]))
    if state not in PAID:
        return framed(form, (*told, ("out_trade_no", one.out_trade_no)))
    total = TAMPERED_TOTAL if one.case is Case.TAMPERED else one.total
    return framed(form, (*told, *payment(msgspec.structs.replace(one, total=total))))


orderquery = endpoint(
    "v2", "POST /sandboxnew/pay/orderquery", Numbered, name="v2.sandboxnew.orderquery", title="验收：查询订单",
    source=SOURCE, raises=QUERYING,
)(query)  # fmt: skip
xdc_orderquery = endpoint(
    "v2", "POST /xdc/apiv2sandbox/pay/orderquery", Numbered, name="v2.xdc.orderquery", title="验收：查询订单",
    source="https://pay.weixin.qq.com/doc/v2/merchant/4011984810",
    raises=QUERYING,
)(query)  # fmt: skip


@endpoint(
    "v2", "POST /sandboxnew/pay/closeorder", Numbered, name="v2.sandboxnew.closeorder", title="验收：关闭订单",
    source=SOURCE, raises=ASKING,
)  # fmt: skip
def closeorder(call: Call, form: Numbered) -> Reply:
    """Heard; a query still says that it is paid (observed)."""
    found(call, form, form.out_trade_no)
    return framed(form, (("result_msg", "OK"),))


def _refund(call: Call, form: Refunding) -> Reply:
    """One refund of an order, which arrives at once."""
    one = found(call, form, form.out_trade_no)
    if one.total != form.total_fee or form.refund_fee > one.total:
        came = f"{form.refund_fee} of {form.total_fee}"
        raise Refusal(rehearsal.REHEARSAL_ORDER_UNKNOWN, field="total_fee", came=came, expected=f"of {one.total}")
    if one.state not in PAID or one.out_refund_no not in ("", form.out_refund_no):
        came, expected = one.out_refund_no or one.state.value, "an order that is paid, and one refund of it"
        raise Refusal(rehearsal.REHEARSAL_ORDER_UNKNOWN, field="out_refund_no", came=came, expected=expected)
    if one.refunded is None:
        one = msgspec.structs.replace(
            one, out_refund_no=form.out_refund_no, refund_fee=form.refund_fee, refunded=call.now
        )
        call.tx.put_rehearsal(one)
    returned = one.coupon_refund
    told = (
        ("refund_channel", ""), ("refund_fee", str(one.refund_fee)), ("coupon_refund_fee", str(returned)),
        ("total_fee", str(one.total)), ("cash_fee", str(one.total - sum(one.off))),
        ("cash_refund_fee", str(one.refund_fee - returned)),
    )  # fmt: skip
    return framed(form, (*_numbers(call, one), *told))


refund = endpoint(
    "v2", "POST /sandboxnew/pay/refund", Refunding, name="v2.sandboxnew.refund", title="验收：申请退款",
    source=SOURCE, raises=ASKING,
)(_refund)  # fmt: skip
secapi_refund = endpoint(
    "v2", "POST /sandboxnew/secapi/pay/refund", Refunding, name="v2.sandboxnew.secapi.refund", title="验收：申请退款",
    source="https://github.com/Wechat-Group/WxJava/issues/936", raises=ASKING,
)(_refund)  # fmt: skip


@endpoint(
    "v2", "POST /sandboxnew/pay/refundquery", RefundNumbered, name="v2.sandboxnew.refundquery", title="验收：查询退款",
    source=SOURCE, raises=ASKING,
)  # fmt: skip
def refundquery(call: Call, form: RefundNumbered) -> Reply:
    """The one refund that an order has in the rehearsal, by any of its numbers."""
    one = _refunded(call, form)
    assert one.refunded is not None
    told = [(f"{name}_0" if "refund" in name else name, value) for name, value in _numbers(call, one)]
    if one.coupon_refund:
        told += [("coupon_refund_fee_0", str(one.coupon_refund))]
    told += [
        ("refund_count", "1"), ("refund_channel_0", "ORIGINAL"), ("refund_fee", str(one.refund_fee)),
        ("refund_fee_0", str(one.refund_fee)), ("refund_status_0", STATES[RefundState.SUCCESS]),
        ("refund_account_0", ACCOUNTS["UNSETTLED"]), ("refund_recv_accout_0", "支付用户的零钱"),
        ("refund_success_time_0", wiretime.dashed(one.refunded)), ("total_fee", str(one.total)),
        ("cash_fee", str(one.total - sum(one.off))),
    ]  # fmt: skip
    return framed(form, tuple(told))


def _refunded(call: Call, form: RefundNumbered) -> Rehearsal:
    """The first number counts that was sent, as in production. Raises Refusal."""
    asked = (form.refund_id, form.out_refund_no, form.transaction_id, form.out_trade_no)
    place, number = next(((place, said) for place, said in enumerate(asked) if said), (0, ""))
    for one in call.tx.rehearsals(form.mch_id):
        if one.refunded is not None:
            numbers = dict(_numbers(call, one))
            if numbers[("refund_id", "out_refund_no", "transaction_id", "out_trade_no")[place]] == number:
                return one
    expected = "a number of a refund that was rehearsed"
    raise Refusal(rehearsal.REHEARSAL_ORDER_UNKNOWN, came=number or "no number", expected=expected)


@endpoint(
    "v2", "POST /sandboxnew/pay/downloadbill", Bill, name="v2.sandboxnew.downloadbill", title="验收：下载对账单",
    source=SOURCE, raises=(rehearsal.REHEARSAL_SIGN_WRONG,),
)  # fmt: skip
def downloadbill(call: Call, form: Bill) -> Reply:
    """A sample that has nothing to do with what was rehearsed, as there."""
    sample = Trade(
        time=call.now, appid=form.appid, mchid=form.mch_id, sub_mchid="", device_info="sandbox",
        transaction_id="1004400740201409030005092168", out_trade_no="autotest_20160102", openid="oSandbox",
        trade_type="JSAPI", bank_type="CMC", currency="CNY", total=1, description="sandbox", attach="sandbox_attach",
        fee=0, fee_rate=60,
    )  # fmt: skip
    return Reply(file=trade_bill([sample], "ALL"), content_type="text/plain; charset=utf-8")


@endpoint(
    "v2", "POST /sandboxnew/payitil/report", RehearsalForm, name="v2.sandboxnew.report", title="验收：交易保障",
    source=SOURCE, raises=(rehearsal.REHEARSAL_SIGN_WRONG,),
)  # fmt: skip
def report(call: Call, form: RehearsalForm) -> Reply:
    """Heard, and that is all."""
    return framed(form, ())


def _numbers(call: Call, one: Rehearsal) -> tuple[tuple[str, str], ...]:
    return (
        ("transaction_id", one.transaction_id),
        ("out_trade_no", one.out_trade_no),
        ("out_refund_no", one.out_refund_no),
        ("refund_id", call.ids.refund_id(one.created, one.mchid, f"rehearsal {one.out_refund_no}")),
    )
