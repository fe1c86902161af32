"""Giving back what was got of a profit sharing, in either dialect."""

from sandbox.domain.sharing import Return, Sharing, ensure_returnable
from sandbox.errors import Refusal, protocol, sharing
from sandbox.gateway.dialects.v3sharingform import GiveBack
from sandbox.gateway.repeats import fingerprint
from sandbox.gateway.sharing import PRODUCT, ensure_same, find, missing, number, seller
from sandbox.gateway.spec import Call
from sandbox.gateway.v3refunds import caller
from sandbox.platform import sharings


def give(call: Call, form: GiveBack) -> Return:
    """What is given back, or what this number stands for already. Raises Refusal."""
    seller(call, form)
    assert call.merchant is not None
    if not (form.order_id or form.out_order_no):
        raise missing(GiveBack, "out_order_no", "order_id or out_order_no")
    known = call.tx.sharing_return(call.merchant.mchid, form.out_return_no)
    if known is not None:
        ensure_same(known, form)
        return known
    source = find(call, form.sub_mchid, out_order_no=form.out_order_no or "", order_id=form.order_id or "")
    giver = call.tenant.merchants.get(form.return_mchid)
    if giver is None:
        expected = "a merchant of this sandbox"
        raise Refusal(protocol.MCHID_UNKNOWN, field="return_mchid", came=form.return_mchid, expected=expected)
    if PRODUCT not in giver.products:
        expected = f"a merchant with {PRODUCT} among its products"
        raise Refusal(sharing.RETURN_NOT_OPENED, field="return_mchid", came=giver.mchid, expected=expected)
    ensure_returnable(source, call.tx.returns_of(source.order_id), giver.mchid, form.amount)
    made = _made(call, form, source)
    sharings.book_return(call.tenant, call.tx, made)
    return made


def find_given(call: Call, sub_mchid: str | None, out_order_no: str, out_return_no: str) -> Return:
    """What is given back, by its number and the sharing's. Raises Refusal: SHARING_NOT_EXIST."""
    merchant = caller(call, sub_mchid)
    found = call.tx.sharing_return(merchant.mchid, out_return_no)
    wanted = (sub_mchid or "", out_order_no)
    if found is None or (found.sub_mchid, found.out_order_no) != wanted:
        expected = f"something given back of {out_order_no}"
        raise Refusal(sharing.SHARING_NOT_EXIST, came=out_return_no, expected=expected)
    return found


def _made(call: Call, form: GiveBack, source: Sharing) -> Return:
    return Return(
        mchid=source.mchid,
        sub_mchid=source.sub_mchid,
        out_return_no=form.out_return_no,
        out_order_no=source.out_order_no,
        order_id=source.order_id,
        return_id=number(call, "sharing.return", form.out_return_no),
        return_mchid=form.return_mchid,
        amount=form.amount,
        description=form.description,
        created=call.now,
        fingerprint=fingerprint(form),
    )
