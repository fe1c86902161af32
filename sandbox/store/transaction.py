"""A transaction: every query of the sandbox, on one tenant's records."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, NamedTuple, Self

import msgspec

from sandbox.domain.delivery import Delivery, DeliveryState
from sandbox.domain.merchant import App, Merchant
from sandbox.domain.order import Order, Prepay
from sandbox.domain.user import Code, Token, User
from sandbox.store.schema import OWNED, STATE

_pack = msgspec.msgpack.Encoder().encode
_order = msgspec.msgpack.Decoder(Order).decode
_merchant = msgspec.msgpack.Decoder(Merchant).decode
_app = msgspec.msgpack.Decoder(App).decode
_user = msgspec.msgpack.Decoder(User).decode
_code = msgspec.msgpack.Decoder(Code).decode
_token = msgspec.msgpack.Decoder(Token).decode
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


class Transaction:
    """Begin on enter, commit on leave, roll back when the block raises. `booked` tells that a timer was set."""

    __slots__ = ("_db", "_lock", "booked", "tenant")

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock, tenant: str) -> None:  # type: ignore[valid-type,unused-ignore]
        self._db = db
        self._lock = lock
        self.tenant = tenant
        self.booked = False

    def __enter__(self) -> Self:
        self._lock.acquire()
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._db.execute("COMMIT" if kind is None else "ROLLBACK")
        finally:
            self._lock.release()

    # tenants and identities

    def tenants(self) -> list[tuple[str, bytes]]:
        """Every tenant's id and record, of all tenants."""
        return list(self._db.execute("SELECT id, data FROM tenants ORDER BY id"))

    def put_tenant(self, data: bytes) -> None:
        """Store this tenant's record."""
        self._db.execute("INSERT OR REPLACE INTO tenants VALUES (?, ?)", (self.tenant, data))

    def drop_tenant(self) -> None:
        """Forget this tenant and all that is its."""
        for table in OWNED:
            self._db.execute(f"DELETE FROM {table} WHERE tenant = ?", (self.tenant,))
        self._db.execute("DELETE FROM tenants WHERE id = ?", (self.tenant,))

    def clear_state(self) -> None:
        """Empty the tenant: orders, codes, tokens, timers, deliveries, rules, counters; identities stay."""
        for table in STATE:
            self._db.execute(f"DELETE FROM {table} WHERE tenant = ?", (self.tenant,))

    def put_merchant(self, merchant: Merchant) -> None:
        """Store a merchant."""
        row = (merchant.mchid, self.tenant, _pack(merchant))
        self._db.execute("INSERT OR REPLACE INTO merchants VALUES (?, ?, ?)", row)

    def merchants(self) -> list[Merchant]:
        """The tenant's merchants."""
        rows = self._db.execute("SELECT data FROM merchants WHERE tenant = ? ORDER BY mchid", (self.tenant,))
        return [_merchant(data) for (data,) in rows]

    def put_app(self, app: App) -> None:
        """Store an app."""
        self._db.execute("INSERT OR REPLACE INTO apps VALUES (?, ?, ?)", (app.appid, self.tenant, _pack(app)))

    def apps(self) -> list[App]:
        """The tenant's apps."""
        rows = self._db.execute("SELECT data FROM apps WHERE tenant = ? ORDER BY appid", (self.tenant,))
        return [_app(data) for (data,) in rows]

    # payers

    def put_user(self, user: User) -> None:
        """Store a payer; their openids become known."""
        self._db.execute("INSERT OR REPLACE INTO users VALUES (?, ?, ?)", (self.tenant, user.id, _pack(user)))
        self._db.executemany(
            "INSERT OR REPLACE INTO openids VALUES (?, ?, ?, ?)",
            [(self.tenant, openid, appid, user.id) for appid, openid in user.openids.items()],
        )

    def user(self, id: str) -> User | None:
        """A payer by id."""
        row = self._one("SELECT data FROM users WHERE tenant = ? AND id = ?", (self.tenant, id))
        return None if row is None else _user(row[0])

    def users(self) -> list[User]:
        """All payers, in the order of their ids."""
        return [_user(data) for (data,) in self._db.execute("SELECT data FROM users WHERE tenant = ?", (self.tenant,))]

    def openid(self, openid: str) -> tuple[str, str] | None:
        """Whose openid this is: (appid, user id), or None when the tenant never handed it out."""
        row = self._one("SELECT appid, user FROM openids WHERE tenant = ? AND openid = ?", (self.tenant, openid))
        return None if row is None else (row[0], row[1])

    def session_key(self, openid: str) -> str | None:
        """The session_key in force for an openid."""
        row = self._one("SELECT session_key FROM session_keys WHERE tenant = ? AND openid = ?", (self.tenant, openid))
        return None if row is None else str(row[0])

    def put_session_key(self, openid: str, session_key: str) -> None:
        """Give an openid its session_key; the one before is void."""
        self._db.execute("INSERT OR REPLACE INTO session_keys VALUES (?, ?, ?)", (self.tenant, openid, session_key))

    def put_code(self, code: Code) -> None:
        """Store a one-time code."""
        self._db.execute("INSERT OR REPLACE INTO codes VALUES (?, ?, ?)", (self.tenant, code.code, _pack(code)))

    def code(self, code: str) -> Code | None:
        """A one-time code."""
        row = self._one("SELECT data FROM codes WHERE tenant = ? AND code = ?", (self.tenant, code))
        return None if row is None else _code(row[0])

    def put_token(self, token: Token) -> None:
        """Store a token."""
        row = (token.token, self.tenant, token.appid, token.kind, token.created, _pack(token))
        self._db.execute("INSERT OR REPLACE INTO tokens VALUES (?, ?, ?, ?, ?, ?)", row)

    def token(self, token: str) -> Token | None:
        """A token by its text."""
        row = self._one("SELECT data FROM tokens WHERE token = ? AND tenant = ?", (token, self.tenant))
        return None if row is None else _token(row[0])

    def latest_tokens(self, appid: str, kind: str) -> Iterator[Token]:
        """An app's tokens of one kind, newest first."""
        rows = self._db.execute(
            "SELECT data FROM tokens WHERE tenant = ? AND appid = ? AND kind = ? ORDER BY created DESC, token",
            (self.tenant, appid, kind),
        )
        return (_token(data) for (data,) in rows)

    def tenant_of_token(self, token: str) -> str | None:
        """Which tenant minted a token, whosever it is."""
        row = self._one("SELECT tenant FROM tokens WHERE token = ?", (token,))
        return None if row is None else str(row[0])

    def tenant_of_prepay(self, prepay_id: str) -> str | None:
        """Which tenant minted a prepay_id, whosever it is."""
        row = self._one("SELECT tenant FROM prepays WHERE prepay_id = ?", (prepay_id,))
        return None if row is None else str(row[0])

    # orders

    def add_order(self, order: Order, prepay: Prepay) -> None:
        """Store a new order with its first prepay_id."""
        terms = order.terms
        row = (self.tenant, terms.mchid, terms.out_trade_no, order.created, _pack(order))
        self._db.execute("INSERT INTO orders VALUES (?, ?, ?, ?, NULL, ?)", row)
        self.add_prepay(prepay)

    def put_order(self, order: Order) -> None:
        """Store an order's new state."""
        terms = order.terms
        transaction_id = None if order.payment is None else order.payment.transaction_id
        self._db.execute(
            "UPDATE orders SET transaction_id = ?, data = ? WHERE tenant = ? AND mchid = ? AND out_trade_no = ?",
            (transaction_id, _pack(order), self.tenant, terms.mchid, terms.out_trade_no),
        )

    def order(self, mchid: str, out_trade_no: str) -> Order | None:
        """An order by the merchant's number."""
        row = self._one(
            "SELECT data FROM orders WHERE tenant = ? AND mchid = ? AND out_trade_no = ?",
            (self.tenant, mchid, out_trade_no),
        )
        return None if row is None else _order(row[0])

    def order_by_transaction(self, transaction_id: str) -> Order | None:
        """A paid order by the platform's number."""
        row = self._one(
            "SELECT data FROM orders WHERE tenant = ? AND transaction_id = ?", (self.tenant, transaction_id)
        )
        return None if row is None else _order(row[0])

    def orders(self, limit: int = 200) -> list[Order]:
        """The newest orders first."""
        rows = self._db.execute(
            "SELECT data FROM orders WHERE tenant = ? ORDER BY created DESC, out_trade_no LIMIT ?", (self.tenant, limit)
        )
        return [_order(data) for (data,) in rows]

    def add_prepay(self, prepay: Prepay) -> None:
        """Store a prepay_id."""
        self._db.execute(
            "INSERT INTO prepays VALUES (?, ?, ?, ?, ?, ?)",
            (prepay.prepay_id, self.tenant, prepay.mchid, prepay.out_trade_no, prepay.created, prepay.code_url or None),
        )

    def prepay(self, prepay_id: str) -> Prepay | None:
        """A prepay_id of this tenant."""
        return self._prepay("prepay_id = ? AND tenant = ?", (prepay_id, self.tenant))

    def prepay_by_code_url(self, code_url: str) -> Prepay | None:
        """The prepay_id behind a code_url."""
        return self._prepay("tenant = ? AND code_url = ?", (self.tenant, code_url))

    def _prepay(self, where: str, values: tuple[str, ...]) -> Prepay | None:
        row = self._one(f"SELECT prepay_id, mchid, out_trade_no, created, code_url FROM prepays WHERE {where}", values)
        if row is None:
            return None
        prepay_id, mchid, out_trade_no, created, code_url = row
        return Prepay(
            prepay_id=prepay_id,
            mchid=mchid,
            out_trade_no=out_trade_no,
            created=created,
            code_url=code_url or "",
        )

    # timers and deliveries

    def book(self, due: int, kind: str, subject: str) -> None:
        """Set a timer for an instant of the tenant's clock (ms)."""
        self._db.execute(
            "INSERT INTO timers (tenant, due, kind, subject) VALUES (?, ?, ?, ?)", (self.tenant, due, kind, subject)
        )
        self.booked = True

    def next_timer(self) -> Timer | None:
        """The timer that is due first."""
        row = self._one(
            "SELECT id, due, kind, subject FROM timers WHERE tenant = ? ORDER BY due, id LIMIT 1", (self.tenant,)
        )
        return None if row is None else Timer(*row)

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
        row = (self.tenant, delivery.id, delivery.first_due, delivery.subject, delivery.state.value, _pack(delivery))
        self._db.execute("INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?)", row)

    def delivery(self, id: str) -> Delivery | None:
        """A notification by id."""
        row = self._one("SELECT data FROM deliveries WHERE tenant = ? AND id = ?", (self.tenant, id))
        return None if row is None else _delivery(row[0])

    def deliveries(
        self, *, subject: str | None = None, state: DeliveryState | None = None, limit: int = 200
    ) -> list[Delivery]:
        """Notifications, newest first."""
        sql, values = "SELECT data FROM deliveries WHERE tenant = ?", [self.tenant]
        if subject is not None:
            sql, values = sql + " AND subject = ?", [*values, subject]
        if state is not None:
            sql, values = sql + " AND state = ?", [*values, state.value]
        rows = self._db.execute(f"{sql} ORDER BY created DESC, id LIMIT {int(limit)}", values)
        return [_delivery(data) for (data,) in rows]

    # rules and counters

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

    def count(self, name: str) -> int:
        """The next number (from 1) of a counter of this tenant."""
        row = self._one(
            "INSERT INTO counters VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value",
            (self.tenant, name),
        )
        assert row is not None
        return int(row[0])

    def _one(self, sql: str, values: tuple[Any, ...]) -> Any:
        return self._db.execute(sql, values).fetchone()
