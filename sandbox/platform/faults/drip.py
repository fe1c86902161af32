"""Drip: the body arrives little by little."""

from typing import ClassVar

from sandbox.platform.clock import duration
from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Drip(Fault, frozen=True):
    """`over` is how long the whole body takes, `3s` say."""

    over: str
    moments: ClassVar = frozenset({Moment.REPLY_SIGNED})

    async def act(self, occasion: Occasion) -> None:
        """Slow the sending down."""
        occasion.trickle = duration(self.over) / 1000
