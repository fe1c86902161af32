"""The shop's refunds, and the one place where one of them changes."""

import secrets
import sqlite3
import time
from typing import Literal

import msgspec

from merchant_demo.orders import Order

RefundStatus = Literal["processing", "refunded", "abnormal", "failed"]

# By the platform's word for it. ABNORMAL: the payer's account cannot take it, and a person must name another.
STATUSES: dict[str, RefundStatus] = {
    "PROCESSING": "processing",
    "SUCCESS": "refunded",
    "ABNORMAL": "abnormal",
    "CLOSED": "failed",
}


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """Part of an order's money on its way back; `amount` is fen."""

    no: str
    order_no: str
    amount: int
    status: RefundStatus = "processing"
    created: float
    looked: float


class RefundStanding(msgspec.Struct, frozen=True):
    """A refund as the platform tells of it; `state` is its own word, amounts are fen."""

    no: str
    order_no: str
    state: str
    amount: int
    total: int


class RefundBook:
    """Refunds in SQLite. Every method is one transaction, committed when it returns."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, order: Order, amount: int, no: str | None = None) -> Refund:
        """Written down before anybody is asked for it: whatever happens then, its number is known."""
        number, now = no or f"{order.no}R{secrets.token_hex(4)}", time.time()
        with self._db:
            self._db.execute(
                "INSERT OR IGNORE INTO refunds (no, order_no, amount, created, looked) VALUES (?, ?, ?, ?, ?)",
                (number, order.no, amount, now, now),
            )
        return self.get(number)

    def find(self, no: str) -> Refund | None:
        row = self._db.execute("SELECT * FROM refunds WHERE no = ?", (no,)).fetchone()
        return None if row is None else _refund(row)

    def get(self, no: str) -> Refund:
        """The refund, which must exist."""
        return _refund(self._db.execute("SELECT * FROM refunds WHERE no = ?", (no,)).fetchone())

    def of(self, order_no: str) -> list[Refund]:
        """An order's refunds, oldest first."""
        rows = self._db.execute("SELECT * FROM refunds WHERE order_no = ? ORDER BY created, no", (order_no,))
        return [_refund(row) for row in rows]

    def to_query(self, before: float, since: float) -> list[Refund]:
        """Refunds made after `since`, under way, and not looked at since `before` (seconds since the epoch)."""
        due = "status = 'processing' AND looked <= ? AND created >= ?"
        rows = self._db.execute(f"SELECT * FROM refunds WHERE {due} ORDER BY looked LIMIT 20", (before, since))
        return [_refund(row) for row in rows]

    def looked_at(self, no: str) -> None:
        with self._db:
            self._db.execute("UPDATE refunds SET looked = ? WHERE no = ?", (time.time(), no))

    def settle(self, no: str, status: RefundStatus) -> None:
        """Where it stands now. Messages overtake each other: what is refunded or has failed stays so."""
        update = "UPDATE refunds SET status = ? WHERE no = ? AND status NOT IN ('refunded', 'failed')"
        with self._db:
            self._db.execute(update, (status, no))


def _refund(row: sqlite3.Row) -> Refund:
    return msgspec.convert(dict(row), Refund)
