"""Combined orders: several merchants' orders placed, queried and closed as one."""

from typing import Any

import msgspec

from sandbox.domain.combined import TIME_EXPIRE_CAP, CombinedOrder, SubOrder
from sandbox.domain.merchant import Merchant
from sandbox.domain.order import MINUTE, Order, Prepay, Terms, TradeType
from sandbox.errors import Refusal, combine, pay, protocol, v3
from sandbox.gateway.dialects.v3combineform import Combine, CombinePayer, SubName, SubOrdered
from sandbox.gateway.ordering import clipped, ensure_may_collect, ensure_openid, given_again, minted
from sandbox.gateway.spec import Call
from sandbox.gateway.v3orders import ensure_patience, ensure_related
from sandbox.gateway.v3request import as_set, caller, ensure_address, ensure_bound, fingerprint, instant
from sandbox.protocol import wiretime

FEWEST, MOST = 2, 10  # parts of a direct merchant's; a provider's has 1 to 50
PLACING = (
    pay.NO_PERMISSION, pay.MERCHANT_RESTRICTED, pay.ORDER_PAID, pay.ORDER_CLOSED, pay.ORDER_EXPIRED, pay.ORDER_CHANGED,
    pay.OUT_TRADE_NO_REPEATED, pay.OUT_TRADE_NO_USED, pay.MERCHANT_NOT_EXIST, pay.REQUEST_NOT_ALLOWED, pay.RULE_LIMIT,
    pay.FREQUENCY_LIMITED, protocol.APPID_UNKNOWN, protocol.APPID_NOT_BOUND, protocol.SUB_MCHID_MISSING,
    protocol.SUB_MCHID_UNRELATED, protocol.MCHID_UNKNOWN, combine.COMBINED_SETTLE_CHANGED,
)  # fmt: skip
"""What any of the four ways to order together may be refused with."""


def order_together(call: Call, form: Combine, trade_type: TradeType, payer: CombinePayer | None = None) -> Prepay:
    """Place a combined order, or give the same unpaid one another handle. Raises Refusal."""
    merchant = caller(call)
    ensure_bound(call, merchant, form.combine_appid, field="combine_appid")
    _ensure_count(merchant, len(form.sub_orders))
    ensure_may_collect(merchant, trade_type)
    for sub in form.sub_orders:
        _ensure_party(call, merchant, sub, trade_type)
    whole = _whole(call, form, trade_type, payer)
    parts = [_part(whole, sub) for sub in form.sub_orders]
    try:
        known = call.tx.combined(whole.mchid, whole.out_trade_no)
        return _open(call, whole, parts) if known is None else _again(call, known, whole, parts)
    except Refusal as refusal:
        raise as_set(call, refusal) from None


def find(call: Call, out_trade_no: str) -> CombinedOrder:
    """The caller's combined order. Raises Refusal: ORDER_NOT_EXIST."""
    found = call.tx.combined(caller(call).mchid, out_trade_no)
    if found is None:
        expected = f"a combined order of {caller(call).mchid}"
        raise Refusal(pay.ORDER_NOT_EXIST, field="combine_out_trade_no", came=out_trade_no, expected=expected)
    return found


def close(call: Call, out_trade_no: str, combine_appid: str, subs: list[SubName]) -> None:
    """Close all parts of an unpaid combined order. Raises Refusal."""
    ensure_bound(call, caller(call), combine_appid, field="combine_appid")
    combined = find(call, out_trade_no)
    named = sorted((sub.mchid, sub.out_trade_no, sub.sub_mchid or "") for sub in subs)
    ordered = sorted((sub.mchid, sub.out_trade_no, sub.sub_mchid) for sub in combined.subs)
    if named != ordered:
        came, expected = (", ".join(f"{mchid} {number}" for mchid, number, _ in some) for some in (named, ordered))
        raise Refusal(combine.COMBINED_SUBS_DIFFER, field="sub_orders", came=came, expected=expected)
    ensure_patience(call, combined.whole)
    auto_close = call.tenant.auto_close()
    whole = combined.whole.closed_now(call.now, auto_close, reentrant=False)
    call.tx.put_combined(msgspec.structs.replace(combined, whole=whole))
    for part in parts_of(call, combined):
        call.tx.put_order(part.closed_now(call.now, auto_close, reentrant=True))


