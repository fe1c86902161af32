"""The usual mistakes of signing an APIv3 request, the likeliest first."""

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from urllib.parse import parse_qsl, quote, unquote, unquote_plus, urlencode

from sandbox.doctor.mistake import Mistake
from sandbox.doctor.v3body import body_mistakes
from sandbox.doctor.v3draft import Draft, Line

V3Mistake = Mistake[Draft]
Change = Callable[[Draft], Draft]

METHOD, URL, TIMESTAMP, NONCE, BODY = range(5)
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
HOSTS = ("https://api.mch.weixin.qq.com", "https://api2.mch.weixin.qq.com")
DRIFT = 5  # seconds by which a second call of the clock may differ from the first


def request_draft(method: str, target: str, timestamp: str, nonce_str: str, body: bytes) -> Draft:
    """A request as it should be signed; `target` is path and query as sent."""
    lines = (method, target, timestamp, nonce_str)
    return Draft((*(line.encode("utf-8", "surrogateescape") for line in lines), body))


def request_mistakes(right: Draft, base_urls: Sequence[str] = ()) -> Iterator[V3Mistake]:
    """All of them; `base_urls` are the schemes and hosts under which we can be reached."""
    yield from _urls(right.lines[URL].decode("utf-8", "surrogateescape"), (*HOSTS, *base_urls))
    if right.lines[BODY]:
        yield from body_mistakes(right.lines[BODY])
    yield from newline_mistakes()
    yield from _methods(right.lines[METHOD].decode())
    yield from timestamp_mistakes(right.lines[TIMESTAMP].decode(), TIMESTAMP)
    yield from _nonces(right.lines[NONCE])
    yield from order_mistakes(len(right.lines))
    yield Mistake(
        "V3_CALLBACK_MESSAGE", Line.WHOLE, "a notification's three lines were signed",
        "签名用了回调验签的三行格式（时间戳、随机串、报文主体）", lambda draft: draft._replace(lines=draft.lines[2:]),
    )  # fmt: skip


def newline_mistakes() -> Iterator[V3Mistake]:
    """How the lines are ended."""
    for code, newline, tail, text, text_zh in (
        ("V3_NO_LAST_NEWLINE", b"\n", b"", "the last newline was not signed", "待签名串缺少最后的换行符"),
        ("V3_NEWLINE_LITERAL", b"\\n", b"\\n", r"backslash and n were signed for newlines", r"换行写成了字面的\n"),
        ("V3_NEWLINE_LITERAL", b"\\n", b"", r"backslash and n were signed for newlines", r"换行写成了字面的\n"),
        ("V3_CRLF", b"\r\n", b"\r\n", "the lines were ended with CR LF", "换行用了\\r\\n"),
        ("V3_EXTRA_NEWLINE", b"\n", b"\n\n", "one newline too many was signed at the end", "末尾多了一个换行符"),
        ("V3_NO_NEWLINES", b"", b"", "the lines were joined without newlines", "各行之间没有换行符"),
        ("V3_NO_NEWLINES", b"&", b"", "the lines were joined with & between them", "各行之间用了&连接"),
    ):  # fmt: skip
        yield Mistake(code, Line.NEWLINES, text, text_zh, _ended(newline, tail))
    for hashed in ("hex", "raw"):
        yield Mistake(
            "V3_HASHED_TWICE", Line.HASH, "the message was hashed before it was signed: signing hashes by itself",
            "签名前先做了一次SHA-256，签名算法自己会做哈希", _hashed(hashed),
        )  # fmt: skip


def _ended(newline: bytes, tail: bytes) -> Change:
    return lambda draft: draft._replace(newline=newline, tail=tail)


def _hashed(hashed: str) -> Change:
    return lambda draft: draft._replace(hashed=hashed)


def with_line(number: int, text: str) -> Change:
    """One line replaced."""
    line = text.encode("utf-8", "surrogateescape")
    return lambda draft: draft.with_line(number, line)


def _urls(target: str, base_urls: Sequence[str]) -> Iterator[V3Mistake]:
    path, mark, query = target.partition("?")
    if mark:
        yield from _queries(query)
        yield Mistake(
            "V3_QUERY_AS_BODY", Line.QUERY, "the query string was signed as if it were the body",
            "签名时把查询串当成了请求体",
            lambda draft: draft.with_line(URL, path.encode()).with_line(BODY, query.encode()),
        )  # fmt: skip
    else:
        yield _path("a ? was signed at the end of the path", "签名时路径末尾多了?", lambda url: f"{url}?")
    for base in base_urls:
        host = base.partition("//")[2]
        for begin in (base, host):
            yield Mistake(
                "V3_FULL_URL", Line.PATH, f"more than path and query was signed: {begin}…",
                f"签名用了{begin}…，应只用路径和查询串", _with_url(_led_by(begin)),
            )  # fmt: skip
    yield _path("the path was signed with // at its start", "签名的路径以//开头", _led_by("/"))
    yield _path(
        "the path was signed without the / at its start", "签名的路径开头缺少/", lambda url: url.removeprefix("/")
    )
    yield _path("the path was signed without /v3", "签名的路径缺少/v3", lambda url: url.removeprefix("/v3"))
    yield _path("the path was signed with / at its end", "签名的路径末尾多了/", _with_slash)
    yield _path("the path was signed decoded", "签名的路径已解码", unquote)
    yield _path("the path was signed in lower case", "签名的路径用了小写", str.lower)


