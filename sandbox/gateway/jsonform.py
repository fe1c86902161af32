"""Reading a form from JSON, a path and a query string, with APIv3's complaints.

Complaints have `{"location": …, "value": …}` as their detail (every real capture); the documented `field` and `issue`
were never seen.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from sandbox.errors import Refusal, Row, v3
from sandbox.gateway.forms import INT64, Field, Form

F = TypeVar("F", bound=Form)
BY_BYTES = (v3.JSON_TOO_SHORT, v3.JSON_TOO_LONG, "bytes of UTF-8")
BY_CHARACTERS = (v3.JSON_FEW_CHARACTERS, v3.JSON_MANY_CHARACTERS, "characters")
FLAGS = {"true": True, "false": False}
ABSENT = object()  # a field that was not sent; one that is null was


def read(form: type[F], body: Mapping[str, Any], query: Mapping[str, str], path: Mapping[str, str]) -> F:
    """The form of a v3 request. Raises Refusal with the first complaint: unknown fields, then the table's order."""
    unknown = list(_unknown(form, body, "/body"))
    if unknown:
        raise Refusal(
            v3.FIELD_UNKNOWN,
            field=unknown[0].rsplit("/", 1)[-1],
            came=", ".join(unknown),
            expected="only fields of the documentation",
            detail={"location": None, "value": unknown},
        )
    sources = {"body": body, "query": query, "uri_template": path}
    made = object.__new__(form)
    seen = made.__dict__
    for field in form.fields:
        name, where = field.name, field.where
        value = sources[where].get(name, ABSENT)
        if value is ABSENT and not field.required:
            seen[name] = None
            continue
        if where != "body" and isinstance(value, str):
            value = _typed(field, value)
        seen[name] = _value(field, value, field.pointer or f"/{where}/{name}")
    return made


def _typed(field: Field, text: str) -> Any:
    """What a path or a query spells as text; what is no such value stays text, to be complained about."""
    if field.kind == "integer" and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    return FLAGS.get(text, text) if field.kind == "flag" else text


def _unknown(form: type[Form], value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    known = form.in_body
    for name, inner in value.items():
        field = known.get(name)
        if field is None:
            yield f"{pointer}/{name}"
        elif field.shape is not None and isinstance(inner, dict):
            yield from _unknown(field.shape, inner, f"{pointer}/{name}")
        elif field.shape is not None and isinstance(inner, list):
            for at, one in enumerate(inner):
                if isinstance(one, dict):
                    yield from _unknown(field.shape, one, f"{pointer}/{name}/{at}")


def _value(field: Field, value: Any, pointer: str) -> Any:
    counted = field.characters and field.least is not None  # an empty one is too short (observed)
    if value is ABSENT or value is None or (value == "" and not counted):
        if field.required:
            raise _complaint(v3.JSON_FIELD_MISSING, field, pointer, "", expected="a value: it is required")
        if value is None:
            raise _null(field, pointer)
        return None
    match field.kind:
        case "text":
            return _text(field, value, pointer)
        case "integer":
            return _integer(field, value, pointer)
        case "flag":
            if not isinstance(value, bool):
                raise _complaint(v3.JSON_WRONG_TYPE, field, pointer, value, wanted="布尔值", expected="true or false")
            return value
        case "part":
            if not isinstance(value, dict):
                raise _complaint(v3.JSON_WRONG_TYPE, field, pointer, value, wanted="对象", expected="an object")
            return _part(field, value, pointer)
        case _:
            return _parts(field, value, pointer)


def _part(field: Field, value: Mapping[str, Any], pointer: str) -> Form:
    assert field.shape is not None
    made = object.__new__(field.shape)
    for inner in field.shape.fields:
        made.__dict__[inner.name] = _value(inner, value.get(inner.name, ABSENT), f"{pointer}/{inner.name}")
    return made


def _parts(field: Field, value: Any, pointer: str) -> list[Form]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise _complaint(v3.JSON_WRONG_TYPE, field, pointer, value, wanted="数组", expected="an array of objects")
    least, limit = field.least or 0, field.limit
    if len(value) < least:
        raise _complaint(v3.JSON_TOO_SMALL, field, pointer, len(value), limit=least, expected=f"at least {least}")
    if limit is not None and len(value) > limit:
        raise _complaint(v3.JSON_TOO_LARGE, field, pointer, len(value), limit=limit, expected=f"at most {limit}")
    return [_part(field, one, f"{pointer}/{at}") for at, one in enumerate(value)]


def _text(field: Field, value: Any, pointer: str) -> str:
    if not isinstance(value, str):
        raise _complaint(v3.JSON_WRONG_TYPE, field, pointer, value, wanted="字符串", expected="a string in quotes")
    too_short, too_long, unit = BY_CHARACTERS if field.characters else BY_BYTES
    size = len(value) if field.characters else len(value.encode("utf-8", "surrogatepass"))
    if field.least is not None and size < field.least:
        raise _complaint(too_short, field, pointer, size, limit=field.least, expected=f"at least {field.least} {unit}")
    if field.limit is not None and size > field.limit:
        raise _complaint(too_long, field, pointer, size, limit=field.limit, expected=f"at most {field.limit} {unit}")
    if field.pattern and not re.fullmatch(field.pattern, value):
        pattern = f"^{field.pattern}$"
        raise _complaint(v3.JSON_PATTERN, field, pointer, value, pattern=pattern, expected=f"a match of {pattern}")
    return value


def _integer(field: Field, value: Any, pointer: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -INT64 <= value < INT64:
        raise _complaint(v3.JSON_NOT_INTEGER, field, pointer, value, expected="a whole number (fen), without quotes")
    if field.minimum is not None and value < field.minimum:
        expected = f"at least {field.minimum}"
        raise _complaint(v3.JSON_TOO_SMALL, field, pointer, value, limit=field.minimum, expected=expected)
    if field.maximum is not None and value > field.maximum:
        expected = f"at most {field.maximum}"
        raise _complaint(v3.JSON_TOO_LARGE, field, pointer, value, limit=field.maximum, expected=expected)
    return value


def _null(field: Field, pointer: str) -> Refusal:
    """An optional field that is null, as SDKs send one that was not given."""
    name = field.name
    return Refusal(
        v3.BODY_NOT_JSON_OBJECT,
        field=name,
        came="null",
        expected="a value, or no such field",
        likely=f"{pointer} is null: APIv3 takes no null, a field without a value is left out",
        likely_zh=f"{pointer}为null：APIv3不接受null，没有值的字段不要传",
        fix=f"Leave {name} out of the JSON, or give it a value; many SDKs write null for what was not given.",
        fix_zh=f"从JSON中去掉{name}，或给它一个值；不少SDK会把没有传的参数写成null。",
    )


def _complaint(row: Row, field: Field, pointer: str, value: Any, **more: Any) -> Refusal:
    location = pointer.split("/", 2)[1]
    # A number beyond 64 bits has no place in the reply but as text.
    plain = isinstance(value, str | float) or (isinstance(value, int) and -INT64 <= value < INT64)
    shown = value if plain else str(value)
    return Refusal(
        row,
        field=field.name,
        title=field.title,
        pointer=pointer,
        came=value if value != "" else "nothing",
        detail={"location": location, "value": shown},
        **more,
    )
