"""Serial: another serial number than that of the key that signed."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Serial(Fault, frozen=True):
    """`serial` stands in Wechatpay-Serial instead of the right one; APIv3 only."""

    serial: str
    about: ClassVar = "APIv3: another serial number in Wechatpay-Serial than that of the key that signed"
    about_zh: ClassVar = "APIv3：Wechatpay-Serial 里的序列号不是签名所用密钥的"
    moments: ClassVar = frozenset({Moment.REPLY_READY, Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Set the header."""
        occasion.headers["Wechatpay-Serial"] = self.serial
