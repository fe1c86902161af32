"""Forge: a signature that looks right and is not."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion

MADE_UP = "0123456789ABCDEF0123456789ABCDEF"


class Forge(Fault, frozen=True):
    """The message is whole; `sign` is what stands in the signature's place.

    Without one it is what somebody else would make: 32 hex digits, and for APIv3 a signature by the merchant's own key.
    """

    sign: str = ""
    about: ClassVar = "A signature that somebody without the key would write"
    about_zh: ClassVar = "没有密钥的人伪造的签名"
    moments: ClassVar = frozenset({Moment.REPLY_READY, Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Replace the signature."""
        occasion.forged = not self.sign
        occasion.fields["sign"] = self.sign or MADE_UP
