"""Queries on red packets."""

import msgspec

from sandbox.domain.red_packet import RedPacket
from sandbox.store.queries import Queries, pack

_packet = msgspec.msgpack.Decoder(RedPacket).decode


class RedPackets(Queries):
    """What is given away."""

    __slots__ = ()

    def put_red_packet(self, packet: RedPacket) -> None:
        """Store a red packet."""
        row = (self.tenant, packet.mchid, packet.mch_billno, pack(packet))
        self._db.execute("INSERT OR REPLACE INTO red_packets VALUES (?, ?, ?, ?)", row)

    def red_packet(self, mchid: str, mch_billno: str) -> RedPacket | None:
        """A red packet by the merchant's number."""
        row = self._one(
            "SELECT data FROM red_packets WHERE tenant = ? AND mchid = ? AND mch_billno = ?",
            (self.tenant, mchid, mch_billno),
        )
        return None if row is None else _packet(row[0])

    def red_packets(self, limit: int = 200) -> list[RedPacket]:
        """Those with the highest numbers, which mostly hold their day."""
        rows = self._db.execute(
            "SELECT data FROM red_packets WHERE tenant = ? ORDER BY mch_billno DESC LIMIT ?", (self.tenant, limit)
        )
        return [_packet(data) for (data,) in rows]
