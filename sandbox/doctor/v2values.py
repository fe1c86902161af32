"""Values that were signed otherwise than they were sent."""

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from sandbox.doctor.mistake import Mistake
from sandbox.doctor.v2draft import Change, Draft, Step, Text, with_text

V2Mistake = Mistake[Draft]


def all_values(right: Draft) -> Iterator[V2Mistake]:
    for change in (
        lambda value: quote(value, safe=""), quote_plus, quote, _lower_quote, lambda value: quote(value, safe="!'()*~"),
    ):  # fmt: skip
        yield Mistake(
            "SIGN_URL_ENCODED", Step.VALUES, "the values were URL-encoded when they were signed: sign them as they are",
            "签名时参数值做了URL编码，应使用原始值", each_value(change),
        )  # fmt: skip
    for change in (_escaped, _html_escaped, _entities):
        yield Mistake(
            "SIGN_XML_ESCAPED", Step.VALUES, "the values were signed with XML entities in them (&amp;)",
            "签名时参数值含XML转义（&amp;）", each_value(change),
        )  # fmt: skip
    for bare in (r"", r"\d+"):
        yield Mistake(
            "SIGN_CDATA", Step.VALUES, "the CDATA markers were signed with the values: sign what stands between them",
            "签名时带了CDATA标记，应只对其中的内容签名", each_value(_marked(bare)),
        )  # fmt: skip
    yield Mistake(
        "SIGN_TRIMMED", Step.VALUES, "blanks around a value were sent but not signed",
        "参数值首尾的空格已发送但没有参与签名", each_value(str.strip),
    )  # fmt: skip
    yield Mistake(
        "SIGN_URL_DECODED", Step.VALUES, "URL-encoded values were sent, and signed decoded",
        "发送的是URL编码后的值，签名用的是解码后的值", each_value(unquote),
    )  # fmt: skip
    for quotes in ('"', "'"):
        yield Mistake(
            "SIGN_QUOTED", Step.VALUES, f"the values were signed with {quotes} around them",
            f"签名时参数值带了引号{quotes}", each_value(_between(quotes)),
        )  # fmt: skip
    for escaped in (_ascii, lambda value: _ascii(value).upper().replace("\\U", "\\u")):
        yield Mistake(
            "SIGN_TEXT_ESCAPED", Step.VALUES, r"Chinese was signed as \uXXXX: sign the text itself",
            r"签名时中文写成了\uXXXX转义，应对原文签名", each_value(escaped),
        )  # fmt: skip
    yield Mistake(
        "SIGN_TEXT_LOST", Step.VALUES, "Chinese had turned into question marks before it was signed",
        "签名前中文已变成问号（字符集设置错误）", each_value(lambda value: value.encode("ascii", "replace").decode()),
    )  # fmt: skip
    for name, value in right.text.pairs:
        if name.endswith("_fee") and re.fullmatch(r"\d+(\.\d+)?", value):
            yield from _amounts(name, value)


def _amounts(name: str, value: str) -> Iterator[V2Mistake]:
    whole = value.partition(".")[0]
    yuan = f"{int(whole) // 100}.{int(whole) % 100:02d}"
    for other in dict.fromkeys((whole, f"{whole}.0", f"{whole}.00", yuan, yuan.rstrip("0").rstrip("."), f"{whole}00")):
        if other != value:
            yield Mistake(
                "SIGN_AMOUNT_FORMAT", Step.VALUES, f"{name} was signed as {other} but sent as {value}",
                f"签名时{name}为{other}，发送的却是{value}", one_value(name, always(other)),
            )  # fmt: skip


def known_values(known: Iterable[tuple[str, str]]) -> Iterator[V2Mistake]:
    for name, other in dict.fromkeys(known):
        yield Mistake(
            "SIGN_VALUE_CHANGED", Step.VALUES, f"{name} was signed as {other!r}, and another value was sent",
            f"签名时{name}为{other}，发送的却是另一个值", one_value(name, always(other)),
        )  # fmt: skip


def single_values(right: Draft) -> Iterator[V2Mistake]:
    for name, value in right.text.pairs:
        if not value:
            continue
        for encoded in dict.fromkeys((quote(value, safe=""), quote(value), quote_plus(value))):
            if encoded != value:
                yield Mistake(
                    "SIGN_URL_ENCODED", Step.VALUES, f"{name} was URL-encoded when it was signed: sign it as it is",
                    f"签名时{name}做了URL编码，应使用原始值", one_value(name, always(encoded)),
                )  # fmt: skip
        if "%" in value or "+" in value:
            yield Mistake(
                "SIGN_URL_DECODED", Step.VALUES, f"{name} was sent URL-encoded, and signed decoded",
                f"{name}发送的是URL编码后的值，签名用的是解码后的值", one_value(name, unquote_plus),
            )  # fmt: skip
        for blank in (" ", "\n", "\r\n"):
            yield Mistake(
                "SIGN_BLANKS_SIGNED", Step.VALUES, f"{name} was signed with a blank or newline after it",
                f"签名时{name}末尾多了空格或换行，发送时没有", one_value(name, _followed_by(blank)),
            )  # fmt: skip


def each_value(change: Callable[[str], str]) -> Change:
    """Every value changed."""

    def changed(text: Text) -> Text:
        return text._replace(pairs=tuple((name, change(value)) for name, value in text.pairs))

    return with_text(changed)


def one_value(name: str, change: Callable[[str], str]) -> Change:
    """One value changed."""

    def changed(text: Text) -> Text:
        return text._replace(pairs=tuple((n, change(value) if n == name else value) for n, value in text.pairs))

    return with_text(changed)


def _lower_quote(value: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), quote(value, safe=""))


def _escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _html_escaped(value: str) -> str:
    return _escaped(value).replace('"', "&quot;").replace("'", "&#x27;")


def _entities(value: str) -> str:
    return _escaped(value).replace('"', "&quot;").replace("'", "&apos;")


def _marked(bare: str) -> Callable[[str], str]:
    return lambda value: f"<![CDATA[{value}]]>" if value and not re.fullmatch(bare, value) else value


def _ascii(value: str) -> str:
    return value.encode("ascii", "backslashreplace").decode().replace("\\x", "\\u00")


def always(other: str) -> Callable[[str], str]:
    """Another value, whatever it was."""
    return lambda _: other


def _followed_by(blank: str) -> Callable[[str], str]:
    return lambda value: f"{value}{blank}"


def _between(quotes: str) -> Callable[[str], str]:
    return lambda value: f"{quotes}{value}{quotes}" if value else value
