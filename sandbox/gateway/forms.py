"""Forms: what an endpoint expects, field by field, in the order in which the platform complains.

A field's annotation is what the handler sees: one that admits None is optional. Its kind (`text`, `integer`, `flag`,
`part`, `parts`) is how the wire spells it, and what the docs print. Lengths are UTF-8 bytes. `Form.read` takes flat
text (v2, login); `jsonform.read` takes JSON (v3).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, dataclass_transform, get_type_hints

import msgspec

from sandbox.errors import Refusal, Row, protocol

INT64 = 1 << 63

Matches = Callable[[str], object]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field: its title in the platform's tables and its limits."""

    title: str
    kind: str = "text"  # "text", "integer", "flag", "part" or "parts"
    limit: int | None = None  # bytes; of parts, how many
    least: int | None = None  # bytes; of parts, how many
    characters: bool = False  # v3: its length is counted in characters
    legacy_limit: int | None = None  # bytes, where the older gateway had another
    pattern: str = ""
    minimum: int | None = None
    maximum: int | None = None
    sample: str = ""  # a value that fits, for docs and contract tests
    missing: Row = protocol.FIELD_MISSING
    legacy_missing: Row | None = None  # what the older gateway said, absent or empty
    name: str = ""  # the attribute's, unless that would be a word of Python
    required: bool = True
    where: str = "body"  # v3: "body", "query" or "uri_template" (the path)
    pointer: str = ""  # v3: where a complaint points when not to the field itself
    shape: type["Form"] | None = None  # of a part, or of each of the parts
    sensitive: bool = False  # v3: RSA-OAEP encrypted by the sender

    def read(self, value: str, legacy: bool) -> str | int:
        """The value as the handler sees it. Raises Refusal with the platform's complaint."""
        if self.kind == "integer":
            return self._integer(value)
        limit = self.legacy_limit if legacy and self.legacy_limit is not None else self.limit
        # A character has at most four bytes: most values need no encoding to be seen to fit.
        if limit is not None and len(value) * 4 > limit:
            size = len(value.encode("utf-8", "surrogatepass"))
            if size > limit:
                raise Refusal(
                    protocol.FIELD_TOO_LONG, field=self.name, title=self.title, came=size, limit=limit,
                    expected=f"at most {limit} bytes of UTF-8",
                )  # fmt: skip
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise Refusal(
                protocol.FIELD_PATTERN, field=self.name, title=self.title, came=value, pattern=f"^{self.pattern}$",
                expected=f"a value that matches ^{self.pattern}$",
            )  # fmt: skip
        return value

    def absent(self, value: str | None, legacy: bool) -> Refusal:
        """The complaint about a required field that is not there (None) or empty."""
        row = self.missing
        if legacy and self.legacy_missing is not None:
            row = self.legacy_missing
        elif value is not None and row is protocol.FIELD_MISSING:
            row = protocol.FIELD_EMPTY
        came = "nothing" if value is None else "an empty value"
        pattern, limit = f"^{self.pattern}$", self.limit or 20  # an integer has at most 19 digits and a sign
        return Refusal(
            row, field=self.name, title=self.title, came=came, pattern=pattern, limit=limit,
            expected="a value: it is required",
        )  # fmt: skip

    def _integer(self, value: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,19}", value) or not -INT64 <= (number := int(value)) < INT64:
            raise Refusal(
                protocol.FIELD_NOT_INTEGER,
                field=self.name,
                title=self.title,
                came=value,
                expected="a whole number (fen)",
            )
        if self.minimum is not None and number < self.minimum:
            raise Refusal(
                protocol.FIELD_TOO_SMALL, field=self.name, title=self.title, came=value, limit=self.minimum,
                expected=f"at least {self.minimum}",
            )  # fmt: skip
        if self.maximum is not None and number > self.maximum:
            raise Refusal(
                protocol.FIELD_TOO_LARGE, field=self.name, title=self.title, came=value, limit=self.maximum,
                expected=f"at most {self.maximum}",
            )  # fmt: skip
        return number


