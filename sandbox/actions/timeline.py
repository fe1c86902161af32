"""One order's timeline: calls, deeds of people, changes of state and notifications, in the order they happened."""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from sandbox.actions.orders import GetOrder, deliveries_about
from sandbox.actions.verb import Desk, find_order, verb
from sandbox.domain.delivery import Delivery
from sandbox.domain.order import Order, TradeState
from sandbox.domain.refund import Refund
from sandbox.platform.diary import Deed
from sandbox.platform.journal import Exchange


class Kind(StrEnum):
    """Who did it: the merchant called, a person did something, a state changed, the platform notified."""

    CALL = "call"
    DEED = "deed"
    STATE = "state"
    NOTICE = "notice"


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened.

    `instant` is the tenant's clock, `at` the real one (ms; 0 where only the former is known). `name` is an endpoint, a
    verb, a state or an event; `ref` the number of the exchange, the notification or the refund.
    """

    instant: int
    at: int
    kind: Kind
    name: str
    text: str = ""
    ok: bool = True
    ref: str = ""


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to an order, oldest first; `pending` are the instants of notifications still to come."""

    out_trade_no: str
    mchid: str
    entries: list[Entry]
    pending: list[int]


@verb(
    "orders.timeline",
    "GET /orders/{out_trade_no}/timeline",
    GetOrder,
    Timeline,
    summary="What happened to an order: calls, people's deeds, states and notifications",
    summary_zh="一笔订单的时间线：请求、人的操作、状态变化与通知",
)
async def timeline(desk: Desk, args: GetOrder) -> Timeline:
    """Everything about the order that the journal, the diary and the store still know."""
    order = find_order(desk, args.out_trade_no, args.mchid)
    number, mchid = order.terms.out_trade_no, order.terms.mchid
    with desk.tenant.transaction() as tx:
        refunds = tx.refunds_of(mchid, number)
        deliveries = deliveries_about(tx, order, refunds)
    exchanges = [one for one in desk.tenant.journal if one.tags.get("out_trade_no") == number]
    calls = [_call(one) for one in exchanges if one.tags.get("mchid") == mchid]
    causes = calls + [_deed(one) for one in desk.tenant.diary if one.out_trade_no == number or one.verb in PASSING]
    causes.sort(key=lambda entry: (entry.instant, entry.at))
    notices = [entry for one in deliveries for entry in _notices(one)]
    # What happened within one millisecond stays in this order.
    happened = [*_with_states(causes, order, refunds), *notices]
    happened.sort(key=lambda entry: (entry.instant, entry.at))
    pending = sorted(one.next_due for one in deliveries if one.next_due is not None)
    entries = [entry for entry in happened if entry.instant >= order.created]
    return Timeline(out_trade_no=number, mchid=mchid, entries=entries, pending=pending)


PASSING = ("clock.advance", "clock.drain")
"""Verbs that are about every order."""


def _call(exchange: Exchange) -> Entry:
    answer = str(exchange.status or "no answer")
    told = [f"{exchange.method} {exchange.target} → {answer}", exchange.said, *exchange.notes]
    if exchange.diagnosis is not None:
        told.append(exchange.diagnosis.summary)
    return Entry(
        instant=exchange.instant,
        at=exchange.at,
        kind=Kind.CALL,
        name=exchange.endpoint,
        text=" · ".join(part for part in told if part),
        ok=not exchange.problem and exchange.status in (200, 202, 204),
        ref=str(exchange.id),
    )


def _deed(deed: Deed) -> Entry:
    told = ", ".join(f"{name} {value}" for name, value in deed.args.items() if name not in ("out_trade_no", "params"))
    return Entry(instant=deed.instant, at=deed.at, kind=Kind.DEED, name=deed.verb, text=told)


def _notices(delivery: Delivery) -> Iterator[Entry]:
    for attempt in delivery.attempts:
        spoilt = "" if attempt.verifiable else "spoilt on purpose"
        details = "; ".join(part for part in (spoilt, attempt.reason) if part)
        yield Entry(
            instant=attempt.due,
            at=attempt.at,
            kind=Kind.NOTICE,
            name=delivery.event,
            text=(attempt.verdict or "under way") + (f" ({details})" if details else ""),
            ok=attempt.verdict in ("", "acknowledged"),
            ref=delivery.id,
        )


PAYING = ("user.", "cashier.act")


def _with_states(causes: list[Entry], order: Order, refunds: list[Refund]) -> list[Entry]:
    """The causes, and each state that has an instant of its own right behind what brought it about."""
    line = list(causes)

    def add(instant: int, name: str, text: str, *, by: tuple[str, ...] = (), ref: str = "") -> None:
        then = [one for one in causes if one.instant == instant]
        cause = next((one for one in then if any(word in one.name for word in by)), then[0] if then else None)
        place, at = (0, 0) if cause is None else (line.index(cause) + 1, cause.at)
        while place < len(line) and line[place].kind is Kind.STATE:
            place += 1
        line.insert(place, Entry(instant=instant, at=at, kind=Kind.STATE, name=name, text=text, ref=ref))

    add(order.created, TradeState.NOTPAY, f"total {order.terms.total}")
    if order.payment is not None:
        add(order.payment.time, TradeState.SUCCESS, f"transaction_id {order.payment.transaction_id}", by=PAYING)
    if order.closed is not None:
        add(order.closed, TradeState.CLOSED, f"by {order.closed_by.value}", by=("close",))
    if order.reversed is not None:
        add(order.reversed, TradeState.REVOKED, "", by=("reverse",))
    for refund in refunds:
        for step in refund.steps:
            text = f"out_refund_no {refund.terms.out_refund_no}, refund {refund.terms.refund}"
            add(step.time, f"REFUND {step.state}", text, by=("refund",), ref=refund.terms.out_refund_no)
    return line
