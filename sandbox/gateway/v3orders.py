"""Orders through APIv3: the terms of a request, what a query answers, and closing."""

from typing import Any

from sandbox.domain.merchant import Merchant
from sandbox.domain.order import MINUTE, STATE_DESCRIPTIONS, ClosedBy, Order, Terms, TradeType
from sandbox.domain.order import Prepay as Handle
from sandbox.errors import Refusal, codepay, pay, protocol
from sandbox.gateway.dialects.v3form import Ordered, PartnerPrepay, Prepay
from sandbox.gateway.ordering import clipped, ensure_may_collect, ensure_openid, place
from sandbox.gateway.spec import Call
from sandbox.gateway.v3request import as_set, caller, ensure_address, ensure_bound, fingerprint, instant
from sandbox.protocol import wiretime

PLACING = (
    pay.NO_PERMISSION, pay.MERCHANT_RESTRICTED, pay.ORDER_PAID, pay.ORDER_CLOSED, pay.ORDER_EXPIRED, pay.ORDER_CHANGED,
    pay.OUT_TRADE_NO_REPEATED, pay.OUT_TRADE_NO_USED, pay.MERCHANT_NOT_EXIST, pay.REQUEST_NOT_ALLOWED,
    pay.FREQUENCY_LIMITED, protocol.APPID_UNKNOWN, protocol.APPID_NOT_BOUND,
)  # fmt: skip
FOR_SUB = (protocol.SUB_MCHID_UNRELATED, protocol.MCHID_UNKNOWN)
PLACING_DIRECTLY = (*PLACING, protocol.SUB_MCHID_MISSING)
PLACING_FOR_SUB = (*PLACING, *FOR_SUB)
"""What any of the four ways to order may be refused with."""
PAYER = (pay.OPENID_INVALID, protocol.OPENID_OF_OTHER_APPID)
ASKING = (
    pay.ORDER_NOT_EXIST, pay.MERCHANT_NOT_EXIST, pay.REQUEST_NOT_ALLOWED, pay.RULE_LIMIT, pay.TRADE_ERROR,
    pay.FREQUENCY_LIMITED,
)  # fmt: skip


def order_directly(call: Call, form: Prepay, trade_type: TradeType, openid: str = "") -> Handle:
    """A direct merchant's order. Raises Refusal."""
    merchant = caller(call)
    if merchant.kind == "provider":
        expected = "the partner endpoints: this mchid is a service provider's"
        raise Refusal(protocol.SUB_MCHID_MISSING, field="mchid", came=merchant.mchid, expected=expected)
    ensure_bound(call, merchant, form.appid)
    ensure_may_collect(merchant, trade_type)
    if openid:
        ensure_openid(call, openid, form.appid)
    terms = _terms(call, form, trade_type, appid=form.appid, openid=openid)
    return _placed(call, terms)


def order_for_sub(
    call: Call, form: PartnerPrepay, trade_type: TradeType, sp_openid: str = "", sub_openid: str = ""
) -> Handle:
    """A provider's order for its sub-merchant. Raises Refusal."""
    merchant = caller(call)
    ensure_bound(call, merchant, form.sp_appid, field="sp_appid")
    ensure_related(call, merchant, form.sub_mchid)
    ensure_may_collect(merchant, trade_type)
    ensure_may_collect(call.tenant.merchants[form.sub_mchid], trade_type)
    if sp_openid:
        ensure_openid(call, sp_openid, form.sp_appid)
    elif sub_openid:
        ensure_openid(call, sub_openid, form.sub_appid or "")
    elif trade_type is TradeType.JSAPI:
        raise Refusal(pay.OPENID_MISSING, field="payer", came="neither", expected="sp_openid or sub_openid")
    terms = _terms(
        call,
        form,
        trade_type,
        appid=form.sp_appid,
        openid=sp_openid,
        sub_mchid=form.sub_mchid,
        sub_appid=form.sub_appid or "",
        sub_openid=sub_openid,
    )
    return _placed(call, terms)


def ensure_related(call: Call, merchant: Merchant, sub_mchid: str) -> None:
    """`sub_mchid` is a sub-merchant of the provider `merchant`. Raises Refusal."""
    sub = call.tenant.merchants.get(sub_mchid)
    if sub is None:
        raise Refusal(protocol.MCHID_UNKNOWN, field="sub_mchid", came=sub_mchid, expected="a merchant of this sandbox")
    if merchant.kind != "provider" or sub.provider != merchant.mchid:
        expected = f"a sub-merchant of {merchant.mchid}"
        raise Refusal(protocol.SUB_MCHID_UNRELATED, field="sub_mchid", came=sub_mchid, expected=expected)


def find(call: Call, *, out_trade_no: str = "", transaction_id: str = "", sub_mchid: str = "") -> Order:
    """The caller's order, placed through whatever dialect. Raises Refusal: ORDER_NOT_EXIST."""
    merchant = caller(call)
    if sub_mchid:
        ensure_related(call, merchant, sub_mchid)
    if transaction_id:
        order = call.tx.order_by_transaction(transaction_id)
    else:
        order = call.tx.order(merchant.mchid, out_trade_no)
    if order is None or order.hidden or (order.terms.mchid, order.terms.sub_mchid) != (merchant.mchid, sub_mchid):
        came = transaction_id or out_trade_no
        raise Refusal(pay.ORDER_NOT_EXIST, came=came, expected=f"an order of {merchant.mchid}")
    return order


