"""Delay: wait in real time before going on."""

from typing import ClassVar

from sandbox.platform.clock import duration
from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Delay(Fault, frozen=True):
    """`by` is a duration such as `3s`, or seconds."""

    by: str | int | float
    about: ClassVar = "Waits, in real time"
    about_zh: ClassVar = "按真实时间等待"
    moments: ClassVar = frozenset(set(Moment) - {Moment.CLOCK_ADVANCED})

    def __post_init__(self) -> None:
        duration(self.by)

    async def act(self, occasion: Occasion) -> None:
        """Wait."""
        await occasion.wall.sleep(duration(self.by) / 1000)
