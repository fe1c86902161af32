"""Hostile and broken input: an answer in the platform's form, in bounded time and memory, and the server goes on."""

import asyncio
import gzip
import hashlib
import json
import logging
import resource
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest

from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.gateway.connection import MAX_BODY, Server
from sandbox.gateway.edge import Edge

KEY = "sandboxAPIv2key0sandboxAPIv2key0"
ORDER = {
    "appid": "wx5a4d8bf0c0de0001", "body": "茶叶一罐", "mch_id": "1900000001", "nonce_str": "N",
    "notify_url": "http://127.0.0.1:9/n", "spbill_create_ip": "127.0.0.1", "total_fee": "199", "trade_type": "NATIVE",
}  # fmt: skip
PAGE = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body bgcolor=\"white\">\r\n<center><h1>{0}</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)  # fmt: skip
MB = 1 << 20


class Heard(NamedTuple):
    """A reply as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Target:
    """The edge with little patience, and raw connections to it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._orders = 0

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.close()

    async def send(self, *pieces: bytes) -> Heard:
        """Say these bytes; what is answered."""
        async with self.connection() as (reader, writer):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            return await hear(reader)

    async def post(self, body: bytes, *headers: str, path: str = "/pay/unifiedorder", method: str = "POST") -> Heard:
        """Post a body with its right length."""
        return await self.send(head(method, path, f"Content-Length: {len(body)}", *headers) + body)

    async def order(self) -> Heard:
        """A good order."""
        self._orders += 1
        return await self.post(signed({**ORDER, "out_trade_no": f"A{self._orders}"}))


def head(method: str, path: str, *headers: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode()


def signed(fields: dict[str, str]) -> bytes:
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields)) + f"&key={KEY}"
    whole = {**fields, "sign": hashlib.md5(text.encode()).hexdigest().upper()}
    return ("<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in whole.items()) + "</xml>").encode()


async def hear(reader: asyncio.StreamReader) -> Heard:
    async with asyncio.timeout(8):
        raw = (await reader.readuntil(b"\r\n\r\n")).decode()
        status, *lines = raw.rstrip().split("\r\n")
        headers = {name.title(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("Content-Length", 0)))
        return Heard(int(status.split(" ")[1]), headers, body)


@pytest.fixture
async def target(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Target]:
    """Half a second for a body, a second for headers. In the end it still takes an order, and has logged no error."""
    async with Sandbox(Settings(port=0, seed="1", strict=True)) as box:
        server = Server(Edge(box.pipeline, box.wall, body_seconds=0.5).answer, idle_seconds=1.0)
        listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0, backlog=512)
        aim = Target(listener.sockets[0].getsockname()[1])
        yield aim
        alive = await aim.order()
        listener.close()
        await server.shutdown(0.1)
    assert (alive.status, b"<result_code><![CDATA[SUCCESS]]>" in alive.body) == (200, True)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def assert_page(heard: Heard, title: str) -> None:
    """nginx's own page under its own name."""
    assert (heard.status, heard.text) == (int(title[:3]), PAGE.format(title))
    assert heard.headers["Server"] == "nginx"
    assert heard.headers["Content-Type"] == "text/html"
    assert_no_banner(heard)


def assert_no_banner(heard: Heard) -> None:
    """Nothing tells which library answers."""
    whole = json.dumps(heard.headers).lower() + heard.text.lower()
    assert not any(word in whole for word in ("aiohttp", "python", "traceback"))


def assert_fail(heard: Heard, text: str) -> None:
    """A protocol-level refusal: two elements."""
    assert heard.status == 200
    assert heard.text == (
        f"<xml><return_code><![CDATA[FAIL]]></return_code>\n<return_msg><![CDATA[{text}]]></return_msg>\n</xml>"
    )


