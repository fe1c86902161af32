"""Truncate: only the first bytes arrive."""

from typing import Annotated, ClassVar

import msgspec

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Truncate(Fault, frozen=True):
    """`to` is how many bytes are left."""

    to: Annotated[int, msgspec.Meta(ge=0)]
    about: ClassVar = "Only the first bytes arrive"
    about_zh: ClassVar = "只到达前若干字节"
    moments: ClassVar = frozenset({Moment.REPLY_SIGNED, Moment.NOTIFY_READY})

    async def act(self, occasion: Occasion) -> None:
        """Cut the body."""
        if occasion.body is not None:
            occasion.body = occasion.body[: self.to]
