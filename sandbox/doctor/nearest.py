"""Where no mistake is known: how the message differs from the last one whose signature was right, field by field."""

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sandbox.doctor.refusal import short_value

MOST = 40
NEW_EACH_TIME = frozenset({"sign", "signature"})


class Difference(NamedTuple):
    """A field that is not what it was; empty where it is missing."""

    field: str
    came: str
    good: str


def differences(came: Mapping[str, str], good: Mapping[str, str]) -> tuple[Difference, ...]:
    """Fields that only one of the two has come first: they are the usual suspects."""
    names = [name for name in dict.fromkeys((*came, *good)) if name not in NEW_EACH_TIME]
    differing = [name for name in names if came.get(name) != good.get(name)]
    differing.sort(key=lambda name: name in came and name in good)
    return tuple(
        Difference(name, short_value(came.get(name, "")), short_value(good.get(name, ""))) for name in differing[:MOST]
    )


def request_fields(method: str, target: str, body: bytes) -> dict[str, str]:
    """An APIv3 request as fields that can be compared: method, url, body.amount.total …"""
    try:
        members = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return {"method": method, "url": target, "body": body.decode("utf-8", "replace")}
    return {"method": method, "url": target, **dict(_leaves("body", members))}


def _leaves(place: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(f"{place}.{name}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(f"{place}.{number}", inner)
    else:
        yield place, value if isinstance(value, str) else json.dumps(value)
