"""Queries on the merchants' accounts."""

import msgspec

from sandbox.domain.ledger import Entry
from sandbox.store.queries import Queries, pack

_entry = msgspec.msgpack.Decoder(Entry).decode


class Ledger(Queries):
    """What moved on which account."""

    __slots__ = ()

    def add_entry(self, entry: Entry) -> None:
        """Store a movement."""
        row = (self.tenant, entry.mchid, entry.number, entry.time, pack(entry))
        self._db.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?)", row)

    def last_entry(self, mchid: str) -> Entry | None:
        """The newest movement on an account."""
        row = self._one(
            "SELECT data FROM ledger WHERE tenant = ? AND mchid = ? ORDER BY number DESC LIMIT 1", (self.tenant, mchid)
        )
        return None if row is None else _entry(row[0])

    def entries(self, mchid: str, since: int, until: int) -> list[Entry]:
        """The movements from `since` to before `until` (ms), newest first."""
        rows = self._db.execute(
            "SELECT data FROM ledger WHERE tenant = ? AND mchid = ? AND time >= ? AND time < ? ORDER BY number DESC",
            (self.tenant, mchid, since, until),
        )
        return [_entry(data) for (data,) in rows]
