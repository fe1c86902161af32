"""What the platform knows, for a test that looks for itself."""

from typing import Any

from sandbox.testing import handles, timeline
from sandbox.testing.answers import Notification, Order, Request
from sandbox.testing.faults import endpoint_name
from sandbox.testing.handles import Named
from sandbox.testing.world import World


async def order(world: World, order: Named) -> Order:
    """An order as it stands. Raises LookupError when there is none."""
    wanted, known = handles.number(order), await world.orders()
    for one in known:
        if one.out_trade_no == wanted:
            return one
    raise LookupError(f"no order {wanted!r}; there {timeline.listed([one.out_trade_no for one in known])}")


async def notifications(world: World, order: Named = "", *, event: str = "") -> list[Notification]:
    """What the shop was told, oldest first: of one order or refund, or of all."""
    wanted = handles.number(order)
    return [one for one in await world.notifications() if wanted in ("", one.subject) and event in ("", one.event)]


async def requests(world: World, /, endpoint: str = "", **tags: str) -> list[Request]:
    """What the shop asked, oldest first: of one endpoint, with these tags (`out_trade_no="T1"`), or all."""
    name = endpoint_name(world, endpoint) if endpoint else ""
    return [one for one in await world.requests() if name in ("", one.endpoint) and tags.items() <= one.tags.items()]


async def timeline_of(world: World, order: Named = "") -> str:
    """One order's requests, payment and notifications as they happened, to be read; without one, everything."""
    if order:
        return "\n".join(await timeline.of_order(world, handles.number(order)))
    return "\n".join(await timeline.of_everything(world))


async def call(world: World, verb: str, /, **args: Any) -> dict[str, Any]:
    """Any verb of the control API: `call("user.create", nickname="小刚", balance=100)`. Raises ControlError."""
    return await world.call(verb, args)
