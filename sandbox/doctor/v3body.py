"""A JSON body as it may have been written when it was signed, and another way when it was sent."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sandbox.doctor.mistake import Mistake
from sandbox.doctor.v3draft import Draft, Line

BODY = -1  # the body is the last line

SPACINGS = {
    (",", ":"): ("compact", "紧凑格式"),
    (", ", ": "): ("with a blank after every comma and colon", "逗号和冒号后有空格"),
    (",", ": "): ("with a blank after every colon", "冒号后有空格"),
}

LONGEST = 64 << 10  # bytes of a body that is serialised anew
INDENTS: tuple[int | str, ...] = (2, 4, "\t")


def body_mistakes(body: bytes) -> Iterator[Mistake[Draft]]:
    """The likeliest first."""
    yield _mistake("V3_BODY_EMPTY", "an empty body was signed", "签名时请求体为空", b"")
    parsed, texts = _texts(body) if len(body) <= LONGEST else ({}, {})
    if parsed:
        for written, style in texts.items():
            how, how_zh = style.described()
            yield _mistake(
                "V3_BODY_RESERIALISED", f"another text of the body was signed: {how}",
                f"签名的是另一种序列化的请求体：{how_zh}", written,
            )  # fmt: skip
        yield from _members(parsed, texts.get(body, STYLES[0]))
        yield from _odd(parsed, body)
    for end in (b"\n", b"\r\n", b" "):
        yield _mistake(
            "V3_BODY_ENDS", "the body was signed with a newline or blank after it, and sent without",
            "签名时请求体末尾多了换行或空格", body + end,
        )  # fmt: skip
    yield _mistake(
        "V3_BODY_ENDS", "the body was signed without the blanks around it, and sent with them",
        "签名时去掉了请求体首尾的空白", body.strip(),
    )  # fmt: skip
    yield _mistake(
        "V3_BODY_BOM", "a BOM stood before the body that was signed", "签名时请求体开头有BOM", b"\xef\xbb\xbf" + body
    )
    yield from _charsets(body)


def _mistake(code: str, text: str, text_zh: str, written: bytes, line: Line = Line.BODY) -> Mistake[Draft]:
    return Mistake(code, line, text, text_zh, lambda draft: draft.with_line(BODY, written))


def _texts(body: bytes) -> tuple[dict[str, Any], dict[bytes, "Style"]]:
    """The object, and every text that a library may write for it, under the plainest style that writes it."""
    found: dict[bytes, Style] = {}
    try:
        parsed = json.loads(body)
        for style in STYLES if isinstance(parsed, dict) else ():
            found.setdefault(style.write(parsed), style)
    except (ValueError, RecursionError):
        return {}, {}
    return (parsed, found) if found else ({}, {})


class Style(NamedTuple):
    """A way in which libraries write JSON."""

    separators: tuple[str, str]
    sorts: bool = False
    escapes: str = ""
    slashes: bool = False
    indent: int | str | None = None

    def write(self, value: Any) -> bytes:
        """The text."""
        text = json.dumps(
            value,
            ensure_ascii=self.escapes in ("u", "U"),
            separators=self.separators,
            sort_keys=self.sorts,
            indent=self.indent,
        )
        if self.escapes == "html":
            text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        elif self.escapes == "U":
            text = re.sub(r"\\u[0-9a-f]{4}", lambda match: "\\u" + match[0][2:].upper(), text)
        return (text.replace("/", "\\/") if self.slashes else text).encode("utf-8", "replace")

    def described(self) -> tuple[str, str]:
        """In both languages."""
        spacing, spacing_zh = (
            ("indented over several lines", "多行缩进格式") if self.indent else SPACINGS[self.separators]
        )
        escaped, escaped_zh = ESCAPED[self.escapes]
        told = (spacing, "keys sorted" if self.sorts else "", escaped, r"with \/ for /" if self.slashes else "")
        told_zh = (spacing_zh, "键已排序" if self.sorts else "", escaped_zh, r"/写成\/" if self.slashes else "")
        return ", ".join(filter(None, told)), "，".join(filter(None, told_zh))


ESCAPED = {
    "": ("", ""),
    "u": (r"Chinese as \uXXXX", r"中文写成\uXXXX"),
    "html": (r"<, > and & as \u003c, \u003e and \u0026", r"<、>、&写成\u003c、\u003e、\u0026"),
    "U": (r"Chinese as \uXXXX in capitals", r"中文写成大写的\uXXXX"),
}
STYLES = (
    *(Style(*one) for one in product(SPACINGS, (False, True), ESCAPED, (False, True))),
    *(Style((",", ": "), sorts, indent=indent) for indent, sorts in product(INDENTS, (False, True))),
)


def _members(parsed: dict[str, Any], style: Style) -> Iterator[Mistake[Draft]]:
    """Each member left out, in the body's own way of writing where that is one we know."""
    for name in parsed:
        rest = {other: value for other, value in parsed.items() if other != name}
        yield _mistake(
            "V3_MEMBER_LEFT_OUT", f"{name} was sent but not signed: it was added to the body after signing",
            f"{name}已发送但没有参与签名（签名后才加入请求体）", style.write(rest), Line.MEMBERS,
        )  # fmt: skip


def _odd(parsed: dict[str, Any], body: bytes) -> Iterator[Mistake[Draft]]:
    pairs = [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in parsed.items()]
    plain = "&".join(f"{name}={value}" for name, value in pairs)
    for text in (urlencode(pairs), plain):
        yield _mistake("V3_BODY_FORM", "the body was signed as a form (a=1&b=2), and sent as JSON",
                       "签名时请求体是表单格式，发送的是JSON", text.encode())  # fmt: skip
    yield _mistake(
        "V3_BODY_QUOTED", "the body was signed as a JSON string in quotes: it was serialised twice",
        "签名时请求体被序列化了两次（带引号的字符串）", json.dumps(body.decode("utf-8", "replace")).encode(),
    )  # fmt: skip


def _charsets(body: bytes) -> Iterator[Mistake[Draft]]:
    for code, text, text_zh, garble in (
        ("V3_BODY_GBK", "the body was signed as GBK bytes and sent as UTF-8",
         "签名时请求体按GBK编码，发送时按UTF-8编码", lambda text: text.encode("gbk")),
        ("V3_BODY_GARBLED", "the body was garbled when it was signed: UTF-8 read as ISO-8859-1",
         "签名时请求体已成乱码", lambda text: text.encode().decode("latin-1").encode()),
        ("V3_BODY_GARBLED", "Chinese had turned into question marks when the body was signed",
         "签名时请求体中的中文已变成问号", lambda text: text.encode("ascii", "replace")),
    ):  # fmt: skip
        if not body.isascii():
            yield Mistake(code, Line.CHARSET, text, text_zh, _garbled(garble))


def _garbled(garble: Callable[[str], bytes]) -> Callable[[Draft], Draft]:
    def garbled(draft: Draft) -> Draft:
        try:
            return draft.with_line(BODY, garble(draft.lines[BODY].decode()))
        except UnicodeError:
            return draft

    return garbled
