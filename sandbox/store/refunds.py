"""Queries on refunds."""

import msgspec

from sandbox.domain.refund import Refund
from sandbox.store.queries import Queries, pack

_refund = msgspec.msgpack.Decoder(Refund).decode


class Refunds(Queries):
    """What was refunded."""

    __slots__ = ()

    def add_refund(self, refund: Refund) -> None:
        """Store a new refund."""
        terms = refund.terms
        row = (self.tenant, terms.mchid, terms.out_refund_no, terms.out_trade_no, refund.refund_id, refund.created)
        self._db.execute("INSERT INTO refunds VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, pack(refund)))

    def put_refund(self, refund: Refund) -> None:
        """Store a refund's new state."""
        self._db.execute(
            "UPDATE refunds SET data = ? WHERE tenant = ? AND mchid = ? AND out_refund_no = ?",
            (pack(refund), self.tenant, refund.terms.mchid, refund.terms.out_refund_no),
        )

    def refund(self, mchid: str, out_refund_no: str) -> Refund | None:
        """A refund by the merchant's number."""
        row = self._one(
            "SELECT data FROM refunds WHERE tenant = ? AND mchid = ? AND out_refund_no = ?",
            (self.tenant, mchid, out_refund_no),
        )
        return None if row is None else _refund(row[0])

    def refund_by_id(self, refund_id: str) -> Refund | None:
        """A refund by the platform's number."""
        row = self._one("SELECT data FROM refunds WHERE tenant = ? AND refund_id = ?", (self.tenant, refund_id))
        return None if row is None else _refund(row[0])

    def refunds_of(self, mchid: str, out_trade_no: str) -> list[Refund]:
        """The refunds of an order, newest first."""
        rows = self._db.execute(
            "SELECT data FROM refunds WHERE tenant = ? AND mchid = ? AND out_trade_no = ? "
            "ORDER BY created DESC, out_refund_no",
            (self.tenant, mchid, out_trade_no),
        )
        return [_refund(data) for (data,) in rows]

    def refunds(self, limit: int = 200) -> list[Refund]:
        """The newest refunds first."""
        rows = self._db.execute(
            "SELECT data FROM refunds WHERE tenant = ? ORDER BY created DESC, out_refund_no LIMIT ?",
            (self.tenant, limit),
        )
        return [_refund(data) for (data,) in rows]
