"""Hang: the connection stays open and no answer ever comes."""

from typing import ClassVar

from sandbox.platform.clock import duration
from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Hang(Fault, frozen=True):
    """`at_most` is when even this platform hangs up, `60s` say: whoever waits longer than that has no time-out."""

    at_most: str | int | float = "60s"
    about: ClassVar = "The connection stays open and no answer comes"
    about_zh: ClassVar = "连接不断，也一直没有应答"
    moments: ClassVar = frozenset(
        {Moment.REQUEST_RECEIVED, Moment.REQUEST_VERIFIED, Moment.REPLY_READY, Moment.REPLY_SIGNED}
    )

    def __post_init__(self) -> None:
        duration(self.at_most)

    async def act(self, occasion: Occasion) -> None:
        """Wait, then close without a word."""
        await occasion.wall.sleep(duration(self.at_most) / 1000)
        occasion.dropped = True
