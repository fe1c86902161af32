"""Drip: the body arrives little by little."""

from typing import ClassVar

from sandbox.platform.clock import duration
from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Drip(Fault, frozen=True):
    """`over` is how long the whole body takes: a duration such as `3s`, or seconds."""

    over: str | int | float
    about: ClassVar = "The answer arrives little by little"
    about_zh: ClassVar = "应答一点一点到达"
    moments: ClassVar = frozenset({Moment.REPLY_SIGNED})

    def __post_init__(self) -> None:
        duration(self.over)

    async def act(self, occasion: Occasion) -> None:
        """Slow the sending down."""
        occasion.trickle = duration(self.over) / 1000
