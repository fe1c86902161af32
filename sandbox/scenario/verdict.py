"""What came of a story."""

from typing import Literal

import msgspec

from sandbox.adapter.adapter import Dialect
from sandbox.scenario.comparison import Difference
from sandbox.scenario.language import Summary

Outcome = Literal["passed", "failed", "skipped", "broken"]
"""`failed`: the shop did not do as the story says; `skipped`: it cannot be asked; `broken`: it cannot be told."""


class Event(msgspec.Struct, frozen=True):
    """One line of a timeline; `at` is how far the tenant's clock had come (ms), if known."""

    who: str
    text: str
    at: int | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome, and for all but `passed` the step it came from and what led there."""

    scenario: str
    dialect: Dialect
    file: str
    summary: Summary
    outcome: Outcome
    seconds: float
    seed: int | None = None
    flaws: tuple[str, ...] = ()
    line: int = 0
    step: str = ""
    reason: str = ""
    differences: tuple[Difference, ...] = ()
    timeline: tuple[Event, ...] = ()
    shop_log: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The story and the API it was told in."""
        return f"{self.scenario} ({self.dialect})"

    @property
    def good(self) -> bool:
        """Whether a run may end well with it."""
        return self.outcome in ("passed", "skipped")
