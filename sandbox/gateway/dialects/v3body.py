"""A v3 request's JSON object, as strictly as the platform reads it."""

import json
import re
from typing import Any

from sandbox.errors import Refusal, v3

MAX_DEPTH = 32

# Begins a character that UTF-8 spells with four bytes, or an escaped surrogate.
_SUSPECT = re.compile(rb"[\xf0-\xff]|\\u[dD]")


class _Twice(ValueError):
    """A key stands twice in one object."""


def parse_object(body: bytes) -> dict[str, Any]:
    """One JSON object in UTF-8, no key twice, no character beyond the Basic Multilingual Plane. Raises Refusal."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        came = f"byte 0x{body[error.start]:02x} at offset {error.start}"
        raise Refusal(v3.BODY_NOT_PLAIN_UTF8, came=came, expected="UTF-8") from None
    try:
        value = _JSON.decode(text)
    except _Twice as error:
        raise Refusal(v3.BODY_NOT_JSON_OBJECT, came=f"the key {error} twice", expected="each key once") from None
    except (ValueError, RecursionError) as error:
        raise Refusal(v3.BODY_NOT_JSON_OBJECT, came=str(error)[:200], expected="one JSON object") from None
    if not isinstance(value, dict):
        raise Refusal(v3.BODY_NOT_JSON_OBJECT, came=f"a JSON {type(value).__name__}", expected="one JSON object")
    # Most bodies are seen to be flat and plain without a look at each value.
    suspect = _SUSPECT.search(body) or text.count("{") + text.count("[") > MAX_DEPTH
    for character in _strange(value, MAX_DEPTH) if suspect else ():
        raise Refusal(v3.BODY_NOT_PLAIN_UTF8, came=f"U+{ord(character):04X}", expected="characters up to U+FFFF")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        raise _Twice(next(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_JSON = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant)


def _strange(value: Any, depth: int) -> list[str]:
    """Characters that need four bytes in UTF-8, and lone surrogates, in keys and values."""
    if isinstance(value, str):
        return [c for c in value if ord(c) > 0xFFFF or 0xD800 <= ord(c) <= 0xDFFF] if not value.isascii() else []
    if depth == 0:
        raise Refusal(v3.BODY_NOT_JSON_OBJECT, came=f"nesting deeper than {MAX_DEPTH}", expected="a flat object")
    inner = (*value, *value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [c for one in inner for c in _strange(one, depth - 1)]