def _path(text: str, text_zh: str, change: Callable[[str], str]) -> V3Mistake:
    return Mistake("V3_PATH", Line.PATH, text, text_zh, _with_url(change))


def _with_url(change: Callable[[str], str]) -> Change:
    def changed(draft: Draft) -> Draft:
        url = draft.lines[URL].decode("utf-8", "surrogateescape")
        return draft.with_line(URL, change(url).encode("utf-8", "surrogateescape"))

    return changed


def _led_by(begin: str) -> Callable[[str], str]:
    return lambda url: f"{begin}{url}"


def _with_slash(url: str) -> str:
    path, mark, query = url.partition("?")
    return f"{path}/{mark}{query}"


def _queries(query: str) -> Iterator[V3Mistake]:
    yield _query("V3_QUERY_DROPPED", "the query string was not signed", "签名时漏了查询串", None)
    yield _query("V3_QUERY_DROPPED", "of the query string only the ? was signed", "签名时只留了?，漏了查询串", "")
    for decoded in (unquote(query), unquote_plus(query)):
        yield _query(
            "V3_QUERY_DECODED", "the query string was signed decoded, and sent encoded",
            "签名时查询串已解码，发送时是编码的", decoded,
        )  # fmt: skip
    pairs = parse_qsl(query, keep_blank_values=True)
    for code, ordered, how, how_zh in (
        ("V3_QUERY_ENCODED", pairs, "percent-encoded in another way", "URL编码方式不同"),
        ("V3_QUERY_SORTED", sorted(pairs), "in another order", "参数顺序不同"),
    ):
        for written in (
            urlencode(ordered), urlencode(ordered, quote_via=quote, safe=""), urlencode(ordered, safe=":/,@!*'()+"),
        ):  # fmt: skip
            yield _query(
                code, f"the query string was signed {how} than it was sent", f"签名的查询串与发送的{how_zh}", written
            )


def _query(code: str, text: str, text_zh: str, query: str | None) -> V3Mistake:
    def with_query(url: str) -> str:
        path = url.partition("?")[0]
        return path if query is None else f"{path}?{query}"

    return Mistake(code, Line.QUERY, text, text_zh, _with_url(with_query))


def _methods(method: str) -> Iterator[V3Mistake]:
    yield Mistake(
        "V3_METHOD", Line.METHOD, f"the method was signed as {method.lower()}, in lower case",
        "签名的请求方法用了小写，应为大写",
        with_line(METHOD, method.lower()),
    )  # fmt: skip
    for other in METHODS:
        if other != method:
            yield Mistake(
                "V3_METHOD", Line.METHOD, f"{other} was signed as the method, {method} was sent",
                f"签名的请求方法是{other}，实际发送的是{method}", with_line(METHOD, other),
            )  # fmt: skip


def timestamp_mistakes(timestamp: str, line: int) -> Iterator[V3Mistake]:
    """Of a line of seconds."""
    if not timestamp.isdecimal():
        return
    seconds = int(timestamp)
    yield milliseconds(f"{seconds}000", line)
    if seconds > 10**11:
        yield Mistake(
            "V3_TIMESTAMP_MS", Line.TIMESTAMP, "seconds were signed, milliseconds were sent",
            "签名用了秒，发送的是毫秒", with_line(line, str(seconds // 1000)),
        )  # fmt: skip
    for drift in sorted(range(-DRIFT, DRIFT + 1), key=abs):
        yield Mistake(
            "V3_TIMESTAMP_TWICE", Line.TIMESTAMP, f"{seconds + drift} was signed, {seconds} was sent",
            f"签名用的时间戳是{seconds + drift}，发送的不同", with_line(line, str(seconds + drift)),
        )  # fmt: skip


def milliseconds(timestamp: str, line: int) -> V3Mistake:
    """A line of milliseconds in the place of one of seconds."""
    return Mistake(
        "V3_TIMESTAMP_MS", Line.TIMESTAMP, "the timestamp was signed in milliseconds, sent in seconds",
        "签名用了毫秒时间戳，发送的是秒", with_line(line, timestamp),
    )  # fmt: skip


def _nonces(nonce: bytes) -> Iterator[V3Mistake]:
    for other, what, what_zh in (
        (nonce.lower(), "in lower case", "小写"),
        (nonce.upper(), "in upper case", "大写"),
        (b"", "empty", "空"),
        (nonce.replace(b"-", b""), "without hyphens", "不带连字符"),
    ):
        yield Mistake(
            "V3_NONCE", Line.NONCE, f"nonce_str was signed {what}, and sent otherwise",
            f"签名的nonce_str是{what_zh}的，与发送的不同",
            with_line(NONCE, other.decode("utf-8", "surrogateescape")),
        )  # fmt: skip


def order_mistakes(count: int) -> Iterator[V3Mistake]:
    """The lines in another order: two of them swapped, or all moved about when they are four."""
    right = tuple(range(count))
    for order in permutations(right):
        moved = sum(place != line for place, line in enumerate(order))
        if moved == 2 or (moved and count == 4):
            yield Mistake(
                "V3_LINES_ORDER",
                Line.ORDER,
                "the lines were signed in another order",
                "待签名串各行的顺序不对",
                _in_order(order),
            )


def _in_order(order: tuple[int, ...]) -> Change:
    return lambda draft: draft._replace(lines=tuple(draft.lines[place] for place in order))
