"""Serial: another serial number than that of the key that signed."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Serial(Fault, frozen=True):
    """`serial` stands in Wechatpay-Serial instead of the right one; APIv3 only."""

    serial: str
    moments: ClassVar = frozenset({Moment.REPLY_READY, Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Set the header."""
        occasion.headers["Wechatpay-Serial"] = self.serial
