"""What happened, line by line, for people who look for the reason of a failure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from sandbox.scenario import duration
from sandbox.testing.answers import Notification, Order, Request
from sandbox.testing.world import World

MOST = 5
"""Orders that are told of when everything is."""

KINDS = {"call": "asked", "deed": "did", "state": "state", "notice": "told"}


class _Line(NamedTuple):
    """`instant` is the tenant's clock; `real` the host's, which goes on where a virtual one stands still."""

    instant: int
    real: float
    text: str


async def of_order(world: World, number: str) -> list[str]:
    """One order's life: what was asked about it, what people did, what became of it, what the shop was told."""
    story, now = await world.call("orders.get", {"out_trade_no": number}), await world.now()
    order = msgspec.convert(story["order"], Order)
    told = (await world.call("orders.timeline", {"out_trade_no": number}))["entries"]
    lines = [_Line(one["instant"], one["at"], f"{KINDS[one['kind']]:<6} {_entry(one)}") for one in told]
    head = f"{order.out_trade_no}: {order.trade_type}, {yuan(order.total)}, {order.trade_state}"
    dues = [(one, one.next_due) for one in msgspec.convert(story["notifications"], list[Notification])]
    pending = [_pending(one, due - world.start, due - now) for one, due in dues if due is not None]
    return [head, *_shown(lines, world.start), *pending]


async def of_everything(world: World) -> list[str]:
    """The newest orders, what was refused, and what belonged to nobody."""
    orders, requests = await world.orders(), await world.requests()
    lines = [line for one in orders[-MOST:] for line in await of_order(world, one.out_trade_no)]
    numbers = {one.out_trade_no for one in orders}
    rest = [_asked(one) for one in requests if one.tags.get("out_trade_no") not in numbers]
    if rest:
        lines += ["other requests:", *_shown(rest, world.start)]
    lines += strangers(await world.unclaimed())
    return lines or ["the platform was asked for nothing"]


def strangers(unclaimed: Sequence[Request]) -> list[str]:
    """Requests that belonged to no tenant: most often the reason why nothing else arrived."""
    if not unclaimed:
        return []
    head = (
        f"{count(len(unclaimed), 'request')} belonged to no tenant: is the shop configured with this test's "
        "credentials and url?"
    )
    return [head, *(f"  {_request(one)}" for one in unclaimed[-10:])]


def requests(asked: Iterable[Request], start: int) -> list[str]:
    """What was asked and answered, counted from the tenant's beginning."""
    return _shown(map(_asked, asked), start)


def listed(names: Iterable[str]) -> str:
    """What there is, as the end of a sentence."""
    found = list(dict.fromkeys(names))
    return f"{'is' if len(found) == 1 else 'are'} {', '.join(found)}" if found else "are none"


def yuan(fen: int) -> str:
    """An amount as people read it."""
    return f"{fen // 100}.{fen % 100:02} yuan"


def count(number: int, noun: str) -> str:
    """`1 request`, `2 requests`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _asked(one: Request) -> _Line:
    return _Line(one.instant, one.at, f"asked  {_request(one)}")


def _entry(one: Mapping[str, Any]) -> str:
    text = str(one.get("text", ""))
    if one["kind"] == "call":
        return text
    return f"{one['name']}: {text}" if one["kind"] == "notice" else f"{one['name']} {text}".rstrip()


def _name(notification: Notification) -> str:
    """The event, and whose it is where that is not the order itself."""
    event, subject = notification.event, notification.subject
    return event if notification.out_trade_no in ("", subject) else f"{event} of {subject}"


def _pending(notification: Notification, at: int, left: int) -> str:
    """When the next attempt is due, and how to see it."""
    what, due, by = _name(notification), duration.show(at), duration.show(left)
    return f"the next {what} notification is due at +{due}; advance the clock by {by} to see it"


def _shown(lines: Iterable[_Line], start: int) -> list[str]:
    return [f"  +{duration.show(one.instant - start):<6} {one.text}" for one in sorted(lines, key=lambda one: one[:2])]


def _request(one: Request) -> str:
    parts = [f"{one.method} {one.target} → {one.status}", one.said, *one.notes]
    if one.diagnosis:
        parts.append(one.diagnosis["summary"])
    return " · ".join(part for part in parts if part)
