"""`{name}` in texts, and what it stands for."""

import re
from collections.abc import Mapping
from typing import Any

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][\w.]*)(\??)\}")

ABSENT: Any = object()
"""Stands for an optional value that was not given: whoever holds it is left out."""


class Unknown(LookupError):
    """A placeholder that nothing has given a value."""

    def __init__(self, name: str, known: Mapping[str, Any]) -> None:
        super().__init__(f"nothing is called {{{name}}} yet; there is {', '.join(sorted(known)) or 'nothing'}")
        self.name = name


def named_in(value: Any) -> set[str]:
    """The names of all placeholders in a value, at any depth."""
    if isinstance(value, str):
        return {name for name, _ in _PLACEHOLDER.findall(value)}
    if isinstance(value, Mapping):
        return {name for inner in value.values() for name in named_in(inner)}
    if isinstance(value, list):
        return {name for inner in value for name in named_in(inner)}
    return set()


def fill(value: Any, given: Mapping[str, Any], remembered: Mapping[str, Any]) -> Any:
    """`value` with its placeholders replaced.

    `{name}` is looked up in `given`, then in `remembered`, and raises Unknown when in neither; `{name?}` only in
    `given`, and whatever it fills is left out when it is not there. A text that is one placeholder keeps the type of
    what it stands for.
    """
    if isinstance(value, str):
        return _fill_text(value, given, remembered)
    if isinstance(value, Mapping):
        filled = {name: fill(inner, given, remembered) for name, inner in value.items()}
        return {name: inner for name, inner in filled.items() if inner is not ABSENT}
    if isinstance(value, list):
        return [inner for item in value if (inner := fill(item, given, remembered)) is not ABSENT]
    return value


def fill_some(value: Any, given: Mapping[str, Any]) -> Any:
    """`value` with those placeholders replaced that are in `given`; all others stay as they are."""
    if isinstance(value, str):
        if (whole := _PLACEHOLDER.fullmatch(value)) and (found := dig(given, whole[1])) is not ABSENT:
            return found
        return _PLACEHOLDER.sub(
            lambda match: match[0] if (found := dig(given, match[1])) is ABSENT else str(found), value
        )
    if isinstance(value, Mapping):
        return {name: fill_some(inner, given) for name, inner in value.items()}
    return [fill_some(inner, given) for inner in value] if isinstance(value, list) else value


def _fill_text(text: str, given: Mapping[str, Any], remembered: Mapping[str, Any]) -> Any:
    if whole := _PLACEHOLDER.fullmatch(text):
        return _look_up(whole[1], bool(whole[2]), given, remembered)
    parts = {match[0]: _look_up(match[1], bool(match[2]), given, remembered) for match in _PLACEHOLDER.finditer(text)}
    if any(part is ABSENT for part in parts.values()):
        return ABSENT
    return _PLACEHOLDER.sub(lambda match: str(parts[match[0]]), text)


def _look_up(name: str, optional: bool, given: Mapping[str, Any], remembered: Mapping[str, Any]) -> Any:
    for known in (given,) if optional else (given, remembered):
        found = dig(known, name)
        if found is not ABSENT:
            return found
    if optional:
        return ABSENT
    raise Unknown(name, {**remembered, **given})


def dig(value: Any, path: str) -> Any:
    """The part of `value` at a dotted path such as `data.token`, or ABSENT; the empty path is all of it."""
    for name in path.split(".") if path else ():
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return ABSENT
    return value
