"""Drop: the connection closes without an answer, or the notification is lost on the way."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Drop(Fault, frozen=True):
    """At `reply.ready` the work is done and only the answer is lost."""

    about: ClassVar = "The connection closes without an answer; the notification, or its answer, is lost"
    about_zh: ClassVar = "连接断开没有应答；通知（或其应答）丢失"
    moments: ClassVar = frozenset(
        {Moment.REQUEST_RECEIVED, Moment.REQUEST_VERIFIED, Moment.REPLY_READY, Moment.REPLY_SIGNED, Moment.NOTIFY_DUE,
         Moment.NOTIFY_ANSWERED}
    )  # fmt: skip

    async def act(self, occasion: Occasion) -> None:
        """Mark it dropped."""
        occasion.dropped = True
