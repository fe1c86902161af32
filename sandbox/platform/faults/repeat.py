"""Repeat: the same notification several times, as the platform sometimes does."""

from typing import Annotated, ClassVar

import msgspec

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Repeat(Fault, frozen=True):
    """`times` is how many copies arrive: all at once, or with `one_by_one` each after the answer to the one before."""

    times: Annotated[int, msgspec.Meta(ge=1, le=100)]
    one_by_one: bool = False
    about: ClassVar = "The same notification several times"
    about_zh: ClassVar = "同一通知发若干份"
    moments: ClassVar = frozenset({Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Ask for the copies."""
        occasion.copies = self.times
        occasion.one_by_one = self.one_by_one
