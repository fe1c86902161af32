"""A red packet: money that a payer gets by opening a message within a day; a group's packet is opened by several.

pay.weixin.qq.com/wiki/doc/api/tools/cash_coupon.php?chapter=13_4.
"""

from enum import StrEnum

import msgspec

LIFETIME = 24 * 60 * 60 * 1000


class PacketState(StrEnum):
    """Where the money is."""

    SENT = "SENT"
    RECEIVED = "RECEIVED"
    REFUND = "REFUND"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one person got."""

    openid: str
    amount: int
    time: int


class RedPacket(msgspec.Struct, frozen=True, kw_only=True):
    """One mch_billno of one mchid; `portions` are the amounts that it holds, opened in their order."""

    mchid: str
    mch_billno: str
    appid: str
    openid: str  # to whom the message went
    detail_id: str  # 28 digits
    portions: tuple[int, ...]
    wishing: str
    created: int
    fingerprint: bytes
    group: bool = False
    received: tuple[Part, ...] = ()
    refunded: int | None = None  # when what nobody had taken went back

    @property
    def total(self) -> int:
        """Fen in all."""
        return sum(self.portions)

    @property
    def left(self) -> int:
        """Fen that nobody has taken."""
        return sum(self.portions[len(self.received) :])

    @property
    def state(self) -> PacketState:
        """A group's packet is received when its last portion is."""
        if self.refunded is not None:
            return PacketState.REFUND
        return PacketState.SENT if self.left else PacketState.RECEIVED

    def opened(self, openid: str, now: int) -> "RedPacket | None":
        """The packet after this person opened it; None when there is nothing in it for them."""
        theirs = self.group or openid == self.openid
        if self.state is not PacketState.SENT or not theirs or any(part.openid == openid for part in self.received):
            return None
        part = Part(openid=openid, amount=self.portions[len(self.received)], time=now)
        return msgspec.structs.replace(self, received=(*self.received, part))


def portions(total: int, number: int, fractions: list[float]) -> tuple[int, ...]:
    """`total` fen in `number` parts of at least one fen; `fractions` (number - 1 of them, in [0, 1)) say how."""
    cuts = sorted(int(fraction * (total - number + 1)) for fraction in fractions)
    return tuple(end - start + 1 for start, end in zip([0, *cuts], [*cuts, total - number], strict=True))
