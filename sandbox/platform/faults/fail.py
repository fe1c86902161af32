"""Fail: answer with a row of the error catalogue."""

import difflib
from typing import ClassVar

from sandbox.errors import catalogue, find
from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion


class Fail(Fault, frozen=True):
    """`problem` is a row's name (SYSTEM_ERROR) or a wire code (SYSTEMERROR, 45011) of the dialect it acts on."""

    problem: str
    about: ClassVar = "Answered with an error of the catalogue"
    about_zh: ClassVar = "返回错误目录中的一个错误"
    moments: ClassVar = frozenset({Moment.REQUEST_RECEIVED, Moment.REQUEST_VERIFIED, Moment.REPLY_READY})

    def __post_init__(self) -> None:
        rows = catalogue()
        names = {*rows, *(s.code for row in rows.values() for s in row.spellings if s.code)}
        if self.problem not in names:
            near = difflib.get_close_matches(self.problem, names, n=3)
            hint = f" — did you mean {' or '.join(near)}?" if near else ": `wechatpay-sandbox errors` lists them"
            raise ValueError(f"no error called {self.problem!r}{hint}")

    async def act(self, occasion: Occasion) -> None:
        """Name the row; the dialect spells it. One that the dialect does not have changes nothing, and a note says so.

        A wire code asks for the documented spelling.
        """
        dialect, endpoint = occasion.tags.get("dialect", ""), occasion.tags.get("endpoint", "")
        try:
            row = find(self.problem, dialect, endpoint)
        except LookupError as error:
            occasion.notes.append(str(error))
            return
        if row.spelling(dialect, endpoint=endpoint, by_rule=True) is None:
            occasion.notes.append(f"{row.name} is nothing that {dialect} answers")
            return
        occasion.problem = row
        occasion.problem_code = self.problem != row.name
