"""A JSON body as it may have been written when it was signed, and another way when it was sent."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any
from urllib.parse import urlencode

from sandbox.doctor.mistake import Mistake
from sandbox.doctor.v3draft import Draft, Line

BODY = -1  # the body is the last line

SPACINGS = (
    ((",", ":"), "compact", "紧凑格式"),
    ((", ", ": "), "with a blank after every comma and colon", "逗号和冒号后有空格"),
    ((",", ": "), "with a blank after every colon", "冒号后有空格"),
)

INDENTS: tuple[int | str, ...] = (2, 4, "\t")


def body_mistakes(body: bytes) -> Iterator[Mistake[Draft]]:
    """The likeliest first."""
    yield _mistake("V3_BODY_EMPTY", "an empty body was signed", "签名时请求体为空", b"")
    parsed = _parsed(body)
    if isinstance(parsed, dict):
        for how, how_zh, written in _written(parsed):
            yield _mistake(
                "V3_BODY_RESERIALISED", f"another text of the body was signed: {how}",
                f"签名的是另一种序列化的请求体：{how_zh}", written,
            )  # fmt: skip
        yield from _members(parsed, body)
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


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _written(parsed: dict[str, Any]) -> Iterator[tuple[str, str, bytes]]:
    """The ways in which libraries write the same object."""
    for (separators, blanks, blanks_zh), sorts, escapes, slashes in product(
        SPACINGS, (False, True), ("", "u", "U", "html"), (False, True)
    ):
        text = json.dumps(parsed, ensure_ascii=False, separators=separators, sort_keys=sorts)
        text = _ESCAPES[escapes](text)
        if slashes:
            text = text.replace("/", "\\/")
        told = [blanks, "keys sorted" if sorts else "", _ESCAPED[escapes][0], r"with \/ for /" if slashes else ""]
        told_zh = [blanks_zh, "键已排序" if sorts else "", _ESCAPED[escapes][1], r"/写成\/" if slashes else ""]
        yield ", ".join(filter(None, told)), "，".join(filter(None, told_zh)), text.encode("utf-8", "replace")
    for indent, sorts in product(INDENTS, (False, True)):
        text = json.dumps(parsed, ensure_ascii=False, indent=indent, sort_keys=sorts)
        yield "indented over several lines", "多行缩进格式", text.encode("utf-8", "replace")


_ESCAPED = {
    "": ("", ""),
    "u": (r"Chinese as \uXXXX", r"中文写成\uXXXX"),
    "U": (r"Chinese as \uXXXX in capitals", r"中文写成大写的\uXXXX"),
    "html": (r"<, > and & as \u003c, \u003e and \u0026", r"<、>、&写成\u003c、\u003e、\u0026"),
}


def _unicode(text: str) -> str:
    return re.sub(r"[^\x00-\x7f]", lambda match: json.dumps(match[0])[1:-1], text)


def _capital(text: str) -> str:
    return re.sub(r"\\u[0-9a-f]{4}", lambda match: "\\u" + match[0][2:].upper(), _unicode(text))


def _html(text: str) -> str:
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


_ESCAPES: dict[str, Callable[[str], str]] = {"": str, "u": _unicode, "U": _capital, "html": _html}


def _members(parsed: dict[str, Any], body: bytes) -> Iterator[Mistake[Draft]]:
    """Each member left out, in the text's own way of writing where that is one we know."""
    style = next((place for place, (*_, written) in enumerate(_written(parsed)) if written == body), 0)
    for name in parsed:
        rest = {other: value for other, value in parsed.items() if other != name}
        *_, written = list(_written(rest))[style]
        yield _mistake(
            "V3_MEMBER_LEFT_OUT", f"{name} was sent but not signed: it was added to the body after signing",
            f"{name}已发送但没有参与签名（签名后才加入请求体）", written, Line.MEMBERS,
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
    try:
        text = body.decode()
        gbk = text.encode("gbk")
    except UnicodeError:
        return
    yield _mistake(
        "V3_BODY_GBK",
        "the body was signed as GBK bytes and sent as UTF-8",
        "签名时请求体按GBK编码，发送时按UTF-8编码",
        gbk,
    )
    yield _mistake(
        "V3_BODY_GARBLED", "the body was garbled when it was signed: UTF-8 read as ISO-8859-1", "签名时请求体已成乱码",
        text.encode().decode("latin-1").encode(),
    )  # fmt: skip
    yield _mistake(
        "V3_BODY_GARBLED", "Chinese had turned into question marks when the body was signed",
        "签名时请求体中的中文已变成问号", text.encode("ascii", "replace"),
    )  # fmt: skip
