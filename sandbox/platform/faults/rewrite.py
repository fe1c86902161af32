"""Rewrite: change fields of a message before it is signed, so that a wrong message is rightly signed."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Rewrite(Fault, frozen=True):
    """`set` lays values over the message's fields."""

    set: dict[str, str]
    about: ClassVar = "Fields changed before signing: wrong, but rightly signed"
    about_zh: ClassVar = "签名之前改字段：内容是错的，签名是对的"
    moments: ClassVar = frozenset({Moment.REPLY_READY, Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Lay the values over."""
        occasion.signed_fields.update(self.set)
