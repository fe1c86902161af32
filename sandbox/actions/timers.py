"""What is going to happen by itself, and when."""

from typing import Annotated

import msgspec

from sandbox.actions.verb import Desk, verb
from sandbox.platform import contracts, deductions, outbox, red_packets, refunds, sharings, transfers
from sandbox.store import Transaction
from sandbox.store.transaction import Timer

MEANING = {
    outbox.NOTIFY: ("a notification is sent", "发送通知"),
    refunds.SETTLE: ("a refund ends", "退款有结果"),
    sharings.SETTLE: ("profit sharing arrives", "分账到账"),
    sharings.GIVE_BACK: ("a share is given back", "分账回退到账"),
    deductions.CARRY_OUT: ("a deduction is carried out", "执行扣款"),
    contracts.EXPIRE: ("a contract ends", "签约到期"),
    red_packets.EXPIRE: ("a red packet nobody took goes back", "未领取的红包退回"),
    transfers.GO_ON: ("a transfer goes on", "转账进入下一状态"),
    transfers.BATCH: ("a batch of transfers is carried out", "批量转账执行"),
}
"""What each kind of timer is for."""


class ListTimers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `limit` ones that are due first."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100


class TimerView(msgspec.Struct, frozen=True, kw_only=True):
    """`due` is ms, tenant's clock; `subject` what it is about, `notification` its id where one is sent."""

    due: int
    kind: str
    about: str
    about_zh: str
    subject: str
    notification: str = ""


class TimerList(msgspec.Struct, frozen=True, kw_only=True):
    """In the order in which they fire; `pending` is how many there are in all."""

    timers: list[TimerView]
    pending: int


@verb(
    "clock.timers",
    "GET /clock/timers",
    ListTimers,
    TimerList,
    summary="What is going to happen by itself, and when",
    summary_zh="查看待触发的定时器",
)
async def list_timers(desk: Desk, args: ListTimers) -> TimerList:
    """Notifications, refunds, transfers … that are under way."""
    with desk.tenant.transaction() as tx:
        timers = [_view(tx, timer) for timer in tx.timers(args.limit)]
        return TimerList(timers=timers, pending=tx.pending_timers())


def _view(tx: Transaction, timer: Timer) -> TimerView:
    about, about_zh = MEANING[timer.kind]
    delivery = tx.delivery(timer.subject) if timer.kind == outbox.NOTIFY else None
    subject = timer.subject if delivery is None else f"{delivery.event} {delivery.subject}"
    notification = "" if delivery is None else delivery.id
    return TimerView(
        due=timer.due, kind=timer.kind, about=about, about_zh=about_zh, subject=subject, notification=notification
    )
