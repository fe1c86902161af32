"""A refusal in plain words: the field, what came, what was expected, and what to do."""

from collections.abc import Mapping
from typing import Any

HEADER_BYTES = 512


def short_value(value: Any, limit: int = 120) -> str:
    """A value for a message, cut when it is long."""
    text = str(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def near_field(missing: str, fields: Mapping[str, str]) -> str:
    """The field that was sent under a wrong spelling of `missing`: another case, or without underscores."""
    bare = missing.replace("_", "").lower()
    for name in fields:
        if name != missing and name.replace("_", "").replace("-", "").lower() == bare:
            return name
    return ""


def header(code: str, summary: str, url: str) -> str:
    """One ASCII line of at most 512 bytes for the `Sandbox-Diagnosis` header."""
    line = f"{code}: {summary}".encode("ascii", "replace").decode().replace("\r", " ").replace("\n", " ")
    room = HEADER_BYTES - len(url) - 1
    return f"{line[:room]} {url}"
