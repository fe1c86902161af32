"""Instants (milliseconds since the epoch) as the wire writes them, in Beijing time whatever the host's zone."""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

BEIJING = timezone(timedelta(hours=8))

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)


def compact(instant: int) -> str:
    """`yyyyMMddHHmmss`, the form of API fields."""
    return _compact(instant // 1000)


def dashed(instant: int) -> str:
    """`yyyy-MM-dd HH:mm:ss`, the form of refunds, transfers and bills."""
    return f"{_beijing(instant // 1000).replace(tzinfo=None)}"


def rfc3339(instant: int) -> str:
    """`yyyy-MM-ddTHH:mm:ss+08:00`, the form of API v3."""
    return _beijing(instant // 1000).isoformat()


def midnight(instant: int) -> int:
    """The first instant of the day in Beijing."""
    day = 24 * 60 * 60 * 1000
    return instant - (instant + 8 * 60 * 60 * 1000) % day


def rid_seconds(instant: int) -> str:
    """Eight hex digits of the Unix second, the first group of a rid."""
    return f"{instant // 1000:08x}"


def parse_compact(text: str) -> int:
    """The instant of `yyyyMMddHHmmss` in Beijing time. Raises ValueError."""
    match = _COMPACT.fullmatch(text)
    if match is None:
        raise ValueError(f"expected yyyyMMddHHmmss, 14 digits; came {text!r}")
    year, month, day, hour, minute, second = map(int, match.groups())
    moment = datetime(year, month, day, hour, minute, second, tzinfo=BEIJING)
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def parse_rfc3339(text: str) -> int:
    """The instant of an RFC 3339 time; `Z` and fractions of a second are understood. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or "T" not in text:
        raise ValueError(f"expected yyyy-MM-ddTHH:mm:ss and an offset; came {text!r}")
    return (moment - _EPOCH) // timedelta(milliseconds=1)


# Thousands of orders share a second: formatting it once is most of the speed.
@lru_cache(maxsize=512)
def _compact(second: int) -> str:
    moment = _beijing(second)
    return f"{moment.year:04}{moment.month:02}{moment.day:02}{moment.hour:02}{moment.minute:02}{moment.second:02}"


def _beijing(second: int) -> datetime:
    return (_EPOCH + timedelta(seconds=second)).astimezone(BEIJING)
