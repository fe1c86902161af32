"""Garble: the body is no longer XML, or no longer JSON."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Garble(Fault, frozen=True):
    """What opened the body is never closed: all of it arrives but the closing tag, or the last bracket."""

    about: ClassVar = "The XML, or the JSON, never ends"
    about_zh: ClassVar = "XML 或 JSON 没有结尾"
    moments: ClassVar = frozenset({Moment.REPLY_SIGNED, Moment.NOTIFY_READY})

    async def act(self, occasion: Occasion) -> None:
        """Take the end away."""
        body = (occasion.body or b"").rstrip()
        closing = body.rfind(b"</") if body.startswith(b"<") else len(body) - 1
        occasion.body = body[: max(closing, 0)]
