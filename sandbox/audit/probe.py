"""What a probe is: who it is, what it says of itself in both languages, and one function that asks a merchant."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from sandbox.adapter.adapter import Dialect

if TYPE_CHECKING:
    from sandbox.audit.case import Case


class Words(msgspec.Struct, frozen=True):
    """The same in English and in Chinese."""

    en: str
    zh: str


class Severity(StrEnum):
    """What a merchant that falls for it may lose."""

    CRITICAL = "critical"  # anybody has goods for nothing
    HIGH = "high"  # money or goods are lost in what happens every day, or to somebody with one more foot in the door
    MEDIUM = "medium"  # a payment is lost or doubled under bad circumstances
    LOW = "low"  # a defence is missing behind another one


class Outcome(StrEnum):
    """What a probe found; `broken`: it could not be put, which says nothing about the merchant."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    NOT_JUDGED = "not-judged"
    BROKEN = "broken"


class Ruling(msgspec.Struct, frozen=True):
    """What came of a probe, and what the merchant did."""

    outcome: Outcome
    did: Words


class NotJudged(Exception):
    """The merchant cannot be asked this."""

    def __init__(self, why: Words) -> None:
        super().__init__(why.en)
        self.why = why


DEAF = ("redirect-to-login", "unparsed-body", "html-answer/v2", "slow-answer")
"""Flaws with which the bundled shop acknowledges nothing in time: whatever asks for an acknowledgement finds them."""

EASY = ("acks-anything", "html-answer/v3")
"""Flaws with which it acknowledges whatever comes; to APIv3 a page with status 200 is an acknowledgement."""

Run = Callable[["Case"], Awaitable[Ruling]]


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """One question to a merchant.

    `posts` is how many requests it sends to the notify URL at most. `catches` names the flaws of the bundled shop that
    it must find, each as `NAME`, or `NAME/v2` and `NAME/v3` where it finds it in that API only; all other flaws and
    the shop without any must pass it. `alone`: what it does to the sandbox would disturb the others.
    """

    name: str
    family: str
    severity: Severity
    cwe: int | None
    apis: tuple[Dialect, ...]
    title: Words
    sent: Words
    safe: Words
    fix: Words
    catches: tuple[str, ...]
    posts: int
    alone: bool
    run: Run

    def must_catch(self, flaw: str, api: Dialect) -> bool:
        """Whether a shop with this flaw, speaking this API, must fail it."""
        return api in self.apis and bool({flaw, f"{flaw}/{api}"} & set(self.catches))


def probe(
    severity: Severity,
    *,
    title: Words,
    sent: Words,
    safe: Words,
    fix: Words,
    catches: tuple[str, ...],
    cwe: int | None = None,
    apis: tuple[Dialect, ...] = ("v2", "v3"),
    posts: int = 1,
    alone: bool = False,
) -> Callable[[Run], Probe]:
    """The decorator that makes a function a probe: its name is the probe's, its module the family."""

    def made(run: Run) -> Probe:
        return Probe(
            name=run.__name__.replace("_", "-"),
            family=run.__module__.rsplit(".", 1)[-1],
            severity=severity,
            cwe=cwe,
            apis=apis,
            title=title,
            sent=sent,
            safe=safe,
            fix=fix,
            catches=catches,
            posts=posts,
            alone=alone,
            run=run,
        )

    return made
