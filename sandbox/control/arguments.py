"""From what came (path, query, JSON) to a verb's arguments, with complaints that name the field."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Literal, get_args, get_origin

import msgspec

from sandbox.actions.verb import VerbError
from sandbox.doctor.masking import masked_key

_PLACED = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.*)`", re.DOTALL)
_INDEX = re.compile(r"\[(?P<index>\d+)\]")
_SHOWN = 80  # characters of what came
_KEYS = ("api_key", "apiv3_key")


def arguments(kind: type[msgspec.Struct], given: Mapping[str, Any]) -> msgspec.Struct:
    """The arguments. Text stands for numbers and switches, as queries and stories write them. Raises VerbError."""
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise VerbError(complaint(str(error), kind, given)) from None
    except RecursionError:
        raise VerbError("the arguments are nested too deeply") from None


def query_arguments(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """A query string's arguments; a name that is repeated makes a list."""
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name not in given:
            given[name] = value
        elif isinstance(given[name], list):
            given[name].append(value)
        else:
            given[name] = [given[name], value]
    return given


def body_arguments(body: bytes) -> dict[str, Any]:
    """A JSON object's members; no body is no arguments. Raises VerbError."""
    if not body.strip():
        return {}
    try:
        given = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise VerbError(f"the body is no JSON: {error}", code="bad-json") from None
    except RecursionError:
        raise VerbError("the body is no JSON we read: it is nested too deeply", code="bad-json") from None
    if not isinstance(given, dict):
        raise VerbError(f"the body must be a JSON object, came {_shown(given)}", code="bad-json")
    return given


def complaint(text: str, kind: type[msgspec.Struct], given: Any) -> str:
    """msgspec's complaint in the caller's terms: which field, what came, what was expected."""
    found = _PLACED.fullmatch(text)
    what, path = (found["what"], found["path"] or "") if found else (text, "")
    if unknown := _UNKNOWN.fullmatch(what):
        names = [field.encode_name for field in msgspec.structs.fields(kind)] if not path else []
        return _unknown(_dotted(path, unknown["name"]), names)
    if missing := _MISSING.fullmatch(what):
        return f"{_dotted(path, missing['name'])} is missing: it is required"
    where = path.removeprefix(".") or "arguments"
    expected = what.replace("`", "").partition(", got ")[0].replace("Expected", "expected")
    if what.startswith("Invalid enum value"):
        expected = f"expected one of {', '.join(_choices(kind, path))}"
    return f"{where}: {expected}, came {_shown(_at(given, path))}"


def _unknown(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    hint = f" — did you mean {near[0]!r}?" if near else "."
    known = f" Known here: {', '.join(names)}." if names else ""
    return f"no argument is called {name!r}{hint}{known}"


def _dotted(path: str, name: str) -> str:
    return f"{path}.{name}".removeprefix(".")


def _at(given: Any, path: str) -> Any:
    """What stands at msgspec's path; where a mapping's key is not told, the mapping."""
    while path:
        if isinstance(given, dict):
            name = _first(path, given)
            if name is None:
                break
            given, path = given[name], path[len(name) + 1 :]
        else:
            step = _INDEX.match(path)
            if step is None or not isinstance(given, list):
                break
            given, path = given[int(step["index"])], path[step.end() :]
    return given


def _choices(kind: type[msgspec.Struct], path: str) -> list[str]:
    """The values that a field, or an item of it, may have."""
    types = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    name = _first(path, types)
    return [] if name is None else list(_values(types[name]))


def _first(path: str, names: Iterable[str]) -> str | None:
    """The name that a path begins with; names may hold dots, so the longest."""
    fitting = [name for name in names if f"{path}.".startswith((f".{name}.", f".{name}["))]
    return max(fitting, key=len, default=None)


def _values(kind: Any) -> Iterator[str]:
    if get_origin(kind) is Literal:
        yield from map(str, get_args(kind))
    elif isinstance(kind, type) and issubclass(kind, Enum):
        yield from (str(member.value) for member in kind)
    else:
        for inner in get_args(kind):
            yield from _values(inner)


def _shown(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def changed(args: msgspec.Struct) -> dict[str, Any]:
    """The arguments that are not their defaults, as JSON-like data; keys that were given are masked."""
    told = msgspec.to_builtins(args)
    plain = {
        field.encode_name: msgspec.to_builtins(field.default)
        for field in msgspec.structs.fields(args)
        if field.default is not msgspec.NODEFAULT and field.default is not msgspec.UNSET
    }
    return {
        name: masked_key(str(value)) if name in _KEYS else value
        for name, value in told.items()
        if name not in plain or plain[name] != value
    }