def peak() -> int:
    """The process's highest memory so far, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


BOMB = (
    b'<!DOCTYPE lolz [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><xml><body>&j;</body></xml>"
)
XXE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><body>&f;</body><mch_id>1900000001</mch_id></xml>'


@pytest.mark.parametrize(
    "body",
    [
        XXE,
        XXE.replace(b"file:///etc/passwd", b"http://127.0.0.1:9/x"),
        b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><xml/>',
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]><xml/>',
        BOMB,
        b"<a>" * 900 + b"</a>" * 900,
        b"<a>" * 100_000,
        b"<xml>" + b"<f>1</f>" * 100_000 + b"</xml>",
        b"<xml><body>\x00</body></xml>",
        b"\x00" * 1000,
        b"<xml><body>\xff\xfe</body></xml>",
        "<xml><body>茶叶</body></xml>".encode("gbk"),
        '<?xml version="1.0" encoding="GBK"?><xml><body>茶叶</body></xml>'.encode("gbk"),
        "<xml></xml>".encode("utf-16"),
        b"<xml><body>&#0;</body></xml>",
        b"<xml><body>\xed\xa0\x80</body></xml>",
        b"<xml><" + b"n" * 500_000 + b">1</xml>",
        b"<xml>",
        b"{}",
        b"%" * 1000,
    ],
    ids=["xxe-file", "xxe-http", "external-dtd", "parameter-entity", "billion-laughs", "deep", "deeper", "flood", "nul",
         "nuls", "not-utf8", "gbk", "gbk-declared", "utf-16", "nul-reference", "surrogate", "long-name",
         "unclosed", "json", "percent"],
)  # fmt: skip
async def test_what_is_no_xml(target: Target, body: bytes) -> None:
    """Every trick known to XML parsers is the same malformed message, answered at once."""
    started, before = time.perf_counter(), peak()

    heard = await target.post(body)

    assert_fail(heard, "XML格式错误")
    assert time.perf_counter() - started < 1
    assert peak() - before < 64 * MB


async def test_a_long_text_is_no_attack(target: Target) -> None:
    """A field as large as a body may be is a field too long, not a broken message."""
    body = b"<xml><mch_id>1900000001</mch_id><appid>" + b"x" * (MAX_BODY - 100) + b"</appid></xml>"

    heard = await target.post(body)

    assert "字节数 1048476，大于最大值 32" in heard.text


@pytest.mark.parametrize("size", [MAX_BODY + 1, 10 * MB])
async def test_a_body_too_large_with_its_length(target: Target, size: int) -> None:
    """413 as nginx writes it, heard by a client that first sends everything; the connection ends."""
    before = peak()

    heard = await target.post(b"x" * size)

    assert_page(heard, "413 Request Entity Too Large")
    assert heard.headers["Connection"] == "close"
    assert peak() - before < 64 * MB


async def test_a_body_of_exactly_the_limit_is_read(target: Target) -> None:
    """1 MiB is not too large."""
    assert_fail(await target.post(b"x" * MAX_BODY), "XML格式错误")


async def test_a_body_too_large_is_refused_before_it_is_sent(target: Target) -> None:
    """A length of 10 GB is refused by its header alone."""
    assert_page(
        await target.send(head("POST", "/pay/unifiedorder", "Content-Length: 10000000000")),
        "413 Request Entity Too Large",
    )


async def test_a_chunked_flood_is_cut_off(target: Target) -> None:
    """Without a length the body is counted while it comes."""
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"

    heard = await target.send(
        head("POST", "/pay/unifiedorder", "Transfer-Encoding: chunked"), *[chunk] * 40, b"0\r\n\r\n"
    )

    assert_page(heard, "413 Request Entity Too Large")


async def test_a_chunked_order_is_taken(target: Target) -> None:
    """Some clients send chunks; they are a body like any other."""
    body = signed({**ORDER, "out_trade_no": "C1"})
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:50], body[50:])]

    heard = await target.send(head("POST", "/pay/unifiedorder", "Transfer-Encoding: chunked"), *chunks, b"0\r\n\r\n")

    assert b"prepay_id" in heard.body


async def test_a_compressed_bomb_stays_packed(target: Target) -> None:
    """The gateway unpacks nothing: gzip bytes are no XML, however much they would become."""
    before = peak()

    heard = await target.post(gzip.compress(b"x" * (200 * MB), 9)[:MAX_BODY], "Content-Encoding: gzip")

    assert_fail(heard, "XML格式错误")
    assert peak() - before < 250 * MB


async def test_a_slow_body_times_out(target: Target) -> None:
    """A body that drips longer than its time is answered 408 and the connection ends; others are served meanwhile."""
    async with target.connection() as (reader, writer):
        writer.write(head("POST", "/pay/unifiedorder", "Content-Length: 100000"))
        started = time.perf_counter()

        async def drip() -> None:
            while not writer.is_closing():
                writer.write(b"<")
                await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        served = await target.order()
        heard = await hear(reader)
        dripping.cancel()

    assert b"prepay_id" in served.body
    assert_page(heard, "408 Request Time-out")
    assert 0.4 < time.perf_counter() - started < 3
    assert heard.headers["Connection"] == "close"


def test_a_body_has_ten_seconds() -> None:
    """Unless the edge is built with another patience."""
    assert Edge.__init__.__kwdefaults__ == {"body_seconds": 10.0}


async def test_a_length_beyond_the_body(target: Target) -> None:
    """A client that promised more and waits gets 408; one that hangs up gets nothing and leaves nothing."""
    whole = head("POST", "/pay/unifiedorder", "Content-Length: 500") + b"<xml/>"

    assert_page(await target.send(whole), "408 Request Time-out")
    async with target.connection() as (_, writer):
        writer.write(whole)
        await writer.drain()


async def test_a_length_short_of_the_body(target: Target) -> None:
    """The rest is no request: a refusal in our form, and the connection ends."""
    body = signed({**ORDER, "out_trade_no": "S1"})
    async with target.connection() as (reader, writer):
        writer.write(head("POST", "/pay/unifiedorder", f"Content-Length: {len(body) - 20}") + body)
        raw = await asyncio.wait_for(reader.read(), 3)

    assert raw.split(b" ", 2)[1] in (b"200", b"400")
    assert b"prepay_id" not in raw
    assert b"Server: nginx" in raw


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100,
        b"GARBAGE\r\n\r\n",
        b"POST\r\n\r\n",
        b"POST /pay/unifiedorder HTTP/9.9\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"POST /pay/unifiedorder HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /pay/unifiedorder HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /pay/unifiedorder HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc",
        b"POST /pay/unifiedorder HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        b"POST /pay/unifiedorder HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /pay/unifiedorder HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST /pay/unifiedorder HTTP/1.1\r\nBad Name: x\r\n\r\n",
        b"POST /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"POST /pay/unifiedorder HTTP/1.1\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"POST /pay/unifiedorder HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + b"\r\n",
    ],
    ids=["tls-hello", "word", "no-target", "version", "control", "length-word", "length-negative",
         "two-lengths", "length-and-chunks", "bad-chunk", "no-colon", "blank-in-name", "long-line", "long-header",
         "header-flood"],
)  # fmt: skip
async def test_what_only_the_parser_sees(target: Target, garbage: bytes) -> None:
    """A bare 400 that names no library, and the connection is closed."""
    async with target.connection() as (reader, writer):
        writer.write(garbage)
        heard = await hear(reader)
        async with asyncio.timeout(3):
            rest = await reader.read()

    assert_page(heard, "400 Bad Request")
    assert rest == b""


@pytest.mark.parametrize(
    "path", ["/", "/pay/nothing", "/pay/unifiedorder/", "/PAY/UNIFIEDORDER", "/%00", "/..;/x", "//"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
async def test_a_path_where_nothing_is(target: Target, method: str, path: str) -> None:
    """nginx's 404 for every method, and the connection stays open."""
    heard = await target.post(b"<xml/>", path=path, method=method)

    assert_page(heard, "404 Not Found")
    assert heard.headers["Connection"] == "keep-alive"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
