"""Repeat: the same notification several times at once, as the platform sometimes does."""

from typing import Annotated, ClassVar

import msgspec

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Repeat(Fault, frozen=True):
    """`times` is how many copies arrive."""

    times: Annotated[int, msgspec.Meta(ge=1, le=100)]
    moments: ClassVar = frozenset({Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Ask for the copies."""
        occasion.copies = self.times
