"""The chronicle of a story: what was done, and what came of it in the sandbox, in the order it happened."""

from collections.abc import Mapping
from typing import Any

from sandbox.adapter.control import Control
from sandbox.scenario.observation import EVERY
from sandbox.scenario.verdict import Event, Kind


class Chronicle:
    """A line for every step, and behind it every request, state and notification that is new since the last one.

    Without `watchful` only the steps are written as they come; `close` then fetches the rest at once.
    """

    def __init__(self, control: Control, *, watchful: bool) -> None:
        self._control = control
        self._watchful = watchful
        self._events: list[Event] = []
        self._began: int | None = None
        self._now: int | None = None
        self._exchange = 0
        self._attempts: set[tuple[str, int]] = set()
        self._states: dict[str, str] = {}

    async def begin(self) -> None:
        """Time is counted from here."""
        self._began = (await self._control.call("clock.read", {})).get("now")
        self._now = self._began

    async def note(self, who: str, text: str, kind: Kind = "step") -> None:
        """One more step, and what came of it."""
        if who.startswith("clock.") or who == "eventually":
            self._now = (await self._control.call("clock.read", {})).get("now")
        self._events.append(Event(who, text, self._since(self._now), kind))
        if self._watchful:
            await self._look()

    async def close(self) -> tuple[Event, ...]:
        """All of it."""
        await self._look()
        return tuple(self._events)

    def last(self) -> str:
        """What the last step said."""
        return next((event.text for event in reversed(self._events) if event.kind in ("step", "merchant")), "")

    async def _look(self) -> None:
        for one in await self._exchanges():
            self._events.append(
                Event(one["endpoint"] or "unclaimed", in_short(one), self._since(one["instant"] or None), "call")
            )
        for delivery in (await self._control.call("notify.list", {}))["notifications"]:
            for attempt in delivery["attempts"]:
                key = (delivery["id"], attempt["number"])
                if attempt["verdict"] and key not in self._attempts:
                    self._attempts.add(key)
                    self._events.append(_sent(delivery, attempt, self._since(attempt["due"])))
        await self._look_at_orders()

    async def _exchanges(self) -> list[dict[str, Any]]:
        asked = {"limit": EVERY, "unclaimed": True, "after": self._exchange}
        exchanges: list[dict[str, Any]] = (await self._control.call("exchanges.list", asked))["exchanges"]
        self._exchange = max([self._exchange, *(one["id"] for one in exchanges)])
        return exchanges

    async def _look_at_orders(self) -> None:
        for order in reversed((await self._control.call("orders.list", {"limit": EVERY}))["orders"]):
            number, state = order["out_trade_no"], order.get("trade_state", "")
            before = self._states.get(number)
            if before != state:
                self._states[number] = state
                at = order.get("paid_at") if state == "SUCCESS" else None if before else order.get("created")
                text = f"{number}: {before} -> {state}" if before else f"{number}: {state}, {order['total']} fen"
                self._events.append(Event("order", text, self._since(at or self._now), "state"))

    def _since(self, instant: int | None) -> int | None:
        return None if instant is None or self._began is None else instant - self._began


def in_short(exchange: Mapping[str, Any]) -> str:
    """A request and its answer in a line."""
    parts = [f"{exchange['method']} {exchange['target']} -> {exchange['status']}", exchange["said"], *exchange["notes"]]
    if exchange["diagnosis"]:
        parts.append(exchange["diagnosis"]["summary"])
    return " · ".join(part for part in parts if part)


def _sent(delivery: Mapping[str, Any], attempt: Mapping[str, Any], at: int | None) -> Event:
    answer = f"HTTP {attempt['status']} {attempt['response'][:120]}".rstrip() if attempt["status"] is not None else ""
    told = f"{delivery['event']} of {delivery['subject']}, attempt {attempt['number']}"
    parts = [told, f"{attempt['verdict']} {attempt['reason']}".rstrip(), answer]
    return Event("notification", " · ".join(part for part in parts if part), at, "delivery")