def parts_of(call: Call, combined: CombinedOrder) -> list[Order]:
    """The parts, in the order in which they were named."""
    parts = [call.tx.order(sub.mchid, sub.out_trade_no) for sub in combined.subs]
    return [part for part in parts if part is not None]


def combined_body(call: Call, combined: CombinedOrder) -> dict[str, Any]:
    """What a query answers."""
    whole = combined.whole
    body: dict[str, Any] = {
        "combine_appid": whole.terms.appid,
        "combine_mchid": whole.terms.mchid,
        "combine_out_trade_no": whole.terms.out_trade_no,
        "scene_info": {"device_id": whole.terms.device_info or ""},
        "sub_orders": [_part_body(call, part) for part in parts_of(call, combined)],
    }
    if whole.payment is not None:
        sub_openid = whole.payment.sub_openid
        body["combine_payer_info"] = {"openid": whole.payment.openid} | (
            {"sub_openid": sub_openid} if sub_openid else {}
        )
    return body


def _part_body(call: Call, part: Order) -> dict[str, Any]:
    terms, payment = part.terms, part.payment
    names = {"sub_mchid": terms.sub_mchid, "sub_appid": terms.sub_appid}
    body: dict[str, Any] = {
        "amount": {"currency": terms.currency, "payer_amount": 0, "total_amount": terms.total},
        "attach": terms.attach or "",
        "mchid": terms.mchid,
        "out_trade_no": terms.out_trade_no,
        "promotion_detail": [],
        "trade_state": part.state(call.now, call.tenant.auto_close()).value,
        "trade_type": terms.trade_type.value,
        **{name: value for name, value in names.items() if value},
    }
    if payment is not None:
        body["amount"] |= {"payer_amount": terms.total, "payer_currency": terms.currency}
        body |= {
            "bank_type": payment.bank_type,
            "success_time": wiretime.rfc3339(payment.time),
            "transaction_id": payment.transaction_id,
        }
    return body


def _ensure_count(merchant: Merchant, count: int) -> None:
    if merchant.kind == "provider" or FEWEST <= count <= MOST:
        return
    row, limit = (v3.JSON_TOO_SMALL, FEWEST) if count < FEWEST else (v3.JSON_TOO_LARGE, MOST)
    raise Refusal(
        row, field="sub_orders", title="子单信息", pointer="/body/sub_orders", came=count, limit=limit,
        expected=f"{FEWEST} to {MOST} sub orders", detail={"location": "body", "value": count},
    )  # fmt: skip


def _ensure_party(call: Call, merchant: Merchant, sub: SubOrdered, trade_type: TradeType) -> None:
    """Who is paid exists, belongs to the provider if there is one, and may collect money. Raises Refusal."""
    party = call.tenant.merchants.get(sub.mchid)
    if party is None:
        raise Refusal(pay.MERCHANT_NOT_EXIST, field="mchid", came=sub.mchid, expected="a merchant of this sandbox")
    if sub.sub_mchid is not None:
        ensure_related(call, merchant, sub.sub_mchid)
        party = call.tenant.merchants[sub.sub_mchid]
    elif merchant.kind == "provider":
        expected = "the sub-merchant of every sub order: combine_mchid is a service provider's"
        raise Refusal(protocol.SUB_MCHID_MISSING, field="sub_mchid", came="nothing", expected=expected)
    ensure_may_collect(party, trade_type)