def close(call: Call, out_trade_no: str, sub_mchid: str = "") -> None:
    """Close an unpaid order; again, and before it was ever ordered, is fine. Raises Refusal.

    developers.weixin.qq.com/community/pay/doc/00048a1efdc23011142d839d351800.
    """
    merchant = caller(call)
    if sub_mchid:
        ensure_related(call, merchant, sub_mchid)
    order = call.tx.order(merchant.mchid, out_trade_no)
    if order is None:
        call.tx.add_bare_order(_unborn(call, merchant.mchid, out_trade_no, sub_mchid))
        return
    if order.terms.combine_out_trade_no:
        expected = f"an order of {merchant.mchid} that is no part of a combined one"
        raise Refusal(pay.ORDER_NOT_EXIST, field="out_trade_no", came=out_trade_no, expected=expected)
    if order.terms.trade_type is TradeType.MICROPAY:
        raise Refusal(
            codepay.ONLY_REVERSIBLE, field="out_trade_no", came=out_trade_no, expected="no payment-code order"
        )
    ensure_patience(call, order)
    if order.closed_by is not ClosedBy.UNBORN:
        call.tx.put_order(order.closed_now(call.now, call.tenant.auto_close(), reentrant=True))


def ensure_patience(call: Call, order: Order) -> None:
    """An order is not closed sooner than limits.close_wait allows. Raises Refusal: FREQUENCY_LIMITED."""
    wait = call.settings.limits.close_wait
    if call.now - order.created < wait * 1000:
        raise Refusal(pay.FREQUENCY_LIMITED, expected=f"{wait:g} s after the order")


def order_body(call: Call, order: Order) -> dict[str, Any]:
    """What a query answers, and with `as_notification` what a notification tells."""
    terms, payment = order.terms, order.payment
    state = order.state(call.now, call.tenant.auto_close())
    body: dict[str, Any] = {
        "amount": {"payer_currency": terms.currency, "total": terms.total},
        "out_trade_no": terms.out_trade_no,
        "promotion_detail": [],
        "scene_info": {"device_id": terms.device_info or ""},
        "trade_state": state.value,
        "trade_state_desc": STATE_DESCRIPTIONS[state],
        **identity(order),
    }
    if terms.attach is not None:
        body["attach"] = terms.attach
    if payment is not None:
        body["amount"] |= {"currency": terms.currency, "payer_total": terms.total}
        body |= {
            "attach": terms.attach or "",
            "bank_type": payment.bank_type,
            "payer": payer(order),
            "success_time": wiretime.rfc3339(payment.time),
            "trade_type": terms.trade_type.value,
            "transaction_id": payment.transaction_id,
        }
    return body


def identity(order: Order) -> dict[str, str]:
    """Whose order it is, in the spelling of direct merchants or of providers."""
    terms = order.terms
    if not terms.sub_mchid:
        return {"appid": terms.appid, "mchid": terms.mchid}
    names = {"sp_appid": terms.appid, "sp_mchid": terms.mchid, "sub_mchid": terms.sub_mchid}
    return names | ({"sub_appid": terms.sub_appid} if terms.sub_appid else {})


def payer(order: Order) -> dict[str, str]:
    """Who paid."""
    terms, payment = order.terms, order.payment
    if payment is None:
        return {}
    if not terms.sub_mchid:
        return {"openid": payment.openid}
    return {"sp_openid": payment.openid} | ({"sub_openid": payment.sub_openid} if payment.sub_openid else {})


def _terms(call: Call, form: Ordered, trade_type: TradeType, *, appid: str, **payer: str) -> Terms:
    scene = form.scene_info
    if scene is not None:
        ensure_address(scene.payer_client_ip)
    return Terms(
        mchid=caller(call).mchid,
        out_trade_no=form.out_trade_no,
        appid=appid,
        total=form.amount.total,
        trade_type=trade_type,
        dialect="v3",
        notify_url=form.notify_url,
        description=form.description,
        fingerprint=fingerprint(call),
        sign_type="RSA",
        attach=form.attach,
        device_info=None if scene is None else scene.device_id,
        client_ip="" if scene is None else scene.payer_client_ip,
        time_expire=clipped(instant(form.time_expire), call, MINUTE),
        profit_sharing=form.settle_info is not None and bool(form.settle_info.profit_sharing),
        **payer,
    )


def _placed(call: Call, terms: Terms) -> Handle:
    try:
        return place(call, terms, lambda: None)
    except Refusal as refusal:
        raise as_set(call, refusal) from None


def _unborn(call: Call, mchid: str, out_trade_no: str, sub_mchid: str) -> Order:
    terms = Terms(
        mchid=mchid,
        out_trade_no=out_trade_no,
        appid="",
        total=0,
        trade_type=TradeType.JSAPI,
        dialect="v3",
        notify_url="",
        description="",
        fingerprint=b"",
        sub_mchid=sub_mchid,
    )
    return Order(terms=terms, created=call.now, prepay_id="", closed=call.now, closed_by=ClosedBy.UNBORN)
