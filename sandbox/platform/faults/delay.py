"""Delay: wait in real time before going on."""

from typing import ClassVar

from sandbox.platform.clock import duration
from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Delay(Fault, frozen=True):
    """`by` is a duration such as `3s`."""

    by: str
    moments: ClassVar = frozenset(set(Moment) - {Moment.CLOCK_ADVANCED})

    async def act(self, occasion: Occasion) -> None:
        """Wait."""
        await occasion.wall.sleep(duration(self.by) / 1000)
