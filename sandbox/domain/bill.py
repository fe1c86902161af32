"""A bill that was made: a file behind a link."""

import msgspec

LIFETIME = 5 * 60 * 1000  # ms, of the link; pay.weixin.qq.com/doc/v3/merchant/4012791866


class BillFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a download link leads to. `packed`: it is sent as gzip bytes."""

    token: str
    mchid: str
    created: int
    content: bytes
    packed: bool = False

    def expired(self, now: int) -> bool:
        """Whether the link's five minutes are over at `now`."""
        return now - self.created >= LIFETIME
