"""How often the doctor names the mistake in a wrong signature, and what its first look costs the one who waits."""

import time
from collections.abc import Callable, Iterator
from statistics import median

from bench.report import Effort, Row
from sandbox.doctor.verdict import Case
from tests.doctor import launch_mutants, v2_mutants, v3_mutants
from tests.doctor.mutants import Score

PAIRS = {"smoke": 1, "usual": 40, "full": 150}
LOOKS = 30
PARTS: tuple[tuple[str, Callable[[int], Score]], ...] = (
    ("v2 requests", v2_mutants.score),
    ("APIv3 requests", v3_mutants.score),
    ("launches", launch_mutants.score),
)


def measure(effort: Effort) -> Iterator[Row]:
    """Mutants of correct signing code, with one mistake and with two; then the cost where no mistake is found."""
    for what, score in PARTS:
        counted = score(PAIRS[effort.name])
        yield Row(
            what=f"mistakes in signatures named, {what}",
            measured=100 * counted.accuracy,
            budget=95,
            at_most=False,
            detail=f"{counted.cases - len(counted.wrong)} of {counted.cases} mutants of correct code",
            unit="%",
        )
    order, request = v2_mutants.MESSAGES[0], v3_mutants.REQUESTS[0]
    foreign = v3_mutants.PROGRAM.compiled()(
        **request._asdict(), seconds=1, nonce="another", keys=v3_mutants.keys()
    )  # of the right key, about something else
    for what, case in (
        ("v2", lambda: v2_mutants.case(order, "0" * 32)),
        ("APIv3", lambda: v3_mutants.case(request, foreign)),
    ):
        cost = median(_look(case) for _ in range(LOOKS))
        yield Row(
            what=f"first look at a wrong {what} signature",
            measured=1000 * cost,
            budget=3,
            at_most=True,
            detail="processor time of all single mistakes, none of which fits",
            unit="ms",
        )


def _look(case: Callable[[], Case]) -> float:
    started = time.thread_time()
    case().single()
    return time.thread_time() - started
