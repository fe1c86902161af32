"""Tamper: change fields of a message after it was signed, so that the signature no longer fits."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Tamper(Fault, frozen=True):
    """`set` lays values over the message's fields."""

    set: dict[str, str]
    moments: ClassVar = frozenset({Moment.REPLY_READY, Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Lay the values over."""
        occasion.fields.update(self.set)
