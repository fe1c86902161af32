"""Queries on the orders of the acceptance rehearsal."""

from collections.abc import Iterator

import msgspec

from sandbox.domain.rehearsal import Rehearsal
from sandbox.store.queries import Queries, pack

_rehearsal = msgspec.msgpack.Decoder(Rehearsal).decode


class Rehearsals(Queries):
    """What is only rehearsed."""

    __slots__ = ()

    def put_rehearsal(self, one: Rehearsal) -> None:
        """Store an order of the rehearsal."""
        row = (self.tenant, one.mchid, one.out_trade_no, pack(one))
        self._db.execute("INSERT OR REPLACE INTO rehearsals VALUES (?, ?, ?, ?)", row)

    def rehearsals(self, mchid: str) -> Iterator[Rehearsal]:
        """All that a merchant rehearses."""
        rows = self._db.execute("SELECT data FROM rehearsals WHERE tenant = ? AND mchid = ?", (self.tenant, mchid))
        return (_rehearsal(data) for (data,) in rows)

    def rehearsal(self, mchid: str, out_trade_no: str) -> Rehearsal | None:
        """An order of the rehearsal by the merchant's number."""
        row = self._one(
            "SELECT data FROM rehearsals WHERE tenant = ? AND mchid = ? AND out_trade_no = ?",
            (self.tenant, mchid, out_trade_no),
        )
        return None if row is None else _rehearsal(row[0])
