"""Queries on what is to happen: timers, deliveries, rules; and counters."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from sandbox.domain.delivery import Delivery, DeliveryState
from sandbox.store.queries import Queries, pack

_delivery = msgspec.msgpack.Decoder(Delivery).decode


class Timer(NamedTuple):
    """Something to do at an instant of the tenant's clock."""

    id: int
    due: int
    kind: str
    subject: str


class RuleRow(NamedTuple):
    """A rule as stored: how often its moment matched, how often it fired, and the rule itself (msgpack)."""

    id: int
    seen: int
    fired: int
    data: bytes


class Agenda(Queries):
    """What is due, and what is to go wrong."""

    __slots__ = ()

    def book(self, due: int, kind: str, subject: str) -> None:
        """Set a timer for an instant of the tenant's clock (ms)."""
        self._db.execute(
            "INSERT INTO timers (tenant, due, kind, subject) VALUES (?, ?, ?, ?)", (self.tenant, due, kind, subject)
        )
        self.booked = True

    def next_timer(self, *, but: str = "") -> Timer | None:
        """The timer that is due first; `but`: none of this kind."""
        row = self._one(
            "SELECT id, due, kind, subject FROM timers WHERE tenant = ? AND kind != ? ORDER BY due, id LIMIT 1",
            (self.tenant, but),
        )
        return None if row is None else Timer(*row)

    def timers(self, limit: int) -> list[Timer]:
        """The timers that are due first."""
        rows = self._db.execute(
            "SELECT id, due, kind, subject FROM timers WHERE tenant = ? ORDER BY due, id LIMIT ?", (self.tenant, limit)
        )
        return [Timer(*row) for row in rows]

    def pending_timers(self) -> int:
        """How many timers there are."""
        row = self._one("SELECT count(*) FROM timers WHERE tenant = ?", (self.tenant,))
        return 0 if row is None else int(row[0])

    def cancel_timer(self, id: int) -> None:
        """Forget a timer."""
        self._db.execute("DELETE FROM timers WHERE id = ?", (id,))

    def cancel_timers(self, kind: str, subject: str) -> None:
        """Forget the timers of one thing."""
        self._db.execute(
            "DELETE FROM timers WHERE tenant = ? AND kind = ? AND subject = ?", (self.tenant, kind, subject)
        )

    def put_delivery(self, delivery: Delivery) -> None:
        """Store a notification's state."""
        about = delivery.out_trade_no or delivery.subject
        row = (self.tenant, delivery.id, delivery.first_due, about, delivery.state.value, pack(delivery))
        self._db.execute("INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?)", row)

    def delivery(self, id: str) -> Delivery | None:
        """A notification by id."""
        row = self._one("SELECT data FROM deliveries WHERE tenant = ? AND id = ?", (self.tenant, id))
        return None if row is None else _delivery(row[0])

    def deliveries(
        self,
        *,
        subject: str | None = None,
        state: DeliveryState | None = None,
        part: str = "",
        before: str = "",
        limit: int = 200,
    ) -> list[Delivery]:
        """Notifications, newest first. `part` stands in the subject; `before`: only those that are listed after it."""
        sql, values = "SELECT data FROM deliveries WHERE tenant = ?", [self.tenant]
        if subject is not None:
            sql, values = sql + " AND subject = ?", [*values, subject]
        if state is not None:
            sql, values = sql + " AND state = ?", [*values, state.value]
        if part:
            sql, values = sql + " AND instr(lower(subject), lower(?))", [*values, part]
        if before:
            sql += " AND (-created, id) > (SELECT -created, id FROM deliveries WHERE tenant = ? AND id = ?)"
            values = [*values, self.tenant, before]
        rows = self._db.execute(f"{sql} ORDER BY created DESC, id LIMIT {int(limit)}", values)
        return [_delivery(data) for (data,) in rows]

    def put_rule(self, row: RuleRow) -> None:
        """Store a rule and its counts."""
        self._db.execute(
            "INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?, ?)", (self.tenant, row.id, row.seen, row.fired, row.data)
        )

    def rules(self) -> Iterable[RuleRow]:
        """The tenant's rules in the order they were added."""
        rows = self._db.execute("SELECT id, seen, fired, data FROM rules WHERE tenant = ? ORDER BY id", (self.tenant,))
        return [RuleRow(*row) for row in rows]

    def drop_rules(self, id: int | None = None) -> None:
        """Forget one rule, or all."""
        self._db.execute("DELETE FROM rules WHERE tenant = ? AND id = coalesce(?, id)", (self.tenant, id))

    def counted(self, name: str) -> int:
        """How far a counter of this tenant has come."""
        row = self._one("SELECT value FROM counters WHERE tenant = ? AND name = ?", (self.tenant, name))
        return 0 if row is None else int(row[0])

    def count(self, name: str) -> int:
        """The next number (from 1) of a counter of this tenant."""
        row = self._one(
            "INSERT INTO counters VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value",
            (self.tenant, name),
        )
        assert row is not None
        return int(row[0])
