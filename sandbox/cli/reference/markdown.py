"""Markdown for the reference pages: tables, and types as a reader would write them."""

from collections.abc import Iterable, Sequence
from enum import EnumType
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false", NoneType: "null", Any: "anything"}


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; cells may hold anything but newlines."""
    lines = [heads, ["---"] * len(heads), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code(text: object) -> str:
    """As code; nothing stays nothing."""
    shown = str(text)
    return f"`{shown}`" if shown else ""


def kind(hint: Any) -> str:
    """A type in words: `"a"` or `"b"`, list of text, true or false."""
    origin, inner = get_origin(hint), tuple(one for one in get_args(hint) if one is not msgspec.UnsetType)
    if hint in WORDS:
        return WORDS[hint]
    if origin is Annotated:
        return kind(inner[0])
    if origin is Literal:
        return ", ".join(code(value) for value in inner)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(kind(one) for one in inner))
    if origin in (list, tuple, frozenset):
        return f"list of {kind(inner[0])}"
    if origin is dict:
        return "object" if inner[1] is Any else f"object of {kind(inner[1])}"
    if isinstance(hint, EnumType):
        return ", ".join(code(one.value) for one in hint)  # type: ignore[var-annotated]
    return code(hint.__name__) if isinstance(hint, type) else "anything"


def default(field: msgspec.structs.FieldInfo) -> str:
    """The value that a field has when it is left out, as JSON; empty when it is needed or has no telling one."""
    value = field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default
    if value in (msgspec.NODEFAULT, msgspec.UNSET, None, "", {}, [], ()) or isinstance(value, msgspec.Struct):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return code(msgspec.json.encode(value).decode())


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
