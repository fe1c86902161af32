"""Queries on orders, combined ones and their prepay_ids."""

import msgspec

from sandbox.domain.combined import CombinedOrder
from sandbox.domain.order import Order, Prepay
from sandbox.store.queries import Queries, pack

_order = msgspec.msgpack.Decoder(Order).decode
_combined = msgspec.msgpack.Decoder(CombinedOrder).decode


class Orders(Queries):
    """What was ordered."""

    __slots__ = ()

    def add_order(self, order: Order, prepay: Prepay) -> bool:
        """Store a new order with its first prepay_id; False, and nothing is stored, when its number is taken."""
        terms = order.terms
        row = (self.tenant, terms.mchid, terms.out_trade_no, order.created, pack(order))
        new = self._db.execute("INSERT INTO orders VALUES (?, ?, ?, ?, NULL, ?) ON CONFLICT DO NOTHING", row).rowcount
        if new:
            self.add_prepay(prepay)
        return bool(new)

    def add_bare_order(self, order: Order) -> None:
        """Store an order without a prepay_id of its own: closed before it was ever ordered, or part of another."""
        terms = order.terms
        row = (self.tenant, terms.mchid, terms.out_trade_no, order.created, pack(order))
        self._db.execute("INSERT INTO orders VALUES (?, ?, ?, ?, NULL, ?)", row)

    def put_order(self, order: Order) -> None:
        """Store an order's new state."""
        terms = order.terms
        transaction_id = None if order.payment is None else order.payment.transaction_id
        self._db.execute(
            "UPDATE orders SET transaction_id = ?, data = ? WHERE tenant = ? AND mchid = ? AND out_trade_no = ?",
            (transaction_id, pack(order), self.tenant, terms.mchid, terms.out_trade_no),
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

    def orders(self, limit: int = 200, *, part: str = "", before: str = "") -> list[Order]:
        """The newest orders first. `part` stands in the number; `before`: only those that are listed after this one."""
        sql, values = "SELECT data FROM orders WHERE tenant = ?", [self.tenant]
        if part:
            sql, values = sql + " AND instr(lower(out_trade_no), lower(?))", [*values, part]
        if before:
            sql += " AND (-created, out_trade_no) > (SELECT -max(created), out_trade_no FROM orders"
            sql, values = sql + " WHERE tenant = ? AND out_trade_no = ?)", [*values, self.tenant, before]
        rows = self._db.execute(f"{sql} ORDER BY created DESC, out_trade_no LIMIT ?", [*values, limit])
        return [_order(data) for (data,) in rows]

    def put_combined(self, combined: CombinedOrder) -> None:
        """Store a combined order; its sub orders are orders of their own."""
        terms = combined.whole.terms
        row = (self.tenant, terms.mchid, terms.out_trade_no, pack(combined))
        self._db.execute("INSERT OR REPLACE INTO combined VALUES (?, ?, ?, ?)", row)

    def combined(self, mchid: str, out_trade_no: str) -> CombinedOrder | None:
        """A combined order by the number of who combined it."""
        row = self._one(
            "SELECT data FROM combined WHERE tenant = ? AND mchid = ? AND out_trade_no = ?",
            (self.tenant, mchid, out_trade_no),
        )
        return None if row is None else _combined(row[0])

    def ordered(self, prepay: Prepay) -> Order | None:
        """What a prepay_id stands for; of a combined order the whole."""
        if not prepay.combined:
            return self.order(prepay.mchid, prepay.out_trade_no)
        combined = self.combined(prepay.mchid, prepay.out_trade_no)
        return None if combined is None else combined.whole

    def add_prepay(self, prepay: Prepay) -> None:
        """Store a prepay_id."""
        code_url = prepay.code_url or None
        row = (prepay.prepay_id, self.tenant, prepay.mchid, prepay.out_trade_no, prepay.created, code_url)
        self._db.execute("INSERT INTO prepays VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, prepay.combined))

    def prepay(self, prepay_id: str) -> Prepay | None:
        """A prepay_id of this tenant."""
        return self._prepay("prepay_id = ? AND tenant = ?", (prepay_id, self.tenant))

    def prepay_by_code_url(self, code_url: str) -> Prepay | None:
        """The prepay_id behind a code_url."""
        return self._prepay("tenant = ? AND code_url = ?", (self.tenant, code_url))

    def _prepay(self, where: str, values: tuple[str, ...]) -> Prepay | None:
        columns = "prepay_id, mchid, out_trade_no, created, code_url, combined"
        row = self._one(f"SELECT {columns} FROM prepays WHERE {where}", values)
        if row is None:
            return None
        prepay_id, mchid, out_trade_no, created, code_url, combined = row
        return Prepay(
            prepay_id=prepay_id,
            mchid=mchid,
            out_trade_no=out_trade_no,
            created=created,
            code_url=code_url or "",
            combined=bool(combined),
        )
