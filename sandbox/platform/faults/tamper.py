"""Tamper: change fields of a message after it was signed, so that the signature no longer fits."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Tamper(Fault, frozen=True):
    """`set` lays values over the message's fields."""

    set: dict[str, str]
    about: ClassVar = "Fields changed after signing: the signature no longer fits"
    about_zh: ClassVar = "签名之后改字段：签名对不上"
    moments: ClassVar = frozenset({Moment.REPLY_READY, Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Lay the values over."""
        occasion.fields.update(self.set)
