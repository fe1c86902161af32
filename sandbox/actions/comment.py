"""Say what one thinks of a purchase, in WeChat's payment message."""

from typing import Annotated

import msgspec

from sandbox.actions.verb import Desk, VerbError, find_order, verb
from sandbox.domain.comment import Comment


class Say(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of a paid order; `mchid` when several merchants use the number."""

    out_trade_no: str
    mchid: str = ""
    stars: Annotated[int, msgspec.Meta(ge=1, le=5)] = 5
    text: str = ""


class CommentView(msgspec.Struct, frozen=True, kw_only=True):
    """`number` is the offset under which batchquerycomment finds it."""

    number: int
    transaction_id: str
    stars: int
    text: str


@verb(
    "user.comment",
    "POST /comments",
    Say,
    CommentView,
    summary="Rate a paid order, for batchquerycomment",
    summary_zh="评价已支付的订单，供batchquerycomment拉取",
)
async def comment(desk: Desk, args: Say) -> CommentView:
    """Stored under the merchant's next number."""
    order = find_order(desk, args.out_trade_no, args.mchid)
    if order.payment is None:
        raise VerbError(f"order {args.out_trade_no!r} is not paid: pay it first", status=409, code="refused")
    with desk.tenant.transaction() as tx:
        said = Comment(
            mchid=order.terms.mchid, number=tx.count(f"comment {order.terms.mchid}"), time=desk.tenant.clock.now(),
            transaction_id=order.payment.transaction_id, stars=args.stars, text=args.text,
        )  # fmt: skip
        tx.add_comment(said)
    return CommentView(number=said.number, transaction_id=said.transaction_id, stars=said.stars, text=said.text)
