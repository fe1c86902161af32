"""The shop's orders, and the one place where an order becomes paid and is shipped."""

import secrets
import sqlite3
import time
from datetime import datetime
from typing import Literal

import msgspec

Status = Literal["unpaid", "paid", "closed", "mismatch"]
LearnedBy = Literal["notification", "query", "bill", "page", "till"]
TradeType = Literal["JSAPI", "APP", "MICROPAY", "NATIVE"]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One order. `user` is whose account it is in, `openid` who pays; `total` is in fen.

    `paid_on` is the day of the payment in the platform's books, which are kept in Beijing.

    `time_expire` (Beijing, as 20260101120000) is kept because the platform takes a repeated order only when nothing in
    it has changed.
    """

    no: str
    user: str
    openid: str
    title: str
    total: int
    time_expire: str
    trade_type: TradeType = "JSAPI"
    status: Status = "unpaid"
    shipped: int = 0
    learned_by: LearnedBy | None = None
    transaction_id: str | None = None
    notifications: int = 0
    paid_on: str | None = None
    created: float = 0.0
    looked: float = 0.0


def new_number(now: datetime) -> str:
    """An order number nobody can guess: 26 of the 32 characters that the platform allows."""
    return f"{now:%Y%m%d%H%M%S}{secrets.token_hex(6)}"


class OrderBook:
    """Orders in SQLite. Every method is one transaction, committed when it returns."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, order: Order) -> Order:
        """A new order."""
        row = (order.no, order.user, order.openid, order.title, order.total, order.time_expire, order.trade_type)
        now = time.time()
        with self._db:
            self._db.execute(
                "INSERT INTO orders (no, user, openid, title, total, time_expire, trade_type, created, looked)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, now, now),
            )
        return self.get(order.no)

    def find(self, no: str) -> Order | None:
        row = self._db.execute("SELECT * FROM orders WHERE no = ?", (no,)).fetchone()
        return None if row is None else _order(row)

    def get(self, no: str) -> Order:
        """The order, which must exist."""
        return _order(self._db.execute("SELECT * FROM orders WHERE no = ?", (no,)).fetchone())

    def of(self, user: str) -> list[Order]:
        """A user's orders, newest first."""
        rows = self._db.execute("SELECT * FROM orders WHERE user = ? ORDER BY created DESC LIMIT 100", (user,))
        return [_order(row) for row in rows]

    def paid_on(self, date: str) -> list[Order]:
        """Orders that were paid on a day of the platform's."""
        rows = self._db.execute("SELECT * FROM orders WHERE status = 'paid' AND paid_on = ?", (date,))
        return [_order(row) for row in rows]

    def to_query(self, before: float, since: float) -> list[Order]:
        """Orders made after `since`, unpaid, and not looked at since `before` (seconds since the epoch)."""
        query = "SELECT * FROM orders WHERE status = 'unpaid' AND looked <= ? AND created >= ? ORDER BY looked LIMIT 20"
        return [_order(row) for row in self._db.execute(query, (before, since))]

    def undecided(self, before: float) -> list[Order]:
        """The till's orders that were charged before an instant (seconds since the epoch) and are still unpaid."""
        query = "SELECT * FROM orders WHERE status = 'unpaid' AND trade_type = 'MICROPAY' AND created <= ? LIMIT 20"
        return [_order(row) for row in self._db.execute(query, (before,))]

    def looked_at(self, no: str) -> None:
        with self._db:
            self._db.execute("UPDATE orders SET looked = ? WHERE no = ?", (time.time(), no))

    def count_notification(self, no: str) -> None:
        with self._db:
            self._db.execute("UPDATE orders SET notifications = notifications + 1 WHERE no = ?", (no,))

    def close(self, no: str) -> None:
        """Nobody is expected to pay it any more; a payment that comes all the same is still taken."""
        self._leave_unpaid(no, "closed")

    def mismatch(self, no: str) -> None:
        """The platform speaks of another payment than we ordered: a person must look at it."""
        self._leave_unpaid(no, "mismatch")

    def settle(self, no: str, transaction_id: str | None, learned_by: LearnedBy, paid_on: str | None = None) -> None:
        """Mark the order paid and ship it: once, however often and by however many ways we are told."""
        with self._db:
            if self.claim(no, transaction_id, learned_by):
                ship = "UPDATE orders SET shipped = shipped + 1, paid_on = ? WHERE no = ?"
                self._db.execute(ship, (paid_on, no))

    def claim(self, no: str, transaction_id: str | None, learned_by: LearnedBy) -> bool:
        """Whether we are the one who turned it to paid; the database decides, so two processes cannot both be."""
        update = (
            "UPDATE orders SET status = 'paid', transaction_id = ?, learned_by = ? WHERE no = ? AND status != 'paid'"
        )
        return self._db.execute(update, (transaction_id, learned_by, no)).rowcount == 1

    def _leave_unpaid(self, no: str, status: Status) -> None:
        with self._db:
            self._db.execute("UPDATE orders SET status = ? WHERE no = ? AND status = 'unpaid'", (status, no))


def _order(row: sqlite3.Row) -> Order:
    return msgspec.convert(dict(row), Order)
