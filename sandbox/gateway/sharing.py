"""Profit sharing through APIv3: who shares out of which order, with whom, and what is answered."""

from typing import Any

from sandbox.domain.order import Order
from sandbox.domain.sharing import Receiver, ReceiverType, Return, Share, Sharing, ensure_shareable, unsplit
from sandbox.errors import Refusal, pay, protocol, sharing, v3
from sandbox.gateway.dialects.v3sharingform import ReceiverShare, ShareOut, Sharer, Unfreeze
from sandbox.gateway.forms import Form
from sandbox.gateway.repeats import fingerprint
from sandbox.gateway.spec import Call
from sandbox.gateway.v3refunds import caller
from sandbox.platform import sharings
from sandbox.protocol import identifiers, wiretime

ASKING = (
    protocol.SUB_MCHID_MISSING, protocol.SUB_MCHID_UNRELATED, protocol.MCHID_UNKNOWN, pay.FREQUENCY_LIMITED,
)  # fmt: skip
"""What any of these endpoints may refuse."""
CALLING = (*ASKING, sharing.SHARING_NOT_PERMITTED)
"""What any of those that do something may refuse."""
PRODUCT = "PROFITSHARING"
APPIDS = {ReceiverType.PERSONAL_OPENID: "appid", ReceiverType.PERSONAL_SUB_OPENID: "sub_appid"}
"""Which field says under which appid an openid is."""


def seller(call: Call, form: Sharer) -> str:
    """Out of whose money is shared: the caller's or its sub-merchant's. Raises Refusal."""
    merchant = caller(call, form.sub_mchid)
    for mchid in (merchant.mchid, form.sub_mchid or merchant.mchid):
        if PRODUCT not in call.tenant.merchants[mchid].products:
            raise Refusal(sharing.SHARING_NOT_PERMITTED, came=mchid, expected=f"{PRODUCT} among its products")
    return form.sub_mchid or merchant.mchid


def missing(form: type[Form], name: str, expected: str) -> Refusal:
    """The complaint about a field that this case demands."""
    field = next(one for one in form.fields if one.name == name)
    return Refusal(
        v3.JSON_FIELD_MISSING, field=name, title=field.title, pointer=f"/body/{name}", came="nothing",
        expected=expected, detail={"location": "body", "value": ""},
    )  # fmt: skip


def paid_order(call: Call, transaction_id: str, sub_mchid: str | None) -> Order | None:
    """The caller's paid order of this number."""
    assert call.merchant is not None
    order = call.tx.order_by_transaction(transaction_id)
    mine = order is not None and (order.terms.mchid, order.terms.sub_mchid) == (call.merchant.mchid, sub_mchid or "")
    return order if mine else None


def share_out(call: Call, form: ShareOut, seller: str) -> Sharing:
    """Share as asked, or give what this number stands for already. Raises Refusal."""
    known = _known(call, form)
    if known is not None:
        return known
    order = _shareable_order(call, form)
    _ensure_receivers(call, form, seller)
    before = call.tx.sharings_of(form.transaction_id)
    amount = sum(one.amount for one in form.receivers)
    ensure_shareable(order, before, amount, call.settings.sharing.max_ratio, call.now)
    shares = [_share(call, form.out_order_no, at, one) for at, one in enumerate(form.receivers)]
    left = unsplit(order, before, call.now) - amount
    if form.unfreeze_unsplit and left:
        shares.append(_release(call, form.out_order_no, seller, left, "解冻给分账方"))
    return _booked(call, form, order, tuple(shares))


def unfreeze(call: Call, form: Unfreeze, seller: str) -> Sharing:
    """Release what is left to the seller, or give what this number stands for already. Raises Refusal."""
    known = _known(call, form)
    if known is not None:
        return known
    order = _shareable_order(call, form)
    left = unsplit(order, call.tx.sharings_of(form.transaction_id), call.now)
    if not left:
        raise Refusal(sharing.NOTHING_TO_UNFREEZE, came="0 fen", expected="money that is still frozen")
    return _booked(call, form, order, (_release(call, form.out_order_no, seller, left, form.description),))


def find(
    call: Call, sub_mchid: str | None, *, out_order_no: str = "", order_id: str = "", transaction_id: str = ""
) -> Sharing:
    """The caller's sharing by any number it has; all that are given must be its. Raises Refusal: SHARING_NOT_EXIST."""
    merchant = caller(call, sub_mchid)
    found = call.tx.sharing_by_id(order_id) if order_id else call.tx.sharing(merchant.mchid, out_order_no)
    mine = found is not None and (found.mchid, found.sub_mchid) == (merchant.mchid, sub_mchid or "")
    if (
        found is None
        or not mine
        or out_order_no not in ("", found.out_order_no)
        or transaction_id not in ("", found.transaction_id)
    ):
        came = ", ".join(filter(None, (out_order_no, order_id, transaction_id)))
        raise Refusal(sharing.SHARING_NOT_EXIST, came=came, expected=f"the numbers of one sharing of {merchant.mchid}")
    return found


def ensure_same(known: Sharing | Return, form: Form) -> None:
    """A number that comes again says the same. Raises Refusal."""
    if known.fingerprint != fingerprint(form):
        raise Refusal(sharing.SHARING_CHANGED, came="other parameters", expected="those of the first time")


