"""Status: answer with a bare HTTP status, as a broken gateway does."""

from typing import Annotated, ClassVar

import msgspec

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Status(Fault, frozen=True):
    """`code` is the HTTP status, 502 say."""

    code: Annotated[int, msgspec.Meta(ge=200, le=599)]
    about: ClassVar = "Answered with a bare HTTP status"
    about_zh: ClassVar = "只返回一个 HTTP 状态码"
    moments: ClassVar = frozenset(
        {Moment.REQUEST_RECEIVED, Moment.REQUEST_VERIFIED, Moment.REPLY_READY, Moment.REPLY_SIGNED}
    )

    async def act(self, occasion: Occasion) -> None:
        """Set the status."""
        occasion.status = self.code
