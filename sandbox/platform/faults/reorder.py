"""Reorder: a notification is held back until a later one has overtaken it."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Reorder(Fault, frozen=True):
    """`behind` is the event to wait for, `refund` say; any other notification when left out.

    If none comes, the ladder's next attempt goes out as ever.
    """

    behind: str = ""
    about: ClassVar = "Held back until another notification has been sent"
    about_zh: ClassVar = "扣住这条通知，等另一条发出后再发"
    moments: ClassVar = frozenset({Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Hold it back."""
        occasion.behind = self.behind or "*"
