"""What is so in a story's world now, and where that is not as expected."""

import json
import re
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from typing import Any

from sandbox.adapter import placeholders
from sandbox.adapter.control import Control
from sandbox.adapter.waiting import Stopwatch
from sandbox.errors import pay
from sandbox.protocol import xml
from sandbox.scenario import duration
from sandbox.scenario.comparison import Difference, differences
from sandbox.scenario.expectation import Refusal

EVERY = 10_000
"""More than a story makes."""

AskShop = Callable[[], Awaitable[dict[str, Any]]]


class Observer:
    """Looks at the sandbox through `control`, at the shop through `ask_shop`, at the phone's last answer.

    `memory` is the story's: its `payment` tells which order the story is about.
    """

    def __init__(self, control: Control, memory: Mapping[str, Any], ask_shop: AskShop) -> None:
        self._watch = Stopwatch()
        self._began: int | None = None
        self._control = control
        self._memory = memory
        self._ask_shop = ask_shop
        self.phone: dict[str, Any] = {}

    async def begin(self) -> None:
        """Note what the tenant's clock says."""
        self._began = (await self._control.call("clock.read", {})).get("now")

    async def compare(self, expected: Mapping[str, Any]) -> list[Difference]:
        """Every difference between an `expect` step and what is so."""
        found: list[Difference] = []
        for subject, wanted in expected.items():
            if subject == "within":
                continue
            came = await self._looks[subject](self, wanted)
            if subject == "took":
                found += [_in_words(one) for one in differences(duration.parsed(wanted), came, subject)]
            else:
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

    async def _notifications(self, wanted: Any) -> dict[str, Any]:
        event = wanted.get("event", "")
        attempts = await attempts_of(self._control, event)
        verdicts = [attempt["verdict"] for attempt in attempts]
        return {
            "event": event,
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

    async def _exchanges_by_endpoint(self, wanted: Any) -> dict[str, Any]:
        all_of_them = await self._exchanges()
        return {name: _summed([one for one in all_of_them if one["endpoint"] == name]) for name in wanted}

    async def _took(self, _: Any) -> dict[str, int]:
        now = (await self._control.call("clock.read", {})).get("now", 0)
        return {"real": round(self._watch.seconds * 1000), "clock": now - (self._began or 0)}

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
        "exchanges": _exchanges_by_endpoint,
        "took": _took,
    }


async def exchanges_of(control: Control, *, unclaimed: bool) -> list[dict[str, Any]]:
    """Every request the tenant's journal still has, oldest first; `unclaimed` adds those that belong to nobody."""
    answer = await control.call("exchanges.list", {"limit": EVERY, "unclaimed": unclaimed})
    exchanges: list[dict[str, Any]] = answer["exchanges"]
    return exchanges


async def attempts_of(control: Control, event: str = "") -> list[dict[str, Any]]:
    """Every attempt of every notification, or of one event's, in the order they were due."""
    deliveries = (await control.call("notify.list", {}))["notifications"]
    wanted = [one for one in deliveries if event in ("", one["event"])]
    return sorted((attempt for one in wanted for attempt in one["attempts"]), key=lambda attempt: attempt["due"])


def _summed(exchanges: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "count": len(exchanges),
        "statuses": [one["status"] for one in exchanges],
        "problems": [one["problem"] or None for one in exchanges],
    }


def _in_words(one: Difference) -> Difference:
    """Milliseconds as people write them."""

    def spoken(text: str) -> str:
        return re.sub(r"\b\d+\b", lambda number: duration.show(int(number[0])), text)

    return Difference(one.what, spoken(one.expected), spoken(one.came))


def _left_over(exchange: Mapping[str, Any], ordered: Container[str]) -> bool:
    """A running shop may go on asking after orders of earlier stories, which this world never had."""
    return exchange["problem"] == pay.ORDER_NOT_EXIST.name and exchange["tags"].get("out_trade_no") not in ordered


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
