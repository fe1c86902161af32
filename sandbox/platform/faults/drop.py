"""Drop: the connection closes without an answer, or the notification is lost on the way."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Drop(Fault, frozen=True):
    """At `reply.ready` the work is done and only the answer is lost."""

    moments: ClassVar = frozenset(
        {Moment.REQUEST_RECEIVED, Moment.REQUEST_VERIFIED, Moment.REPLY_READY, Moment.REPLY_SIGNED, Moment.NOTIFY_DUE,
         Moment.NOTIFY_ANSWERED}
    )  # fmt: skip

    async def act(self, occasion: Occasion) -> None:
        """Mark it dropped."""
        occasion.dropped = True
