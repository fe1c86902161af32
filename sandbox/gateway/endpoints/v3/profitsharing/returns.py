"""请求分账回退、查询分账回退结果"""

from typing import Any

from sandbox.domain.sharing import Return, Sharing, ensure_returnable
from sandbox.errors import Refusal, protocol, sharing
from sandbox.gateway.dialects.v3sharingform import GiveBack, ReturnQuery
from sandbox.gateway.repeats import fingerprint
from sandbox.gateway.sharing import ASKING, CALLING, PRODUCT, ensure_same, find, missing, number, seller
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3refunds import caller
from sandbox.platform import sharings
from sandbox.protocol import wiretime


@endpoint(
    "v3",
    "POST /v3/profitsharing/return-orders",
    GiveBack,
    name="v3.profitsharing.return",
    title="请求分账回退",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012525287",
    raises=(
        *CALLING, sharing.RETURN_NOT_OPENED, sharing.RETURN_TOO_MUCH, sharing.SHARING_CHANGED,
        sharing.SHARING_NOT_EXIST,
    ),
)  # fmt: skip
def give_back(call: Call, form: GiveBack) -> Reply:
    """A merchant that got a share gives of it back; the money moves a moment later."""
    seller(call, form)
    assert call.merchant is not None
    if not (form.order_id or form.out_order_no):
        raise missing(GiveBack, "out_order_no", "order_id or out_order_no")
    known = call.tx.sharing_return(call.merchant.mchid, form.out_return_no)
    if known is not None:
        ensure_same(known, form)
        return Reply(body=_body(known))
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
    return Reply(body=_body(made))


@endpoint(
    "v3",
    "GET /v3/profitsharing/return-orders/{out_return_no}",
    ReturnQuery,
    name="v3.profitsharing.query_return",
    title="查询分账回退结果",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012526279",
    raises=(*ASKING, sharing.SHARING_NOT_EXIST),
)
def query_return(call: Call, form: ReturnQuery) -> Reply:
    """What is given back, by its number and the sharing's."""
    merchant = caller(call, form.sub_mchid)
    found = call.tx.sharing_return(merchant.mchid, form.out_return_no)
    wanted = (form.sub_mchid or "", form.out_order_no)
    if found is None or (found.sub_mchid, found.out_order_no) != wanted:
        expected = f"something given back of {form.out_order_no}"
        raise Refusal(sharing.SHARING_NOT_EXIST, came=form.out_return_no, expected=expected)
    return Reply(body=_body(found))


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


def _body(made: Return) -> tuple[tuple[str, Any], ...]:
    body: dict[str, Any] = {
        "amount": made.amount,
        "create_time": wiretime.rfc3339(made.created),
        "description": made.description,
        "order_id": made.order_id,
        "out_order_no": made.out_order_no,
        "out_return_no": made.out_return_no,
        "result": made.result.value,
        "return_id": made.return_id,
        "return_mchid": made.return_mchid,
    }
    if made.sub_mchid:
        body["sub_mchid"] = made.sub_mchid
    if made.fail_reason:
        body["fail_reason"] = made.fail_reason.value
    if made.finished is not None:
        body["finish_time"] = wiretime.rfc3339(made.finished)
    return tuple(body.items())
