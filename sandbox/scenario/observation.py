"""What is so in a story's world now, and where that is not as expected."""

import json
from collections.abc import Awaitable, Callable, Container, Mapping
from typing import Any

from sandbox.adapter import placeholders
from sandbox.adapter.control import Control
from sandbox.errors import pay
from sandbox.protocol import xml
from sandbox.scenario import duration
from sandbox.scenario.comparison import Difference, differences
from sandbox.scenario.expectation import Refusal
from sandbox.scenario.verdict import Event

EVERY = 10_000
"""More than a story makes."""

AskShop = Callable[[], Awaitable[dict[str, Any]]]


class Observer:
    """Looks at the sandbox through `control`, at the shop through `ask_shop`, at the phone's last answer.

    `memory` is the story's: its `payment` tells which order the story is about.
    """

    def __init__(self, control: Control, memory: Mapping[str, Any], ask_shop: AskShop) -> None:
        self._control = control
        self._memory = memory
        self._ask_shop = ask_shop
        self.phone: dict[str, Any] = {}

    async def compare(self, expected: Mapping[str, Any]) -> list[Difference]:
        """Every difference between an `expect` step and what is so."""
        found: list[Difference] = []
        for subject, wanted in expected.items():
            if subject == "within":
                continue
            came = await self._looks[subject](self, wanted)
            found += differences(_normal(subject, wanted), came, subject)
        return found

    async def _order(self, wanted: Any) -> dict[str, Any] | None:
        orders = await self._all_orders()
        if isinstance(wanted, Mapping) and "out_trade_no" in wanted:
            return next((order for order in orders if order["out_trade_no"] == wanted["out_trade_no"]), None)
        # Orders of one instant have no order among themselves, and a virtual clock stands still.
        package, bare = (placeholders.dig(self._memory, f"payment.{name}") for name in ("package", "prepayid"))
        launched = [
            order for order in orders if order["prepay_id"] == bare or package == f"prepay_id={order['prepay_id']}"
        ]
        return next(iter([*launched, *orders]), None)

    async def _orders(self, _: Any) -> int:
        return len(await self._all_orders())

    async def _refunds(self, _: Any) -> int:
        return len((await self._control.call("refunds.list", {"limit": EVERY}))["refunds"])

    async def _merchant(self, _: Any) -> dict[str, Any]:
        return await self._ask_shop()

    async def _notifications(self, _: Any) -> dict[str, Any]:
        attempts = await attempts_of(self._control)
        verdicts = [attempt["verdict"] for attempt in attempts]
        return {
            "attempts": len(attempts),
            "acked": verdicts.count("acknowledged"),
            "sent_at": [duration.show(attempt["due_in"]) for attempt in attempts],
            "verdicts": verdicts,
        }

    async def _refusal(self, wanted: Any) -> dict[str, Any] | None:
        named = wanted.get("endpoint") if isinstance(wanted, Mapping) else None
        endpoint = named if isinstance(named, str) else None
        ordered = {order["out_trade_no"] for order in await self._all_orders()}
        refused = [
            exchange
            for exchange in await self._exchanges()
            if exchange.get("problem")
            and endpoint in (None, exchange["endpoint"])
            and not _left_over(exchange, ordered)
        ]
        if not refused:
            return None
        known = {**_wire(refused[-1]["response"]), **refused[-1]}
        return {name: known[name] for name in Refusal.__struct_fields__ if name in known}

    async def _phone(self, _: Any) -> dict[str, Any]:
        return self.phone

    async def _requests(self, wanted: Any) -> dict[str, int]:
        seen = [exchange["endpoint"] for exchange in await self._exchanges()]
        return {endpoint: seen.count(endpoint) for endpoint in {*seen, *wanted}}

    async def _all_orders(self) -> list[dict[str, Any]]:
        """Newest first."""
        orders: list[dict[str, Any]] = (await self._control.call("orders.list", {"limit": EVERY}))["orders"]
        return orders

    async def _exchanges(self) -> list[dict[str, Any]]:
        return await exchanges_of(self._control, unclaimed=False)

    _looks: Mapping[str, Callable[["Observer", Any], Awaitable[Any]]] = {
        "order": _order,
        "orders": _orders,
        "refunds": _refunds,
        "merchant": _merchant,
        "notifications": _notifications,
        "refusal": _refusal,
        "phone": _phone,
        "requests": _requests,
    }


async def exchanges_of(control: Control, *, unclaimed: bool) -> list[dict[str, Any]]:
    """Every request the tenant's journal still has, oldest first; `unclaimed` adds those that belong to nobody."""
    answer = await control.call("exchanges.list", {"limit": EVERY, "unclaimed": unclaimed})
    exchanges: list[dict[str, Any]] = answer["exchanges"]
    return exchanges


async def attempts_of(control: Control) -> list[dict[str, Any]]:
    """Every attempt of every notification in the order they were due."""
    deliveries = (await control.call("notify.list", {}))["notifications"]
    return sorted((attempt for one in deliveries for attempt in one["attempts"]), key=lambda attempt: attempt["due"])


async def seen(control: Control) -> list[Event]:
    """What the sandbox knows of a story: every request it answered, every notification it sent."""
    requests = [
        Event(one["endpoint"] or "unclaimed", _in_short(one)) for one in await exchanges_of(control, unclaimed=True)
    ]
    attempts = [
        Event("notification", f"{one['verdict']} {one['reason']}".rstrip(), one["due_in"])
        for one in await attempts_of(control)
    ]
    return [*requests, *attempts]


def _left_over(exchange: Mapping[str, Any], ordered: Container[str]) -> bool:
    """A running shop may go on asking after orders of earlier stories, which this world never had."""
    return exchange["problem"] == pay.ORDER_NOT_EXIST.name and exchange["tags"].get("out_trade_no") not in ordered


def _in_short(exchange: Mapping[str, Any]) -> str:
    parts = [f"{exchange['method']} {exchange['target']} -> {exchange['status']}", exchange["said"], *exchange["notes"]]
    if exchange["diagnosis"]:
        parts.append(exchange["diagnosis"]["summary"])
    return " · ".join(part for part in parts if part)


def _wire(body: str) -> dict[str, Any]:
    """The fields of a refusal as they stood on the wire: v2 XML, or JSON."""
    try:
        return dict(xml.parse(body.encode()))
    except xml.MalformedXml:
        pass
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _normal(subject: str, wanted: Any) -> Any:
    """Instants in the one spelling that came-values have: 60s and 1m are the same."""
    if subject != "notifications" or not isinstance(wanted.get("sent_at"), list):
        return wanted
    return {**wanted, "sent_at": [duration.show(duration.parse(str(at))) for at in wanted["sent_at"]]}
