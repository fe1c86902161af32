"""What a test expects of the shop; a failure says what was expected, what came, what came near, and what to do."""

import difflib
from collections.abc import Sequence

from sandbox.testing import handles, timeline
from sandbox.testing.answers import Notification, Order, Request
from sandbox.testing.faults import endpoint_name
from sandbox.testing.handles import Named
from sandbox.testing.world import World


class Unmet(AssertionError):
    """The shop did not do as expected; the message tells all that the platform saw of it."""


async def expect_notification(
    world: World,
    order: Named,
    *,
    acknowledged: bool | None = True,
    attempts: int | None = None,
    event: str = "",
) -> Notification:
    """The shop was told of an order (or a refund, by its number), acknowledged it, after exactly so many attempts.

    Waits for what is due now, and moves no clock. `acknowledged` False: it never did; None: either. `event` is needed
    where several events happen to one number. Raises AssertionError.
    """
    number = handles.number(order)
    await world.settle()
    told = [one for one in await world.notifications() if one.subject == number and event in ("", one.event)]
    if not told:
        raise Unmet(await _untold(world, number, event))
    fitting = [one for one in told if _misses(one, acknowledged, attempts) is None]
    if fitting:
        return fitting[-1]
    head = f"{_misses(told[-1], acknowledged, attempts)}:"
    raise Unmet("\n".join([head, *await _seen(world, told[-1].out_trade_no or number)]))


async def assert_called(world: World, /, endpoint: str, times: int | None = None, **tags: str) -> list[Request]:
    """The shop called an endpoint, exactly `times` times or at least once; the calls.

    `tags` narrow it down: `out_trade_no="T1"`, `openid=…`, `mchid=…`, `appid=…`. `times=0`: it never did.
    Raises AssertionError.
    """
    name = endpoint_name(world, endpoint)
    asked = await world.requests()
    calls = [one for one in asked if one.endpoint == name and tags.items() <= one.tags.items()]
    if len(calls) == times or (times is None and calls):
        return calls
    wanted = f"{name}{_of(tags)}"
    expected = "at least one call" if times is None else timeline.count(times, "call")
    lines = [f"expected {expected} of {wanted}, saw {len(calls)}"]
    lines += timeline.requests(calls, world.start)
    if not calls:
        lines += _near_misses([one for one in asked if one.endpoint == name], asked)
    raise Unmet("\n".join([*lines, *timeline.strangers(await world.unclaimed())]))


async def assert_no_unverified(world: World) -> int:
    """The shop acted on nothing that it should have refused; how many such messages it was sent.

    Those are notifications and answers that a rule spoilt after they were signed: forged, tampered with, stale, cut
    short. It acted when it acknowledged such a notification, or when the payer was handed what only such answers held.
    Raises AssertionError.
    """
    await world.settle()
    told = [(one, attempt) for one in await world.notifications() for attempt in one.attempts if not attempt.verifiable]
    spoilt = [one for one in await world.requests() if not one.verifiable]
    wrong = [
        f"  acknowledged {one.event} of {one.subject}: {attempt.reason or 'spoilt'}"
        for one, attempt in told
        if attempt.verdict == "acknowledged"
    ]
    good = [one.response for one in await world.requests() if one.verifiable]
    for handle in dict.fromkeys(world.handed):
        source = next((one for one in spoilt if handle in one.response), None)
        if source is not None and not any(handle in response for response in good):
            wrong.append(f"  handed the payer {handle}, which only {source.endpoint} told it ({_notes(source)})")
    if wrong:
        head = "expected the shop to refuse whatever does not verify, but it"
        raise Unmet("\n".join([head, *wrong, *await timeline.of_everything(world)]))
    return len(told) + len(spoilt)


def _misses(one: Notification, acknowledged: bool | None, attempts: int | None) -> str | None:
    """What is not as expected; None when all is."""
    made = len(one.attempts)
    if attempts is not None and made != attempts:
        return f"expected {timeline.count(attempts, 'notification')} for {one.subject}, saw {made}"
    if acknowledged and not one.acknowledged:
        seen = timeline.count(made, "attempt")
        return f"expected the notification for {one.subject} to be acknowledged, saw {seen} and no acknowledgement"
    if acknowledged is False and one.acknowledged:
        return f"expected the notification for {one.subject} not to be acknowledged, and it was"
    return None


async def _untold(world: World, number: str, event: str) -> str:
    """Why there is no notification at all."""
    head = f"expected a notification for {number}, saw none"
    others = [one for one in await world.notifications() if one.subject == number]
    if others:
        return f"{head} of {event!r}: there {timeline.listed([one.event for one in others])}"
    orders = {one.out_trade_no: one for one in await world.orders()}
    if number in orders:
        lines = [f"{head}: {_why_untold(orders[number])}", *await timeline.of_order(world, number)]
    else:
        names = [*orders, *(one.out_refund_no for one in await world.refunds())]
        near = difflib.get_close_matches(number, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there {timeline.listed(names)}"
        lines = [f"{head}, nor an order or a refund of that number; {hint}"]
    return "\n".join([*lines, *timeline.strangers(await world.unclaimed())])


async def _seen(world: World, number: str) -> list[str]:
    if any(one.out_trade_no == number for one in await world.orders()):
        return await timeline.of_order(world, number)
    return await timeline.of_everything(world)


def _why_untold(order: Order) -> str:
    if order.paid_at is None:
        return f"it is {order.trade_state}, nobody has paid it; pay({order.out_trade_no!r}) does"
    return f"it is {order.trade_state}" + ("" if order.notify_url else " and has no notify_url")


def _near_misses(same_endpoint: Sequence[Request], asked: Sequence[Request]) -> list[str]:
    if same_endpoint:
        return ["nearest:", *(f"  {one.endpoint}{_of(one.tags)} → {one.status}" for one in same_endpoint[-5:])]
    names = [one.endpoint for one in asked]
    called = ", ".join(f"{name} ×{names.count(name)}" for name in dict.fromkeys(names))
    return [f"the shop called {called or 'nothing'}"]


def _of(tags: dict[str, str]) -> str:
    shown = {name: value for name, value in tags.items() if name not in ("endpoint", "dialect")}
    return f" ({', '.join(f'{name}={value}' for name, value in shown.items())})" if shown else ""


def _notes(one: Request) -> str:
    return ", ".join(one.notes) or "spoilt"
