"""Reset: the connection is torn down (TCP RST) instead of answered, or in the midst of the answer."""

from typing import Annotated, ClassVar

import msgspec

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Reset(Fault, frozen=True):
    """`after` is how many bytes of the answer's body arrive first; more than none only at `reply.signed`."""

    after: Annotated[int, msgspec.Meta(ge=0)] = 0
    about: ClassVar = "The connection is torn down (TCP RST)"
    about_zh: ClassVar = "连接被重置（TCP RST）"
    moments: ClassVar = frozenset(
        {Moment.REQUEST_RECEIVED, Moment.REQUEST_VERIFIED, Moment.REPLY_READY, Moment.REPLY_SIGNED}
    )

    async def act(self, occasion: Occasion) -> None:
        """Mark where it breaks."""
        occasion.reset = self.after if occasion.moment is Moment.REPLY_SIGNED else 0
