"""Look at notifications, and send one again."""

import msgspec

from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.actions.views import DeliveryView, delivery_view


class ListNotifications(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one order, or of all."""

    out_trade_no: str = ""


class NotificationList(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first."""

    notifications: list[DeliveryView]


class Resend(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` as listed; or the order's number."""

    id: str


@verb(
    "notify.list",
    "GET /notifications",
    ListNotifications,
    NotificationList,
    summary="Notifications with every attempt",
    summary_zh="通知及其每次投递",
)
async def list_notifications(desk: Desk, args: ListNotifications) -> NotificationList:
    """Deliveries of the tenant."""
    with desk.tenant.transaction() as tx:
        found = tx.deliveries(subject=args.out_trade_no or None)
    return NotificationList(notifications=[delivery_view(one) for one in found])


@verb(
    "notify.resend",
    "POST /notifications/{id}/resend",
    Resend,
    DeliveryView,
    summary="Send a notification again, now",
    summary_zh="立即重发一条通知",
)
async def resend(desk: Desk, args: Resend) -> DeliveryView:
    """One more attempt, whatever became of the earlier ones; its ladder does not change."""
    with desk.tenant.transaction() as tx:
        delivery = tx.delivery(args.id) or next(iter(tx.deliveries(subject=args.id)), None)
        if delivery is None:
            raise VerbError(f"no notification {args.id!r}: `notify list` shows their ids", status=404, code="not-found")
        id = delivery.id
    await desk.deliveries.resend(desk.tenant, id)
    with desk.tenant.transaction() as tx:
        after = tx.delivery(id)
    if after is None:
        raise VerbError("the tenant was emptied meanwhile", status=409, code="gone")
    return delivery_view(after)
