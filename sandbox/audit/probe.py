"""What a probe is: who it is, what it says of itself in both languages, and one function that asks a merchant."""

from collections.abc import Awaitable, Callable

import msgspec

from sandbox.adapter.adapter import Dialect
from sandbox.audit.case import Case
from sandbox.audit.ruling import Ruling, Severity, Words

DEAF = ("redirect-to-login", "unparsed-body", "html-answer/v2", "slow-answer")
"""Flaws with which the bundled shop acknowledges nothing in time: whatever asks for an acknowledgement finds them."""

EASY = ("acks-anything", "html-answer/v3")
"""Flaws with which it acknowledges whatever comes; to APIv3 a page with status 200 is an acknowledgement."""

Run = Callable[[Case], Awaitable[Ruling]]


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