def ensure_person(call: Call, openid: str, appid: str, name: str | None) -> None:
    """The openid is one of this appid, and its owner is called so. Raises Refusal."""
    known = call.tx.openid(openid)
    if known is None:
        raise Refusal(pay.OPENID_INVALID, field="account", came=openid, expected="an openid that was given out here")
    if known[0] != appid:
        came = f"an openid of {known[0]}"
        raise Refusal(protocol.OPENID_OF_OTHER_APPID, field="account", came=came, expected=f"one of {appid}")
    owner = call.tx.user(known[1])
    # A payer without a nickname has no name that could be wrong.
    if name is not None and owner is not None and owner.nickname not in ("", name):
        raise Refusal(sharing.SHARING_NAME_WRONG, field="name", came=name, expected=owner.nickname)


def sharing_body(made: Sharing) -> tuple[tuple[str, Any], ...]:
    """What sharing, releasing and querying answer."""
    body = {
        "order_id": made.order_id,
        "out_order_no": made.out_order_no,
        "receivers": [_share_body(made, share) for share in made.shares],
        "state": "PROCESSING" if made.finished is None else "FINISHED",
        "transaction_id": made.transaction_id,
    }
    return tuple((body | ({"sub_mchid": made.sub_mchid} if made.sub_mchid else {})).items())


def _share_body(made: Sharing, share: Share) -> dict[str, Any]:
    body: dict[str, Any] = {
        "account": share.account,
        "amount": share.amount,
        "create_time": wiretime.rfc3339(made.created),
        "description": share.description,
        "detail_id": share.detail_id,
        "result": share.result.value,
        "type": share.type.value,
    }
    if share.fail_reason:
        body["fail_reason"] = share.fail_reason.value
    if made.finished is not None:
        body["finish_time"] = wiretime.rfc3339(made.finished)
    return body


def _known(call: Call, form: ShareOut | Unfreeze) -> Sharing | None:
    assert call.merchant is not None
    known = call.tx.sharing(call.merchant.mchid, form.out_order_no)
    if known is not None:
        ensure_same(known, form)
    return known


def _shareable_order(call: Call, form: ShareOut | Unfreeze) -> Order:
    order = paid_order(call, form.transaction_id, form.sub_mchid)
    if order is None or order.payment is None:
        assert call.merchant is not None
        expected = f"a paid order of {call.merchant.mchid}"
        raise Refusal(
            sharing.TRANSACTION_NOT_SHAREABLE, field="transaction_id", came=form.transaction_id, expected=expected
        )
    if not order.terms.profit_sharing:
        came = f"{order.terms.out_trade_no}, ordered without"
        expected = "an order with settle_info.profit_sharing true"
        raise Refusal(sharing.ORDER_NOT_FOR_SHARING, field="transaction_id", came=came, expected=expected)
    wait, age = call.settings.limits.sharing_wait, (call.now - order.payment.time) / 1000
    if age < wait:
        expected = f"limits.sharing_wait: {wait:g} s"
        raise Refusal(sharing.ORDER_NOT_READY, came=f"{age:g} s after the payment", expected=expected)
    return order


def _ensure_receivers(call: Call, form: ShareOut, seller: str) -> None:
    for one in form.receivers:
        field = APPIDS.get(ReceiverType(one.type), "")
        appid = form.__dict__[field] if field else ""
        if appid is None:
            raise missing(ShareOut, field, f"the appid of the openids: a receiver is {one.type}")
        known = call.tx.receiver(seller, one.type, one.account)
        if known is None:
            expected = f"a receiver that was added to {seller}'s"
            raise Refusal(sharing.NO_RELATION, field="account", came=one.account, expected=expected)
        if appid:
            ensure_person(call, one.account, appid, one.name)
        else:
            ensure_company(call, known, one.name)


def ensure_company(call: Call, receiver: Receiver, name: str | None) -> None:
    """The merchant is called so. Raises Refusal."""
    right = call.tenant.merchants[receiver.account].name
    if name is not None and name != right:
        raise Refusal(sharing.RECEIVER_NAME_WRONG, field="name", came=name, expected=right)


def _share(call: Call, out_order_no: str, at: int, one: ReceiverShare) -> Share:
    return Share(
        type=ReceiverType(one.type),
        account=one.account,
        amount=one.amount,
        description=one.description,
        detail_id=number(call, "sharing.detail", out_order_no, at),
    )


def _release(call: Call, out_order_no: str, seller: str, amount: int, description: str) -> Share:
    return Share(
        type=ReceiverType.MERCHANT_ID,
        account=seller,
        amount=amount,
        description=description,
        detail_id=number(call, "sharing.detail", out_order_no, "release"),
        release=True,
    )


def _booked(call: Call, form: ShareOut | Unfreeze, order: Order, shares: tuple[Share, ...]) -> Sharing:
    assert call.merchant is not None
    made = Sharing(
        mchid=call.merchant.mchid,
        sub_mchid=form.sub_mchid or "",
        out_order_no=form.out_order_no,
        transaction_id=form.transaction_id,
        out_trade_no=order.terms.out_trade_no,
        order_id=number(call, "sharing.order", form.out_order_no),
        created=call.now,
        shares=shares,
        fingerprint=fingerprint(form),
    )
    sharings.book(call.tenant, call.tx, made)
    return made


def number(call: Call, kind: str, *key: str | int) -> str:
    """A number of the platform's."""
    assert call.merchant is not None
    return identifiers.sharing_number(call.ids.entropy(kind, call.merchant.mchid, *key), call.now)
