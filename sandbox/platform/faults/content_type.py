"""Content type: the body is as it should be, and called something else."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class ContentType(Fault, frozen=True):
    """`type` stands in Content-Type instead of the right one: `text/html`, or nothing at all for an empty text."""

    type: str
    about: ClassVar = "The body is called something else than what it is, or nothing"
    about_zh: ClassVar = "Content-Type 与内容不符，或者没有"
    moments: ClassVar = frozenset({Moment.REPLY_SIGNED, Moment.NOTIFY_READY})

    def __post_init__(self) -> None:
        if not self.type.isprintable():
            raise ValueError(f"type: expected one line such as text/html, came {self.type!r}")

    async def act(self, occasion: Occasion) -> None:
        """Set the header, or leave it out."""
        if self.type:
            occasion.headers["Content-Type"] = self.type
        else:
            occasion.without.add("Content-Type")
