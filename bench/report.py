"""Rows of the table: what was measured, its budget, and whether it holds."""

import os
import platform
import sys
from collections.abc import Iterable, Sequence
from statistics import median

import msgspec

MIB = 1 << 20


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """How much is run."""

    name: str
    starts: int  # processes started, of each kind
    rounds: int  # slices of load on each server; ladders; batches of tenants
    orders: int  # new orders in a slice
    idle_requests: int  # that create no order
    stored: int  # orders stored to see how much room one takes
    suites: int  # runs of pytest, of each kind
    tests: int  # in each of them


SMOKE = Effort(name="smoke", starts=1, rounds=1, orders=200, idle_requests=300, stored=500, suites=1, tests=20)
USUAL = Effort(
    name="usual", starts=9, rounds=9, orders=2_000, idle_requests=20_000, stored=20_000, suites=3, tests=1_000
)
FULL = Effort(
    name="full", starts=15, rounds=15, orders=4_000, idle_requests=1_000_000, stored=100_000, suites=5, tests=1_000
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One budget. `measured` and `budget` are multiples (unit ×), bytes (B), shares (%) or times (ms)."""

    what: str
    measured: float
    budget: float
    at_most: bool
    detail: str
    unit: str = "×"

    @property
    def met(self) -> bool:
        """Whether the budget holds."""
        return self.measured <= self.budget if self.at_most else self.measured >= self.budget

    @property
    def verdict(self) -> str:
        """`met`, or by how much it is missed."""
        if self.met:
            return "met"
        return f"missed by {abs(self.measured / self.budget - 1):.0%}"


class Pairs:
    """Two quantities measured turn by turn, so that a machine growing slower or faster touches both."""

    def __init__(self) -> None:
        self._ours: list[float] = []
        self._theirs: list[float] = []

    def add(self, ours: float, theirs: float) -> None:
        """One turn of each."""
        self._ours.append(ours)
        self._theirs.append(theirs)

    @property
    def ratio(self) -> float:
        """The median of the turns' ratios."""
        return median(a / b for a, b in zip(self._ours, self._theirs, strict=True))

    @property
    def ours(self) -> float:
        """Our median."""
        return median(self._ours)

    @property
    def theirs(self) -> float:
        """The other's median."""
        return median(self._theirs)


def machine() -> dict[str, str | int]:
    """What the figures depend on."""
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count() or 0,
        "machine": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
    }


def as_json(rows: Sequence[Row], effort: Effort, load: str) -> bytes:
    """The table for programs."""
    table = [{**msgspec.to_builtins(row), "met": row.met} for row in rows]
    return msgspec.json.encode({"machine": machine(), "effort": effort.name, "load": load, "rows": table})


def line(row: Row) -> str:
    """A row for people."""
    sign = "≤" if row.at_most else "≥"
    measured, budget = _number(row.measured, row.unit), _number(row.budget, row.unit)
    return f"{row.what:<52} {measured:>8}  {sign} {budget:<7} {row.verdict:<15} {row.detail}"


def say(text: str) -> None:
    """A line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_head(effort: Effort, load: str) -> None:
    """What is being run, and where."""
    say(" · ".join(f"{name} {value}" for name, value in machine().items()) + f" · load by {load}")
    if effort is SMOKE:
        say("a smoke run: every row is printed, no figure means anything")
    say(f"\n{'what':<52} {'measured':>8}  {'budget':<9} {'':<15} medians")


def say_end(rows: Iterable[Row]) -> None:
    """How many hold."""
    table = list(rows)
    missed = [row.what for row in table if not row.met]
    say(
        f"\n{len(table) - len(missed)} of {len(table)} budgets met"
        + (f"; missed: {', '.join(missed)}" if missed else "")
    )


def _number(value: float, unit: str) -> str:
    return f"{value:.0f} B" if unit == "B" else f"{value:.2f} {unit}"