async def test_a_wrong_method(target: Target, method: str) -> None:
    """The gateway's own text, whatever the body."""
    heard = await target.post(b"<xml/>", method=method)

    if method == "BREW":  # the parser may refuse a method that nobody has
        assert heard.status in (200, 400)
        assert_no_banner(heard)
        return
    assert_fail(heard, "请使用post方法")


async def test_head_and_connect(target: Target) -> None:
    """HEAD has no body; CONNECT is no proxy here and shows no banner."""
    async with target.connection() as (reader, writer):
        writer.write(head("HEAD", "/pay/unifiedorder", "Connection: close"))
        raw = await asyncio.wait_for(reader.read(), 3)
    assert raw.startswith(b"HTTP/1.1 200 OK\r\n")
    assert raw.endswith(b"\r\n\r\n")

    heard = await target.send(b"CONNECT api.mch.weixin.qq.com:443 HTTP/1.1\r\nHost: api.mch.weixin.qq.com:443\r\n\r\n")
    assert heard.status in (400, 404, 405)
    assert_no_banner(heard)


async def test_an_empty_post(target: Target) -> None:
    """No body is a refusal of its own, with or without a length."""
    assert_fail(await target.post(b""), "post数据为空")
    assert_fail(await target.send(head("POST", "/pay/unifiedorder")), "post数据为空")


async def test_a_client_that_asks_before_it_sends(target: Target) -> None:
    """`Expect: 100-continue` is answered, so that nobody waits a second; a body too large is not asked for."""
    body = signed({**ORDER, "out_trade_no": "E1"})
    async with target.connection() as (reader, writer):
        writer.write(head("POST", "/pay/unifiedorder", f"Content-Length: {len(body)}", "Expect: 100-continue"))
        go = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 0.4)
        writer.write(body)
        heard = await hear(reader)

    assert go == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert b"prepay_id" in heard.body
    assert_page(
        await target.send(head("POST", "/pay/unifiedorder", "Content-Length: 2000000", "Expect: 100-continue")),
        "413 Request Entity Too Large",
    )


