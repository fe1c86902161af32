"""Look at orders."""

from collections.abc import Iterable

import msgspec

from sandbox.actions.refunds import RefundView, refund_view
from sandbox.actions.verb import Desk, find_order, verb
from sandbox.actions.views import DeliveryView, ExchangeView, OrderView, delivery_view, exchange_view, order_view
from sandbox.domain.delivery import Delivery
from sandbox.domain.order import Order
from sandbox.domain.refund import Refund
from sandbox.store import Transaction


class ListOrders(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`limit` newest orders; `text` stands in the number, `before` is the number of the last one seen."""

    text: str = ""
    before: str = ""
    limit: int = 100


class OrderList(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first."""

    orders: list[OrderView]


class GetOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`mchid` only when several merchants use the number."""

    out_trade_no: str
    mchid: str = ""


class OrderStory(msgspec.Struct, frozen=True, kw_only=True):
    """An order, its refunds, what was asked about it, and what the merchant was told."""

    order: OrderView
    refunds: list[RefundView]
    exchanges: list[ExchangeView]
    notifications: list[DeliveryView]


@verb("orders.list", "GET /orders", ListOrders, OrderList, summary="The newest orders", summary_zh="最近的订单")
async def list_orders(desk: Desk, args: ListOrders) -> OrderList:
    """All orders of the tenant, newest first."""
    with desk.tenant.transaction() as tx:
        found = tx.orders(args.limit, part=args.text, before=args.before)
        return OrderList(orders=[order_view(desk.tenant, order) for order in found])


@verb(
    "orders.get",
    "GET /orders/{out_trade_no}",
    GetOrder,
    OrderStory,
    summary="One order, its refunds, what was asked about it and what the merchant was told",
    summary_zh="一笔订单、它的退款、相关请求与通知",
)
async def get_order(desk: Desk, args: GetOrder) -> OrderStory:
    """An order with its exchanges and notifications."""
    order = find_order(desk, args.out_trade_no, args.mchid)
    with desk.tenant.transaction() as tx:
        refunds = tx.refunds_of(order.terms.mchid, args.out_trade_no)
        deliveries = deliveries_about(tx, order, refunds)
    about = [one for one in desk.tenant.journal if one.tags.get("out_trade_no") == args.out_trade_no]
    return OrderStory(
        order=order_view(desk.tenant, order),
        refunds=[refund_view(one) for one in refunds],
        exchanges=[exchange_view(one) for one in about if one.tags.get("mchid") == order.terms.mchid],
        notifications=[delivery_view(one) for one in deliveries],
    )


def deliveries_about(tx: Transaction, order: Order, refunds: Iterable[Refund]) -> list[Delivery]:
    """What its merchant was told about an order and its refunds."""
    subjects = [order.terms.out_trade_no, *(refund.terms.out_refund_no for refund in refunds)]
    found = [one for subject in subjects for one in tx.deliveries(subject=subject)]
    return [one for one in found if one.mchid == order.terms.mchid]
