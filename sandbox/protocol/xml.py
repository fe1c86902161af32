"""Flat v2 messages: XML bytes to field values and back, in the platform's own framing."""

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

Value = str | int

MAX_ELEMENTS = 1000
_BOM = b"\xef\xbb\xbf"
_DOCTYPE = b"<!DOCTYPE"

# Fields as nearly every client writes them: no attribute, no child, no entity. What is neither such a field nor white
# space is left to a parser of all XML, and so is a message with a character that XML forbids or changes.
_plain_fields = re.compile(
    r"<([A-Za-z_][\w.-]*+)>(?:<!\[CDATA\[([^\]]*+)\]\]>|([^<&\]]*+))</\1>|([^ \t\n].*)", re.ASCII | re.DOTALL
).findall
_OTHER_THAN_TEXT = bytes([*range(0x09), *range(0x0B, 0x20)])
_NO_CHARACTERS = ("\ufffe", "\uffff")


class Markup(str):
    """A value that is XML already: nested elements."""

    __slots__ = ()


_BARE = (int, Markup)  # what stands in no CDATA section


class MalformedXml(ValueError):
    """The bytes are not a message; `reason` says why, in English."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotUtf8(MalformedXml):
    """The bytes are in another encoding, whatever the declaration says."""


def parse(body: bytes) -> dict[str, str]:
    """The fields of a v2 message in document order, values as written (not trimmed).

    The root may have any name; CDATA and escaped text read alike; an element with children counts with the text
    before its first child. An element given twice counts once, the first time: our choice, no source says.
    Raises MalformedXml.
    """
    body = body.strip().removeprefix(_BOM).lstrip()
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise NotUtf8(f"not UTF-8: byte 0x{body[error.start]:02x} at offset {error.start}") from None
    if text.startswith("<xml>") and text.endswith("</xml>") and _is_text(body, text):
        found = _plain_fields(text, len("<xml>"), len(text) - len("</xml>"))
        plain = {name: inside or bare for name, inside, bare, _ in found}
        if "" not in plain and len(plain) == len(found) <= MAX_ELEMENTS:  # what is no field has no name
            return plain
    return _parse_any(body)


def _is_text(body: bytes, text: str) -> bool:
    plain = len(body.translate(None, _OTHER_THAN_TEXT)) == len(body)
    return plain and (text.isascii() or not any(character in text for character in _NO_CHARACTERS))


def _parse_any(body: bytes) -> dict[str, str]:
    """What `parse` says of any UTF-8, by a parser of all XML. It takes 20 ms to load, so that is left until needed."""
    from lxml import etree

    _refuse_hostile(body)
    try:
        root = etree.fromstring(body, _parser())
    except etree.XMLSyntaxError as error:
        raise MalformedXml(_reason(error)) from None
    fields = {child.tag: child.text or "" for child in root}
    if len(fields) != len(root):
        for child in reversed(root):
            fields[child.tag] = child.text or ""
    return fields


def render(fields: Iterable[tuple[str, Value]]) -> bytes:
    """The message as the platform frames it: text in CDATA, integers bare, one field a line, no final newline."""
    lines = "\n".join(
        [
            f"<{name}>{value}</{name}>"
            if isinstance(value, _BARE)
            else f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
            for name, value in fields
        ]
    )
    return f"<xml>{lines}\n</xml>".encode()


def nested(fields: Iterable[tuple[str, Value]]) -> Markup:
    """Elements inside an element."""
    return Markup("\n" + render(fields).decode().removeprefix("<xml>").removesuffix("</xml>"))


@cache
def _parser() -> "etree.XMLParser":
    from lxml import etree

    # Encoding is fixed so that a declaration cannot choose another. lxml locks a parser that several threads share.
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _refuse_hostile(body: bytes) -> None:
    """Refuse before the parser allocates anything: entity tricks, floods of elements."""
    if not body:
        raise MalformedXml("empty: expected an XML message")
    if b"\x00" in body:
        raise MalformedXml(f"not well-formed: NUL at offset {body.index(0)}")
    if _DOCTYPE in body and _opens_with_doctype(body):
        raise MalformedXml("DOCTYPE refused: a message has no document type and no entities of its own")
    if body.count(b"<") > 2 * MAX_ELEMENTS:
        raise MalformedXml(f"too many elements: more than {MAX_ELEMENTS}")


def _opens_with_doctype(body: bytes) -> bool:
    """Whether a document type stands before the root (inside a value, `<!DOCTYPE` is plain text)."""
    at = 0
    while True:
        while body[at : at + 1].isspace():
            at += 1
        if body.startswith(b"<?", at):
            close = b"?>"
        elif body.startswith(b"<!--", at):
            close = b"-->"
        else:
            return body.startswith(_DOCTYPE, at)
        end = body.find(close, at)
        if end < 0:
            return False
        at = end + len(close)


def _reason(error: "etree.XMLSyntaxError") -> str:
    """The parser's complaint in our words where they are clearer."""
    text = error.msg or "no element found"
    if "depth" in text:
        return "nested too deep"
    return f"not well-formed: {text}"