async def test_a_client_that_offers_http_2(target: Target) -> None:
    """Java's client offers h2c on every plain request; the offer is passed over and the body read."""
    body = signed({**ORDER, "out_trade_no": "H1"})

    heard = await target.post(
        body, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"
    )

    assert b"prepay_id" in heard.body


async def test_http_1_0(target: Target) -> None:
    """An old client gets its answer and the end of the connection, without a Host header too."""
    body = signed({**ORDER, "out_trade_no": "O1"})
    async with target.connection() as (reader, writer):
        writer.write(b"POST /pay/unifiedorder HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        raw = await asyncio.wait_for(reader.read(), 3)

    assert b"prepay_id" in raw
    assert b"Connection: close" in raw


async def test_a_missing_host_asks_no_name_service(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """The URL in a diagnosis falls back to the address that was reached."""
    monkeypatch.setattr(socket, "getfqdn", None)

    heard = await target.send(b"POST /pay/unifiedorder HTTP/1.0\r\nContent-Length: 1\r\n\r\nx")

    assert f"http://127.0.0.1:{target.port}/_sandbox/exchanges/" in heard.headers["Sandbox-Diagnosis"]


@pytest.mark.parametrize("host", ["ex\u00e4mple", "a" * 8000, "x y", "[::1", "h\x7f"])
async def test_a_strange_host(target: Target, host: str) -> None:
    """Whatever stands in Host, the answer is sent and its headers are plain."""
    heard = await target.send(
        b"POST /pay/unifiedorder HTTP/1.1\r\nHost: %s\r\nContent-Length: 1\r\n\r\nx" % host.encode()
    )

    assert heard.status in (200, 400)
    assert len(heard.headers.get("Sandbox-Diagnosis", "")) <= 512
    assert heard.headers.get("Sandbox-Diagnosis", "").isascii()


async def test_close_is_honoured(target: Target) -> None:
    """A client that says close hears close, and the connection ends."""
    async with target.connection() as (reader, writer):
        writer.write(head("POST", "/pay/unifiedorder", "Content-Length: 1", "Connection: close") + b"x")
        heard = await hear(reader)
        rest = await asyncio.wait_for(reader.read(), 3)

    assert (heard.headers["Connection"], rest) == ("close", b"")


async def test_requests_in_a_row_on_one_connection(target: Target) -> None:
    """Sent without waiting, answered in order."""
    bodies = [signed({**ORDER, "out_trade_no": f"P{n}"}) for n in range(20)]
    async with target.connection() as (reader, writer):
        for body in bodies:
            writer.write(head("POST", "/pay/unifiedorder", f"Content-Length: {len(body)}") + body)
        heard = [await hear(reader) for _ in bodies]

    assert all(b"prepay_id" in one.body for one in heard)


async def test_many_idle_connections(target: Target) -> None:
    """Four hundred that say nothing or half a header hold up nobody, and are closed after the idle time."""
    before = peak()
    streams = [await asyncio.open_connection("127.0.0.1", target.port) for _ in range(400)]
    for n, (_, writer) in enumerate(streams):
        if n % 2:
            writer.write(b"POST /pay/unifiedorder HTTP/1.1\r\nX-Slow: ")
    started = time.perf_counter()
    for _ in range(20):
        assert b"prepay_id" in (await target.order()).body
    assert time.perf_counter() - started < 2

    ends = await asyncio.wait_for(asyncio.gather(*(reader.read() for reader, _ in streams)), 5)

    assert set(ends) == {b""}
    assert peak() - before < 64 * MB
    for _, writer in streams:
        writer.close()


async def test_connections_torn_down_in_the_middle(target: Target) -> None:
    """Resets before, within and after a request leave nothing behind."""
    body = signed({**ORDER, "out_trade_no": "R1"})
    whole = head("POST", "/pay/unifiedorder", f"Content-Length: {len(body)}") + body
    for cut in (0, 10, len(whole) - len(body), len(whole) - 5, len(whole)):
        async with target.connection() as (_, writer):
            writer.write(whole[:cut])
            await writer.drain()
            raw: socket.socket = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
    await asyncio.sleep(0.1)


async def test_the_journal_stays_bounded(target: Target) -> None:
    """A thousand refusals of a hundred kilobytes each do not pile up."""
    await target.post(b"<xml>" + b"x" * 100_000)
    before = peak()
    async with target.connection() as (reader, writer):
        request = head("POST", "/pay/unifiedorder", "Content-Length: 100005", f"X-Pad: {'p' * 10_000}") + b"<xml>"
        for _ in range(1000):
            writer.write(request + b"x" * 100_000)
            await hear(reader)

    assert peak() - before < 48 * MB
