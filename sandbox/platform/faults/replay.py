"""Replay: in the place of a notification comes an old one, byte for byte as it was sent then."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Replay(Fault, frozen=True):
    """`event` is which kind of old notification, `payment` say; any that the merchant was sent when left out.

    Whatever the merchant says to it, the new one is still to be delivered, and goes on with its ladder.
    """

    event: str = ""
    about: ClassVar = "In its place comes an old notification, byte for byte"
    about_zh: ClassVar = "以一条旧通知代替它，逐字节相同"
    moments: ClassVar = frozenset({Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Ask for the old one."""
        occasion.replayed = self.event or "*"
