"""Forge: a signature that looks right and is not."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Forge(Fault, frozen=True):
    """The message is whole; `sign` is what somebody without the key would write."""

    sign: str = "0123456789ABCDEF0123456789ABCDEF"
    about: ClassVar = "A signature that somebody without the key would write"
    about_zh: ClassVar = "没有密钥的人伪造的签名"
    moments: ClassVar = frozenset({Moment.REPLY_READY, Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Replace the signature."""
        occasion.fields["sign"] = self.sign
