"""Repeat: the same notification several times at once, as the platform sometimes does."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Repeat(Fault, frozen=True):
    """`times` is how many copies arrive."""

    times: int
    moments: ClassVar = frozenset({Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Ask for the copies."""
        occasion.copies = self.times
