"""Queries on bills that were made."""

import msgspec

from sandbox.domain.bill import BillFile
from sandbox.store.queries import Queries, pack

_bill = msgspec.msgpack.Decoder(BillFile).decode


class Bills(Queries):
    """Files behind download links."""

    __slots__ = ()

    def add_bill(self, bill: BillFile) -> None:
        """Store a file under its token."""
        row = (bill.token, self.tenant, bill.created, pack(bill))
        self._db.execute("INSERT INTO bills VALUES (?, ?, ?, ?)", row)

    def bill(self, token: str) -> BillFile | None:
        """The file behind a token."""
        row = self._one("SELECT data FROM bills WHERE token = ? AND tenant = ?", (token, self.tenant))
        return None if row is None else _bill(row[0])

    def drop_bills(self, before: int) -> None:
        """Forget the files made before an instant (ms)."""
        self._db.execute("DELETE FROM bills WHERE tenant = ? AND created < ?", (self.tenant, before))
