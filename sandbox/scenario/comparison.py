"""Expected against came: plain equality, or one of a few comparisons written `{contains: …}`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

_ABSENT: Any = object()

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "contains": lambda came, part: part in came if isinstance(came, str | list) else False,
    "at_least": lambda came, least: _number(came) and came >= least,
    "at_most": lambda came, most: _number(came) and came <= most,
    "one_of": lambda came, choices: any(_equal(choice, came) for choice in choices),
    "not": lambda came, other: bool(differences(other, came, "")),
}


class Difference(msgspec.Struct, frozen=True):
    """One thing that is not as expected; both sides are ready to be read."""

    what: str
    expected: str
    came: str


def differences(expected: Any, came: Any, what: str) -> list[Difference]:
    """Where `came` is not as `expected`.

    A mapping asks only for the keys it names; a key expected to be null may also be absent; a list asks for all of
    its items in order.
    """
    if _comparison(expected) is None:
        if isinstance(expected, Mapping) and isinstance(came, Mapping):
            pairs = [(inner, came.get(name, _ABSENT), f"{what}.{name}") for name, inner in expected.items()]
            return [found for inner, item, path in pairs for found in differences(inner, item, path)]
        if isinstance(expected, list) and isinstance(came, list) and len(expected) == len(came):
            items = enumerate(zip(expected, came, strict=True))
            return [found for index, (inner, item) in items for found in differences(inner, item, f"{what}[{index}]")]
    return [] if _equal(expected, came) else [Difference(what, _show(expected), _show(came))]


def slips(expected: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Comparisons that can never hold: where, and what is wrong."""
    if isinstance(expected, Mapping):
        name, operand = _comparison(expected) or ("", None)
        if name in ("at_least", "at_most") and not _number(operand):
            yield path, f"{name}: expected a number, came {operand!r}"
        if name == "one_of" and not isinstance(operand, list):
            yield path, f"one_of: expected a list, came {operand!r}"
        for key, inner in expected.items():
            yield from slips(inner, f"{path}.{key}")
    elif isinstance(expected, list):
        for index, inner in enumerate(expected):
            yield from slips(inner, f"{path}[{index}]")


def _equal(expected: Any, came: Any) -> bool:
    if comparison := _comparison(expected):
        name, operand = comparison
        return came is not _ABSENT and COMPARISONS[name](came, operand)
    if expected is None:
        return came is None or came is _ABSENT
    return bool(expected == came) and isinstance(expected, bool) == isinstance(came, bool)


def _comparison(expected: Any) -> tuple[str, Any] | None:
    if isinstance(expected, Mapping) and len(expected) == 1:
        ((name, operand),) = expected.items()
        if name in COMPARISONS:
            return name, operand
    return None


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _show(value: Any) -> str:
    if value is _ABSENT:
        return "nothing of that name"
    if comparison := _comparison(value):
        return f"{comparison[0].replace('_', ' ')} {comparison[1]!r}"
    if isinstance(value, bool):
        return str(value).lower()
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 300 else f"{text[:297]}..."
