"""Spans of time as people write them: `15s`, `24h4m`, `1h30m`, `500ms`."""

import re
from collections.abc import Mapping
from typing import Any

_UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_SPAN = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|d|h|m|s))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|d|h|m|s)")


def parse(text: str) -> int:
    """Milliseconds. Raises ValueError with a sentence for the writer."""
    if not _SPAN.fullmatch(text):
        raise ValueError(f"expected a span of time such as 15s, 10m or 24h4m, came {text!r}")
    return round(sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text)))


def parsed(value: Any) -> Any:
    """Every text in a value, at any depth, as milliseconds. Raises ValueError."""
    if isinstance(value, str):
        return parse(value)
    if isinstance(value, Mapping):
        return {name: parsed(inner) for name, inner in value.items()}
    return [parsed(inner) for inner in value] if isinstance(value, list) else value


def show(milliseconds: int) -> str:
    """The shortest spelling that `parse` reads back."""
    if milliseconds == 0:
        return "0s"
    text, rest = "-" if milliseconds < 0 else "", abs(milliseconds)
    for unit, size in _UNITS.items():
        count, rest = divmod(rest, size)
        if count:
            text += f"{count}{unit}"
    return text
