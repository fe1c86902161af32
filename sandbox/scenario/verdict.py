"""What came of a story."""

from typing import Literal

import msgspec

from sandbox.adapter.adapter import Dialect
from sandbox.scenario.comparison import Difference
from sandbox.scenario.language import Summary

Outcome = Literal["passed", "failed", "skipped", "broken"]
"""`failed`: the shop did not do as the story says; `skipped`: it cannot be asked; `broken`: it cannot be told."""


Kind = Literal["step", "merchant", "call", "state", "delivery"]
"""What happened: the story did or looked, the shop answered, the platform was called, an order changed, it told."""


class Event(msgspec.Struct, frozen=True):
    """One line of a timeline; `at` is how far the tenant's clock had come since the story began (ms), if known."""

    who: str
    text: str
    at: int | None = None
    kind: Kind = "step"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome, and for all but `passed` the step it came from and what led there.

    `case` is the one of the story's matrix; `again` the command that tells it again in the same way. The step is
    in `line` of the file, or of `elsewhere`, when that is not empty.
    """

    scenario: str
    dialect: Dialect
    file: str
    summary: Summary
    outcome: Outcome
    seconds: float
    case: str = ""
    seed: str = ""
    again: str = ""
    flaws: tuple[str, ...] = ()
    line: int = 0
    elsewhere: str = ""
    step: str = ""
    reason: str = ""
    differences: tuple[Difference, ...] = ()
    timeline: tuple[Event, ...] = ()
    shop_log: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The story, its case, and the API it was told in."""
        return f"{self.scenario}{f' [{self.case}]' if self.case else ''} ({self.dialect})"

    @property
    def place(self) -> str:
        """File and line of the step, or the file."""
        return f"{self.elsewhere or self.file}:{self.line}" if self.line else self.file

    @property
    def good(self) -> bool:
        """Whether a run may end well with it."""
        return self.outcome in ("passed", "skipped")
