"""Values of a document as typed values, and msgspec's complaints in the writer's own terms."""

import re
import types
import typing
from typing import Any, TypeVar

import msgspec

from sandbox.adapter.document import Document, Mistake, did_you_mean

T = TypeVar("T")

_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "text",
    "object": "a mapping",
    "array": "a list",
    "null": "nothing",
}
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|(\[\.\.\.\])")


def convert(document: Document, path: str, value: Any, kind: type[T]) -> T:
    """`value`, which stands at `path`, as a `kind`; the text "5" passes for a 5. Raises Mistake."""
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _mistake(document, path, value, kind, str(error)) from None


def describe(value: Any) -> str:
    """A value as it is named in a message, cut to a readable length."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def fields(kind: Any) -> dict[str, msgspec.structs.FieldInfo]:
    """The fields of a Struct type by the names that a writer uses."""
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _mistake(document: Document, base: str, value: Any, kind: Any, message: str) -> Mistake:
    complaint, _, tail = message.partition(" - at `")
    inner = _with_keys(kind, value, tail.rstrip("`") or "$")
    path = base + inner[1:]
    where = _follow_type(kind, inner)
    came = _follow_value(value, inner)
    label = re.sub(r"^\$\.?", "", path)
    lead = f"{label}: " if label else ""
    if unknown := re.match(r"Object contains unknown field `(.*)`", complaint):
        name = unknown[1]
        return document.mistake(f"{path}.{name}", f"{lead}no key called {name!r}{did_you_mean(name, _names(where))}")
    if missing := re.match(r"Object missing required field `(.*)`", complaint):
        return document.mistake(path, f"{lead}the key {missing[1]!r} is missing")
    if complaint.startswith("Invalid enum value"):
        words = [str(word) for option in _options(where) for word in _literals(option)]
        return document.mistake(path, f"{lead}{describe(came)} is not known{did_you_mean(str(came), words)}")
    if wrong := re.match(r"Expected `(.*?)`(.*?)(?:, got `.*`)?$", complaint):
        expected = " or ".join(_WORDS.get(word, word) for word in wrong[1].split(" | ")) + wrong[2]
        hint = "; put it in quotes" if "text" in expected and isinstance(came, int) else ""
        return document.mistake(path, f"{lead}expected {expected}, came {describe(came)}{hint}")
    return document.mistake(path, f"{lead}{complaint}, came {describe(came)}")


def _with_keys(kind: Any, value: Any, path: str) -> str:
    """The path with each `[...]`, which is how msgspec points into a mapping, replaced by the key it means."""
    while "[...]" in path:
        before, after = path.split("[...]", 1)
        item_kind = _follow_type(kind, f"{before}[...]")
        mapping = _follow_value(value, before)
        key = next((key for key, item in mapping.items() if not _fits(item, item_kind)), "?")
        path = f"{before}.{key}{after}"
    return path


def _fits(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError:
        return False
    return True


def _follow_value(value: Any, path: str) -> Any:
    for name, index, _ in _STEP.findall(path):
        try:
            value = value[name or int(index)]
        except (KeyError, IndexError, TypeError):
            return value
    return value


def _follow_type(kind: Any, path: str) -> Any:
    for name, _, _ in _STEP.findall(path):
        kind = next((found for option in _options(kind) if (found := _inside(option, name)) is not None), None)
    return kind


def _inside(kind: Any, name: str) -> Any:
    """The type of a Struct's field, a mapping's values or a list's items; None when `kind` has nothing inside."""
    if name and _is_struct(kind):
        field = fields(kind).get(name)
        return field.type if field else None
    if typing.get_origin(kind) is dict:
        return typing.get_args(kind)[1]
    return typing.get_args(kind)[0] if typing.get_origin(kind) in (list, tuple) else None


def _options(kind: Any) -> tuple[Any, ...]:
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        return typing.get_args(kind)
    return (kind,)


def _literals(kind: Any) -> tuple[Any, ...]:
    return (
        typing.get_args(kind) if typing.get_origin(kind) is typing.Literal else tuple(getattr(kind, "__members__", ()))
    )


def _names(kind: Any) -> list[str]:
    return [name for option in _options(kind) if _is_struct(option) for name in fields(option)]


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
