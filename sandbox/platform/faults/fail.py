"""Fail: answer with a row of the error catalogue."""

from typing import ClassVar

from sandbox.errors import find
from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Fail(Fault, frozen=True):
    """`problem` is a row's name (SYSTEM_ERROR) or a wire code valid there (SYSTEMERROR, 45011)."""

    problem: str
    moments: ClassVar = frozenset({Moment.REQUEST_RECEIVED, Moment.REQUEST_VERIFIED, Moment.REPLY_READY})

    async def act(self, occasion: Occasion) -> None:
        """Name the row; the dialect spells it."""
        row = find(self.problem, occasion.tags.get("dialect", ""))
        occasion.problem = row
        occasion.problem_code = self.problem != row.name
