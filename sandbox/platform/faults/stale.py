"""Stale: the signature is dated back, as that of a message replayed later."""

from typing import ClassVar

from sandbox.platform.clock import duration
from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Stale(Fault, frozen=True):
    """`by` is how old Wechatpay-Timestamp is, `10m` say; APIv3 only."""

    by: str
    about: ClassVar = "APIv3: the signature is dated back, as that of a message replayed later"
    about_zh: ClassVar = "APIv3：签名时间提前，像是过后重放的报文"
    moments: ClassVar = frozenset({Moment.REPLY_READY, Moment.NOTIFY_DUE})

    def __post_init__(self) -> None:
        duration(self.by)

    async def act(self, occasion: Occasion) -> None:
        """Date it back."""
        occasion.stale = duration(self.by) / 1000
