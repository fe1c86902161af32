"""What was pasted to be explained: raw HTTP, XML, a curl line, or parameters as JSON."""

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

STATUS_LINE = re.compile(r"HTTP/[\d.]+ \d{3}")
REQUEST_LINE = re.compile(r"([A-Z]+) (\S+) HTTP/[\d.]+\r?\n")
ANSI_QUOTED = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
BODY_OPTIONS = frozenset({"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"})
BARE_OPTIONS = frozenset({"-s", "-S", "-k", "-i", "-v", "-L", "--compressed", "--insecure", "--silent", "-sS", "-g"})
FORMS = "a raw HTTP request or answer, an XML body, a curl line, or the parameters as a JSON object"


class UnreadableError(ValueError):
    """The text is none of the forms; the message says what is wrong with it."""


class Statement(NamedTuple):
    """A message as far as the text tells it; `parameters` where it was a JSON object. Header names are lower case.

    An answer has no method.
    """

    method: str = "POST"
    target: str = ""
    headers: Mapping[str, str] = {}
    body: bytes = b""
    parameters: Mapping[str, Any] | None = None


def read(text: str) -> Statement:
    """Of whichever form it is. Raises UnreadableError."""
    text = text.removeprefix("\ufeff").lstrip()
    if REQUEST_LINE.match(text) or STATUS_LINE.match(text):
        return _raw(text)
    if re.match(r"(\$ )?curl\s", text):
        return _curl(text.removeprefix("$ "))
    if text.startswith("<"):
        return Statement(body=text.strip().encode("utf-8", "replace"))
    if text.startswith("{"):
        return _parameters(text)
    raise UnreadableError(f"the text is none of these: {FORMS}; it begins with {text[:20]!r}")


def _raw(text: str) -> Statement:
    head, body = (*re.split(r"\r?\n\r?\n", text, maxsplit=1), "")[:2]
    first, *lines = head.splitlines()
    method, target = ("", "/") if STATUS_LINE.match(first) else first.split(" ")[:2]
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    data = body.encode("utf-8", "replace")
    length = headers.get("content-length", "")
    # Without a length, the newline at the end is the file's.
    data = (
        data[: int(length)]
        if re.fullmatch(r"\d{1,9}", length, re.ASCII)
        else data.removesuffix(b"\n").removesuffix(b"\r")
    )
    return Statement(method, _target(target), headers, data)


def _target(url: str) -> str:
    """Path and query as sent, of a whole URL too."""
    if url.startswith("/"):
        return url
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
    except ValueError as error:
        raise UnreadableError(f"{url[:60]!r} is no URL: {error}") from None
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _curl(text: str) -> Statement:
    joined = ANSI_QUOTED.sub(lambda match: shlex.quote(_unescaped(match[1])), re.sub(r"\\\r?\n", " ", text))
    try:
        words = shlex.split(joined)[1:]
    except ValueError as error:
        raise UnreadableError(f"the curl line cannot be read: {error}") from None
    method, url, headers, bodies = "", "", {}, []
    while words:
        word = words.pop(0)
        option, _, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if not word.startswith("-"):
            url = word
        elif option not in BARE_OPTIONS:
            value = value or (words.pop(0) if words else "")
            if option in ("-X", "--request"):
                method = value
            elif option in ("-H", "--header"):
                name, _, told = value.partition(":")
                headers[name.strip().lower()] = told.strip()
            elif option == "--url":
                url = value
            elif option in BODY_OPTIONS:
                bodies.append(value)
    if any(body.startswith("@") for body in bodies):
        raise UnreadableError("the curl line takes its body from a file (@…): put the body itself in its place")
    body = "&".join(bodies).encode("utf-8", "replace")
    return Statement(method or ("POST" if bodies else "GET"), _target(url), headers, body)


def _unescaped(text: str) -> str:
    """What stands in $'…': \\n, \\u8336, \\'."""
    return re.sub(
        r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)",
        lambda match: chr(int(match[1][1:], 16)) if len(match[1]) > 1 else ESCAPES.get(match[1], match[1]),
        text,
        flags=re.DOTALL,
    )


ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def _parameters(text: str) -> Statement:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"the JSON cannot be read: {error}") from None
    if not isinstance(given, dict):
        raise UnreadableError("the JSON must be an object")
    return Statement(parameters=given)
