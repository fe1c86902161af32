"""Time: the host's clock, and each tenant's own.

The only module that names the host's clock. *Wire time* (what a socket waits for) and *message time* (what a
signature is dated by) come from `Wall`; *business time* comes from a tenant's `Clock`.
"""

import asyncio
import re
import time
from typing import Literal

import msgspec

UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
LAST = 253_402_271_999_000  # the last second of the year 9999 in Beijing: wire times have four digits for the year


class Wall:
    """The host's clock; tests replace it."""

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait, in real time."""
        await asyncio.sleep(seconds)


class ClockState(msgspec.Struct, frozen=True, kw_only=True):
    """What the store remembers of a clock. `instant` (ms) is a virtual clock's now."""

    kind: Literal["real", "virtual"] = "real"
    instant: int = 0
    speed: float = 1.0  # of a real clock: how many business seconds a real second is
    origin: int = 0  # the real instant at which `instant` was right


class Clock:
    """A tenant's business time in milliseconds."""

    def __init__(self, wall: Wall, state: ClockState) -> None:
        self.wall = wall
        self.state = state

    @property
    def virtual(self) -> bool:
        """Whether the clock stands still until advanced."""
        return self.state.kind == "virtual"

    def now(self) -> int:
        """The tenant's instant."""
        state = self.state
        if state.kind == "virtual":
            return state.instant
        if state.origin == 0:
            return self.wall.now()
        return state.instant + int((self.wall.now() - state.origin) * state.speed)

    def real_seconds_until(self, instant: int) -> float:
        """How long a real clock takes to reach `instant`, in real seconds; 0 when it is past."""
        return max(0.0, (instant - self.now()) / 1000 / self.state.speed)

    def moved_to(self, instant: int) -> ClockState:
        """The state of a virtual clock set to `instant`."""
        return msgspec.structs.replace(self.state, instant=instant)


def clock_state(spec: str, wall: Wall, start: int | None = None) -> ClockState:
    """`real`, `realxN` or `virtual`; a virtual clock starts at `start` or the present whole second.

    Raises ValueError saying what is accepted.
    """
    now = wall.now()
    if start is not None and not 0 <= start <= LAST:
        raise ValueError(f"a clock cannot start at {start}: expected ms since the epoch, the year 9999 at most")
    if spec == "virtual":
        return ClockState(kind="virtual", instant=start if start is not None else now // 1000 * 1000)
    match = re.fullmatch(r"real(?:[x×*](\d+(?:\.\d+)?))?", spec)
    speed = float(match[1] or 1) if match else 0.0
    if speed <= 0:
        raise ValueError(f"no clock called {spec!r}: expected real, realx60 (60 times as fast) or virtual")
    if start is None and speed == 1:
        return ClockState()
    return ClockState(instant=start if start is not None else now, origin=now, speed=speed)


def spelled(length: int) -> str:
    """Milliseconds as `duration` reads them, in hours, minutes and seconds: 24h4m."""
    seconds = max(0, length) // 1000
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def duration(text: str | int | float) -> int:
    """`24h4m`, `1.5s`, `250ms` or a number of seconds, in milliseconds. Raises ValueError."""
    given = f"{text}s" if isinstance(text, int | float) or re.fullmatch(r"\d+(\.\d+)?", text) else text
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|[smhd])", given)
    if not parts or "".join(number + unit for number, unit in parts) != given.replace(" ", ""):
        raise ValueError(f"{text!r} is no duration: expected one like 24h4m, 90s or 250ms")
    length = sum(float(number) * UNITS[unit] for number, unit in parts)
    if length > LAST:
        raise ValueError(f"{text!r} is too long: no clock goes beyond the year 9999")
    return round(length)
