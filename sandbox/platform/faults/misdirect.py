"""Misdirect: the notification is another merchant's, and was sent to the wrong address."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Misdirect(Fault, frozen=True):
    """`mchid` is the other merchant of the tenant: the message names it, and its keys sign and encrypt."""

    mchid: str
    about: ClassVar = "Another merchant's notification: it names that one, and its keys sign and encrypt"
    about_zh: ClassVar = "变成另一个商户的通知：写的是对方的商户号，用对方的密钥签名、加密"
    moments: ClassVar = frozenset({Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Name the other."""
        occasion.merchant = self.mchid
