"""Queries on profit sharing: receivers, what was shared, what was given back."""

import msgspec

from sandbox.domain.sharing import Receiver, Return, Sharing
from sandbox.store.queries import Queries, pack

_receiver = msgspec.msgpack.Decoder(Receiver).decode
_sharing = msgspec.msgpack.Decoder(Sharing).decode
_return = msgspec.msgpack.Decoder(Return).decode


class Sharings(Queries):
    """Who shares with whom."""

    __slots__ = ()

    def put_receiver(self, receiver: Receiver) -> None:
        """Store a receiver of a seller's."""
        row = (self.tenant, receiver.seller, receiver.type.value, receiver.account, pack(receiver))
        self._db.execute("INSERT OR REPLACE INTO receivers VALUES (?, ?, ?, ?, ?)", row)

    def receiver(self, seller: str, type: str, account: str) -> Receiver | None:
        """A receiver of a seller's."""
        row = self._one(
            "SELECT data FROM receivers WHERE tenant = ? AND seller = ? AND type = ? AND account = ?",
            (self.tenant, seller, type, account),
        )
        return None if row is None else _receiver(row[0])

    def drop_receiver(self, seller: str, type: str, account: str) -> None:
        """Forget a receiver."""
        self._db.execute(
            "DELETE FROM receivers WHERE tenant = ? AND seller = ? AND type = ? AND account = ?",
            (self.tenant, seller, type, account),
        )

    def put_sharing(self, sharing: Sharing) -> None:
        """Store a sharing."""
        key = (self.tenant, sharing.mchid, sharing.out_order_no)
        row = (*key, sharing.transaction_id, sharing.order_id, sharing.created, pack(sharing))
        self._db.execute("INSERT OR REPLACE INTO sharings VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def sharing(self, mchid: str, out_order_no: str) -> Sharing | None:
        """A sharing by the merchant's number."""
        row = self._one(
            "SELECT data FROM sharings WHERE tenant = ? AND mchid = ? AND out_order_no = ?",
            (self.tenant, mchid, out_order_no),
        )
        return None if row is None else _sharing(row[0])

    def sharing_by_id(self, order_id: str) -> Sharing | None:
        """A sharing by the platform's number."""
        row = self._one("SELECT data FROM sharings WHERE tenant = ? AND order_id = ?", (self.tenant, order_id))
        return None if row is None else _sharing(row[0])

    def sharings_of(self, transaction_id: str) -> list[Sharing]:
        """Every sharing of a payment, oldest first."""
        rows = self._db.execute(
            "SELECT data FROM sharings WHERE tenant = ? AND transaction_id = ? ORDER BY created, out_order_no",
            (self.tenant, transaction_id),
        )
        return [_sharing(data) for (data,) in rows]

    def sharings(self, mchid: str) -> list[Sharing]:
        """Every sharing that a merchant asked for, newest first."""
        rows = self._db.execute(
            "SELECT data FROM sharings WHERE tenant = ? AND mchid = ? ORDER BY created DESC, out_order_no",
            (self.tenant, mchid),
        )
        return [_sharing(data) for (data,) in rows]

    def put_return(self, back: Return) -> None:
        """Store what is given back."""
        row = (self.tenant, back.mchid, back.out_return_no, back.order_id, pack(back))
        self._db.execute("INSERT OR REPLACE INTO sharing_returns VALUES (?, ?, ?, ?, ?)", row)

    def sharing_return(self, mchid: str, out_return_no: str) -> Return | None:
        """What is given back, by the merchant's number."""
        row = self._one(
            "SELECT data FROM sharing_returns WHERE tenant = ? AND mchid = ? AND out_return_no = ?",
            (self.tenant, mchid, out_return_no),
        )
        return None if row is None else _return(row[0])

    def returns_of(self, order_id: str) -> list[Return]:
        """Everything that is given back of one sharing."""
        rows = self._db.execute(
            "SELECT data FROM sharing_returns WHERE tenant = ? AND order_id = ? ORDER BY out_return_no",
            (self.tenant, order_id),
        )
        return [_return(data) for (data,) in rows]

    def returns(self, mchid: str) -> list[Return]:
        """Everything that is given back of a merchant's sharings."""
        rows = self._db.execute("SELECT data FROM sharing_returns WHERE tenant = ? AND mchid = ?", (self.tenant, mchid))
        return [_return(data) for (data,) in rows]