def _whole(call: Call, form: Combine, trade_type: TradeType, payer: CombinePayer | None) -> Terms:
    openid, sub_openid = (payer.openid or "", payer.sub_openid or "") if payer is not None else ("", "")
    sub_appid = (form.sub_orders[0].sub_appid or "") if sub_openid else ""
    if openid:
        ensure_openid(call, openid, form.combine_appid)
    elif sub_openid:
        ensure_openid(call, sub_openid, sub_appid)
    elif trade_type is TradeType.JSAPI:
        raise Refusal(pay.OPENID_MISSING, field="combine_payer_info", came="neither", expected="openid")
    scene = form.scene_info
    if scene is not None:
        ensure_address(scene.payer_client_ip)
    time_expire = clipped(instant(form.time_expire), call, MINUTE)
    return Terms(
        mchid=caller(call).mchid,
        out_trade_no=form.combine_out_trade_no,
        appid=form.combine_appid,
        total=sum(sub.amount.total_amount for sub in form.sub_orders),
        trade_type=trade_type,
        dialect="v3",
        notify_url=form.notify_url,
        description=form.sub_orders[0].description,
        fingerprint=fingerprint(call),
        sign_type="RSA",
        device_info=None if scene is None else scene.device_id,
        client_ip="" if scene is None else scene.payer_client_ip,
        time_expire=None if time_expire is None else min(time_expire, call.now + TIME_EXPIRE_CAP),
        openid=openid,
        sub_openid=sub_openid,
        sub_appid=sub_appid,
    )


def _part(whole: Terms, sub: SubOrdered) -> Terms:
    return msgspec.structs.replace(
        whole,
        mchid=sub.mchid,
        out_trade_no=sub.out_trade_no,
        sub_mchid=sub.sub_mchid or "",
        sub_appid=sub.sub_appid or "",
        total=sub.amount.total_amount,
        description=sub.description,
        attach=sub.attach,
        profit_sharing=sub.settle_info is not None and bool(sub.settle_info.profit_sharing),
        combine_mchid=whole.mchid,
        combine_out_trade_no=whole.out_trade_no,
    )


def _open(call: Call, whole: Terms, parts: list[Terms]) -> Prepay:
    prepay = minted(call, whole, 1, combined=True)
    for terms in parts:
        if call.tx.order(terms.mchid, terms.out_trade_no) is not None:
            expected = "numbers that were not ordered before, each once"
            raise Refusal(pay.OUT_TRADE_NO_REPEATED, field="out_trade_no", came=terms.out_trade_no, expected=expected)
        call.tx.add_bare_order(Order(terms=terms, created=call.now, prepay_id=prepay.prepay_id))
    order = Order(terms=whole, created=call.now, prepay_id=prepay.prepay_id)
    subs = tuple(SubOrder(terms.mchid, terms.out_trade_no, terms.sub_mchid) for terms in parts)
    call.tx.put_combined(CombinedOrder(whole=order, subs=subs))
    call.tx.add_prepay(prepay)
    return prepay


def _again(call: Call, combined: CombinedOrder, terms: Terms, parts: list[Terms]) -> Prepay:
    whole, before = combined.whole, parts_of(call, combined)
    try:
        whole.ensure_repeats(terms, call.now, call.tenant.auto_close())
    except Refusal as refusal:
        settled = [part.terms.profit_sharing for part in before], [part.profit_sharing for part in parts]
        if refusal.row is pay.ORDER_CHANGED and settled[0] != settled[1]:
            raise Refusal(combine.COMBINED_SETTLE_CHANGED, **refusal.facts) from None
        raise
    current = given_again(call, whole)
    if current is not None:
        return current
    prepay = minted(call, terms, whole.posts + 1, combined=True)
    call.tx.put_combined(msgspec.structs.replace(combined, whole=whole.reposted(prepay.prepay_id)))
    for part in before:
        call.tx.put_order(part.reposted(prepay.prepay_id))
    call.tx.add_prepay(prepay)
    return prepay
