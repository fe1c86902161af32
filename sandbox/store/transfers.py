"""Queries on transfers and batches of them."""

import msgspec

from sandbox.domain.transfer import Batch, Transfer
from sandbox.store.queries import Queries, pack

_transfer = msgspec.msgpack.Decoder(Transfer).decode
_batch = msgspec.msgpack.Decoder(Batch).decode


class Transfers(Queries):
    """What merchants send to payers."""

    __slots__ = ()

    def put_transfer(self, transfer: Transfer) -> None:
        """Store a transfer."""
        key = (self.tenant, transfer.mchid, transfer.out_bill_no)
        row = (*key, transfer.transfer_bill_no, transfer.package_info, transfer.created, pack(transfer))
        self._db.execute("INSERT OR REPLACE INTO transfers VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def transfer(self, mchid: str, out_bill_no: str) -> Transfer | None:
        """A transfer by the merchant's number."""
        return self._transfer("mchid = ? AND out_bill_no = ?", mchid, out_bill_no)

    def transfer_by_id(self, transfer_bill_no: str) -> Transfer | None:
        """A transfer by the platform's number."""
        return self._transfer("transfer_bill_no = ?", transfer_bill_no)

    def transfer_by_package(self, package_info: str) -> Transfer | None:
        """A transfer by what the page hands to the phone."""
        return self._transfer("package_info = ?", package_info)

    def transfers(self, limit: int = 200) -> list[Transfer]:
        """The newest first."""
        rows = self._db.execute(
            "SELECT data FROM transfers WHERE tenant = ? ORDER BY created DESC, out_bill_no LIMIT ?",
            (self.tenant, limit),
        )
        return [_transfer(data) for (data,) in rows]

    def put_batch(self, batch: Batch) -> None:
        """Store a batch."""
        row = (self.tenant, batch.mchid, batch.out_batch_no, batch.batch_id, pack(batch))
        self._db.execute("INSERT OR REPLACE INTO batches VALUES (?, ?, ?, ?, ?)", row)

    def batch(self, mchid: str, out_batch_no: str) -> Batch | None:
        """A batch by the merchant's number."""
        return self._batch("mchid = ? AND out_batch_no = ?", mchid, out_batch_no)

    def batch_by_id(self, batch_id: str) -> Batch | None:
        """A batch by the platform's number."""
        return self._batch("batch_id = ?", batch_id)

    def _transfer(self, where: str, *values: str) -> Transfer | None:
        row = self._one(f"SELECT data FROM transfers WHERE tenant = ? AND {where}", (self.tenant, *values))
        return None if row is None else _transfer(row[0])

    def _batch(self, where: str, *values: str) -> Batch | None:
        row = self._one(f"SELECT data FROM batches WHERE tenant = ? AND {where}", (self.tenant, *values))
        return None if row is None else _batch(row[0])
