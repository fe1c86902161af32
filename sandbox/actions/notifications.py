"""Look at notifications, and send one again, rightly or with something wrong about it."""

from typing import Annotated, Any

import msgspec

from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.actions.views import DeliveryView, delivery_view
from sandbox.domain.delivery import Delivery, DeliveryState
from sandbox.platform.rules import Rule, once
from sandbox.store import Transaction


class ListNotifications(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one order, or of all; `text` stands in the order's number, `before` is the id of the last one seen.

    `brief` leaves headers and bodies out.
    """

    out_trade_no: str = ""
    state: DeliveryState | None = None
    text: str = ""
    before: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 200
    brief: bool = False


class NotificationList(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first."""

    notifications: list[DeliveryView]


class GetNotification(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` as listed; or the order's number."""

    id: str


class Resend(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` as listed; or the order's number.

    `do` is a fault as a rule's, for this sending only: `{repeat: {times: 10}}`.
    """

    id: str
    do: dict[str, dict[str, Any] | None] = {}


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
        found = tx.deliveries(
            subject=args.out_trade_no or None, state=args.state, part=args.text, before=args.before, limit=args.limit
        )
    return NotificationList(notifications=[delivery_view(one, brief=args.brief) for one in found])


@verb(
    "notify.get",
    "GET /notifications/{id}",
    GetNotification,
    DeliveryView,
    summary="One notification with every attempt",
    summary_zh="查看一条通知及其每次投递",
)
async def get_notification(desk: Desk, args: GetNotification) -> DeliveryView:
    """A delivery as it stands."""
    with desk.tenant.transaction() as tx:
        return delivery_view(_found(tx, args.id))


@verb(
    "notify.resend",
    "POST /notifications/{id}/resend",
    Resend,
    DeliveryView,
    summary="Send a notification again, now; with `do` something is wrong with it: tampered with, forged, ten at once",
    summary_zh="立即重发一条通知；do可指定本次出错方式：篡改、伪造签名、同时发送十次",
)
async def resend(desk: Desk, args: Resend) -> DeliveryView:
    """One more attempt, whatever became of the earlier ones; its ladder does not change."""
    wrong = _wrong(args.do) if args.do else None
    with desk.tenant.transaction() as tx:
        id = _found(tx, args.id).id
    await desk.deliveries.resend(desk.tenant, id, wrong)
    with desk.tenant.transaction() as tx:
        after = tx.delivery(id)
    if after is None:
        raise VerbError("the tenant was emptied meanwhile", status=409, code="gone")
    return delivery_view(after)


def _wrong(do: dict[str, dict[str, Any] | None]) -> Rule:
    try:
        return once(do)
    except ValueError as error:
        raise VerbError(str(error)) from None


def _found(tx: Transaction, id: str) -> Delivery:
    delivery = tx.delivery(id) or next(iter(tx.deliveries(subject=id)), None)
    if delivery is None:
        raise VerbError(f"no notification {id!r}: `notify list` shows their ids", status=404, code="not-found")
    return delivery
