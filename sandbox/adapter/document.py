"""A YAML file as plain values, with the line of every part of it.

YAML 1.1 reads `on` as true, `0123` as 83 and `1:30` as 90, and lets a second key overwrite the first. Here a plain
scalar is text unless it is true, false, null or a decimal integer, and a key given twice is a mistake.
"""

import difflib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import yaml

_BOOL, _NULL, _INT = (f"tag:yaml.org,2002:{name}" for name in ("bool", "null", "int"))
_TEXT, _MAP, _SEQ = (f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq"))


class Mistake(Exception):
    """Something in a file that cannot be meant; the text begins with file and line."""


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 -- as PyYAML declares it


_Loader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver(_NULL, re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
_Loader.add_implicit_resolver(_INT, re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789"))


class Document(msgspec.Struct, frozen=True):
    """The values of one file. `marks` maps `$`-paths, as msgspec spells them, to line numbers."""

    name: str
    value: Any
    marks: dict[str, int]

    def line(self, path: str) -> int:
        """The line of `path`, or of the nearest part around it that is known."""
        while path not in self.marks and path != "$":
            path = re.sub(r"(\.[^.\[\]]*|\[[^\]]*\])$", "", path) or "$"
        return self.marks.get(path, 1)

    def mistake(self, path: str, text: str) -> Mistake:
        """What is wrong at `path`, ready to be raised."""
        return Mistake(f"{self.name}:{self.line(path)}: {text}")


def read(path: Path) -> Document:
    """The document in a file. Raises Mistake."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Mistake(
            f"{path}: not UTF-8 (byte {error.start} is {error.object[error.start]:#04x}); save it as UTF-8"
        ) from None
    except OSError as error:
        raise Mistake(f"{path}: cannot be read: {error.strerror}") from None
    return parse(text, str(path))


def parse(text: str, name: str) -> Document:
    """The document in `text`; `name` is what mistakes call it. Raises Mistake."""
    try:
        node = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Mistake(f"{name}:{line}: not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise Mistake(f"{name}:1: not YAML: {error}") from None
    if node is None:
        raise Mistake(f"{name}:1: the file is empty")
    marks: dict[str, int] = {"$": node.start_mark.line + 1}
    return Document(name, _Builder(name, marks).build(node, "$"), marks)


def scalar(text: str) -> Any:
    """One value as it would stand in a file, on a command line: a number, true, false, null, or text."""
    try:
        node = _Loader(text).get_single_node() if text.strip() == text else None
    except yaml.YAMLError:
        return text
    if isinstance(node, yaml.ScalarNode) and node.style is None and node.tag in (_BOOL, _NULL, _INT):
        return _Builder("value", {}).build(node, "$")
    return text


class _Builder:
    """Makes values of nodes and notes where each came from."""

    def __init__(self, name: str, marks: dict[str, int]) -> None:
        self._name = name
        self._marks = marks
        self._open: list[yaml.Node] = []

    def build(self, node: yaml.Node, path: str) -> Any:
        if any(node is outer for outer in self._open):
            raise self._mistake(node, "an alias may not point to what contains it")
        self._open.append(node)
        try:
            if isinstance(node, yaml.MappingNode) and node.tag == _MAP:
                return self._mapping(node, path)
            if isinstance(node, yaml.SequenceNode) and node.tag == _SEQ:
                return self._sequence(node, path)
            if isinstance(node, yaml.ScalarNode) and node.tag in (_TEXT, _BOOL, _NULL, _INT):
                return self._scalar(node)
        finally:
            self._open.pop()
        raise self._mistake(
            node, f"the tag {node.tag.replace('tag:yaml.org,2002:', '!!')} is not understood here; leave it out"
        )

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._mistake(key_node, "a key must be plain text")
            key = key_node.value
            here = f"{path}.{key}"
            if key in values:
                raise self._mistake(key_node, f"{key!r} is given twice, first on line {self._marks[here]}; keep one")
            self._marks[here] = key_node.start_mark.line + 1
            values[key] = self.build(value_node, here)
        return values

    def _sequence(self, node: yaml.SequenceNode, path: str) -> list[Any]:
        values = []
        for index, item in enumerate(node.value):
            here = f"{path}[{index}]"
            self._marks[here] = item.start_mark.line + 1
            values.append(self.build(item, here))
        return values

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        if node.tag == _BOOL:
            return node.value == "true"
        if node.tag == _NULL:
            return None
        if node.tag == _INT:
            try:
                return int(node.value)
            except ValueError:
                raise self._mistake(node, f"expected a whole number, came {node.value!r}") from None
        return node.value

    def _mistake(self, node: yaml.Node, text: str) -> Mistake:
        return Mistake(f"{self._name}:{node.start_mark.line + 1}: {text}")


def did_you_mean(came: str, known: Iterable[str]) -> str:
    """` — did you mean 'drop'?`, or what there is to choose from when nothing is near."""
    choices = list(known)
    near = difflib.get_close_matches(came, choices, n=1, cutoff=0.5)
    if near:
        return f" — did you mean {near[0]!r}?"
    return f"; there {'is' if len(choices) == 1 else 'are'} {', '.join(sorted(choices))}" if choices else ""
