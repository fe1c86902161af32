"""Clocks: durations, real and virtual time, speed, and the end of time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.platform.clock import LAST, Clock, ClockState, Wall, clock_state, duration, spelled
from sandbox.protocol import wiretime


class StoppedWall(Wall):
    """A host clock that a test sets."""

    def __init__(self, now: int) -> None:
        self.at = now

    def now(self) -> int:
        return self.at


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("24h4m", 86_640_000), ("90s", 90_000), ("250ms", 250), ("1.5s", 1500), ("1d", 86_400_000),
        ("1h 30m", 5_400_000),
        ("2", 2000), ("0.25", 250), (3, 3000), (1.5, 1500), (0, 0), ("0s", 0), ("1d2h3m4s5ms", 93_784_005),
    ],
)  # fmt: skip
def test_durations(text: str | float, ms: int) -> None:
    """Units add up; a bare number is seconds."""
    assert duration(text) == ms


@pytest.mark.parametrize(("ms", "text"), [(86_640_000, "24h4m"), (90_999, "1m30s"), (3_600_000, "1h"), (999, "0s")])
def test_a_length_is_spelled_as_it_is_read(ms: int, text: str) -> None:
    """Hours, minutes and whole seconds, none that is nought."""
    assert spelled(ms) == text
    assert duration(text) == ms // 1000 * 1000


@pytest.mark.parametrize(
    "text",
    ["", " ", "soon", "4x", "5 minutes", "-1s", "1h-1m", "s", "1e3", "1,5s", -1, float("nan"), float("inf"), True],
)
def test_what_is_no_duration(text: str | float) -> None:
    """Anything else is refused with an example of one."""
    with pytest.raises(ValueError, match=r"is no duration: expected one like 24h4m, 90s or 250ms"):
        duration(text)


def test_a_duration_beyond_all_clocks() -> None:
    """A span that no clock could go is refused instead of overflowing the store."""
    with pytest.raises(ValueError, match="no clock goes beyond the year 9999"):
        duration("9999999999999d")


@given(st.integers(0, LAST), st.sampled_from(["h", "m", "s", "ms"]))
def test_a_duration_is_read_exactly(number: int, unit: str) -> None:
    """Whole numbers of a unit are exact to the millisecond, or refused as too long."""
    size = {"h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}[unit]
    if number * size <= LAST - 1000:
        assert duration(f"{number}{unit}") == number * size


def test_a_real_clock_is_the_hosts() -> None:
    """`real` shows the host's time and moves with it."""
    wall = StoppedWall(1_000_000)
    clock = Clock(wall, clock_state("real", wall))
    assert (clock.now(), clock.virtual) == (1_000_000, False)

    wall.at += 250

    assert clock.now() == 1_000_250
    assert clock.real_seconds_until(1_001_250) == 1.0
    assert clock.real_seconds_until(1) == 0.0


@pytest.mark.parametrize("spec", ["realx60", "real×60", "real*60"])
def test_a_fast_clock_runs_from_the_present(spec: str) -> None:
    """`realx60` begins at the host's time; a second then is a minute, and a minute takes a second."""
    wall = StoppedWall(1_000_000)
    clock = Clock(wall, clock_state(spec, wall))
    assert clock.now() == 1_000_000

    wall.at += 1000

    assert clock.now() == 1_060_000
    assert clock.real_seconds_until(clock.now() + 60_000) == 1.0


def test_a_real_clock_may_start_elsewhere() -> None:
    """A start moves a real clock, which then runs as usual."""
    wall = StoppedWall(5_000)
    clock = Clock(wall, clock_state("real", wall, start=1_000_000))

    wall.at += 10

    assert clock.now() == 1_000_010


def test_a_virtual_clock_stands_still() -> None:
    """It starts at the present whole second, or where it is told, and only moves when set."""
    wall = StoppedWall(1_234_567)
    clock = Clock(wall, clock_state("virtual", wall))
    wall.at += 99_999
    assert (clock.now(), clock.virtual) == (1_234_000, True)

    clock.state = clock.moved_to(1_300_000)

    assert clock.now() == 1_300_000
    assert clock_state("virtual", wall, start=7).instant == 7


@pytest.mark.parametrize("spec", ["", "fake", "real60", "realx", "realx0", "realx-1", "virtual "])
def test_what_is_no_clock(spec: str) -> None:
    """An unknown clock, or one that would stand still, is refused with what there is."""
    with pytest.raises(ValueError, match=r"expected real, realx60 \(60 times as fast\) or virtual"):
        clock_state(spec, Wall())


@pytest.mark.parametrize("start", [-1, LAST + 1, 10**30])
def test_a_start_outside_of_time(start: int) -> None:
    """A start before the epoch or after the year 9999 is refused."""
    with pytest.raises(ValueError, match="cannot start at"):
        clock_state("virtual", Wall(), start)


def test_the_last_instant_can_be_written() -> None:
    """The end of time still fits the wire's four digits."""
    assert wiretime.compact(LAST) == "99991231235959"


def test_the_host_clock() -> None:
    """The wall tells milliseconds since the epoch and never steps back in `monotonic`."""
    wall = Wall()
    first = wall.monotonic()

    assert wall.now() > 1_700_000_000_000
    assert wall.monotonic() >= first
    assert ClockState() == clock_state("real", wall)