def text(title: str, limit: int | None = None, *, sample: str = "", **more: Any) -> Any:
    """A text field of at most `limit` bytes."""
    return Field(title=title, limit=limit, sample=sample, **more)


def integer(
    title: str, *, minimum: int | None = None, maximum: int | None = None, sample: str = "1", **more: Any
) -> Any:
    """A whole number, a 64-bit one."""
    return Field(title=title, kind="integer", minimum=minimum, maximum=maximum, sample=sample, **more)


def flag(title: str, **more: Any) -> Any:
    """True or false."""
    return Field(title=title, kind="flag", **more)


def part(shape: type["Form"], title: str, **more: Any) -> Any:
    """A nested object."""
    return Field(title=title, kind="part", shape=shape, **more)


def parts(shape: type["Form"], title: str, *, least: int = 1, limit: int, **more: Any) -> Any:
    """An array of `least` to `limit` nested objects."""
    return Field(title=title, kind="parts", shape=shape, least=least, limit=limit, **more)


@dataclass_transform(field_specifiers=(text, integer, flag, part, parts), kw_only_default=True)
class Form:
    """A request's fields, checked. Subclasses list theirs; a parent's come first."""

    fields: ClassVar[tuple[Field, ...]] = ()
    in_body: ClassVar[Mapping[str, Field]] = {}
    sensitive: ClassVar[bool] = False  # some field of it is, or of a part
    _plan: ClassVar[dict[str, tuple[Field, int, Matches]]] = {}  # made when first read
    _required: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        hints = get_type_hints(cls)
        own = [
            msgspec.structs.replace(value, name=value.name or name, required=not _admits_none(hints[name]))
            for name, value in vars(cls).items()
            if isinstance(value, Field)
        ]
        inherited = {field.name: field for base in cls.__bases__ for field in getattr(base, "fields", ())}
        cls.fields = (*(field for name, field in inherited.items() if name not in vars(cls)), *own)
        cls.in_body = {field.name: field for field in cls.fields if field.where == "body"}
        cls.sensitive = any(field.sensitive or (field.shape and field.shape.sensitive) for field in cls.fields)
        cls._plan = {}
        cls._required = frozenset(field.name for field in cls.fields if field.required)
        for field in own:
            if not field.required:
                setattr(cls, field.name, None)

    @classmethod
    def read(cls, fields: Mapping[str, str], *, legacy: bool = False) -> Self:
        """The form of these fields. Raises Refusal with the first complaint, in the order of the table."""
        form = object.__new__(cls)
        seen: dict[str, Any] = form.__dict__
        plan = cls._plan or cls._planned()
        try:
            for name, value in fields.items():
                if value and name in plan:
                    field, limit, matches = plan[name]
                    # Most good values are told from the rest by this much; what is not is read with care.
                    good = len(value) <= limit and value.isascii() and matches(value)
                    seen[name] = value if good else field.read(value, legacy)
        except Refusal:
            raise cls._first_complaint(fields, legacy) from None
        if not seen.keys() >= cls._required:
            raise cls._first_complaint(fields, legacy)
        return form

    @classmethod
    def _first_complaint(cls, fields: Mapping[str, str], legacy: bool) -> Refusal:
        """What is wrong with the first field of the table that has anything wrong with it."""
        for field in cls.fields:
            value = fields.get(field.name)
            if value:
                try:
                    field.read(value, legacy)
                except Refusal as refusal:
                    return refusal
            elif field.required:
                return field.absent(value, legacy)
        raise AssertionError("nothing is wrong with these fields")

    @classmethod
    def _planned(cls) -> dict[str, tuple[Field, int, Matches]]:
        cls._plan = {field.name: (field, *_glance(field)) for field in cls.fields}
        return cls._plan


def _glance(field: Field) -> tuple[int, Matches]:
    """How long an ASCII value may be without doubt, and its pattern."""
    limits = [limit for limit in (field.limit, field.legacy_limit) if limit is not None]
    limit = min(limits, default=1 << 20) if field.kind == "text" else -1
    return limit, re.compile(field.pattern).fullmatch if field.pattern else bool


def _admits_none(hint: Any) -> bool:
    return type(None) in getattr(hint, "__args__", ())
