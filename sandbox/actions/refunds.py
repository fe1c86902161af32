"""Refunds in the merchant's console: make one, look at them, and decide how one ends."""

from typing import Annotated, Literal

import msgspec

from sandbox.actions.verb import Desk, VerbError, find_order, verb
from sandbox.domain.refund import AFTER, Refund, RefundState, Source, Terms
from sandbox.errors import Refusal
from sandbox.platform import refunds
from sandbox.platform.tenants import Tenant


class RefundView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A refund. Instants are ms since the epoch, money is fen; `fee_returned` came back to the merchant with it."""

    out_refund_no: str
    refund_id: str
    out_trade_no: str
    transaction_id: str
    mchid: str
    state: str
    refund: int
    total: int
    fee_returned: int
    source: str
    created: int
    success_time: int | None = None
    channel: str = ""
    received_account: str = ""
    sub_mchid: str = ""
    notify_url: str = ""
    reason: str = ""


class RefundList(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first."""

    refunds: list[RefundView]


class ListRefunds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one order (with `mchid` when several merchants use its number), or the `limit` newest of all."""

    out_trade_no: str = ""
    mchid: str = ""
    limit: int = 100


class MakeRefund(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`refund` is fen, without it all that is left; `out_refund_no` is made up unless given."""

    out_trade_no: str
    mchid: str = ""
    refund: Annotated[int, msgspec.Meta(ge=1)] | None = None
    out_refund_no: Annotated[str, msgspec.Meta(max_length=64)] = ""
    reason: str = ""


class EndRefund(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`mchid` only when several merchants use the number."""

    out_refund_no: str
    state: Literal["SUCCESS", "ABNORMAL", "CLOSED"]
    mchid: str = ""


@verb("refunds.list", "GET /refunds", ListRefunds, RefundList, summary="Refunds", summary_zh="退款单")
async def list_refunds(desk: Desk, args: ListRefunds) -> RefundList:
    """Newest first."""
    order = find_order(desk, args.out_trade_no, args.mchid) if args.out_trade_no else None
    with desk.tenant.transaction() as tx:
        found = tx.refunds(args.limit) if order is None else tx.refunds_of(order.terms.mchid, args.out_trade_no)
    return RefundList(refunds=[refund_view(one) for one in found])


@verb(
    "console.refund",
    "POST /refunds",
    MakeRefund,
    RefundView,
    summary="Refund an order in the merchant console; told only at the merchant's refund URL, in v2 XML",
    summary_zh="在商户平台发起退款；只以v2 XML通知商户配置的退款地址",
)
async def make(desk: Desk, args: MakeRefund) -> RefundView:
    """Accepted now, settled after refund.delay."""
    order, tenant = find_order(desk, args.out_trade_no, args.mchid), desk.tenant
    if order.payment is None:
        raise VerbError(f"order {args.out_trade_no!r} is not paid: pay it first", status=409, code="refused")
    with tenant.transaction() as tx:
        terms = Terms(
            mchid=order.terms.mchid,
            sub_mchid=order.terms.sub_mchid,
            out_refund_no=args.out_refund_no or f"console{tx.count('console refund'):08}",
            out_trade_no=order.terms.out_trade_no,
            transaction_id=order.payment.transaction_id,
            refund=args.refund or max(1, order.terms.total - order.refunded),
            total=order.terms.total,
            dialect="v2",
            reason=args.reason,
            source=Source.CONSOLE,
        )
        try:
            made = refunds.accept(tenant, tx, tx.order(order.terms.mchid, order.terms.out_trade_no) or order, terms)
        except Refusal as refusal:
            told = f"{refusal.row.cause} {refusal.row.fix}"
            raise VerbError(told, status=409, code="refused") from None
    desk.timers.wake(tenant)
    return refund_view(made)


@verb(
    "console.refund_state",
    "POST /refunds/{out_refund_no}/state",
    EndRefund,
    RefundView,
    summary="Decide how a refund ends: the money arrives, the payer's account cannot take it, or it fails",
    summary_zh="指定退款结果：成功、异常或关闭",
)
async def end(desk: Desk, args: EndRefund) -> RefundView:
    """At once, instead of after refund.delay; the merchant is told."""
    tenant = desk.tenant
    with tenant.transaction() as tx:
        mchids = [args.mchid] if args.mchid else list(tenant.merchants)
        found = [one for mchid in mchids if (one := tx.refund(mchid, args.out_refund_no)) is not None]
        made = _only(tenant, found, args.out_refund_no)
        state = RefundState(args.state)
        if state not in AFTER.get(made.state, ()):
            told = f"refund {args.out_refund_no!r} is {made.state}: that is for good"
            raise VerbError(told, status=409, code="refused")
        made = refunds.settle(tenant, tx, made, state)
    desk.timers.wake(tenant)
    return refund_view(made)


def refund_view(made: Refund) -> RefundView:
    """A refund as it stands now."""
    terms = made.terms
    return RefundView(
        out_refund_no=terms.out_refund_no,
        refund_id=made.refund_id,
        out_trade_no=terms.out_trade_no,
        transaction_id=terms.transaction_id,
        mchid=terms.mchid,
        state=made.state.value,
        refund=terms.refund,
        total=terms.total,
        fee_returned=made.fee_returned,
        source=terms.source.value,
        created=made.created,
        success_time=made.success_time,
        channel=made.channel,
        received_account=made.received_account,
        sub_mchid=terms.sub_mchid,
        notify_url=terms.notify_url,
        reason=terms.reason,
    )


def _only(tenant: Tenant, found: list[Refund], number: str) -> Refund:
    if not found:
        raise VerbError(
            f"no refund {number!r} in tenant {tenant.id!r}: GET /_sandbox/refunds lists what there is",
            status=404,
            code="not-found",
        )
    if len(found) > 1:
        raise VerbError(f"several merchants have a refund {number!r}: add mchid")
    return found[0]
