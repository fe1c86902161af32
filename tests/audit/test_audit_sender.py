"""What probes send stays near, is counted, and any answer or none is an answer."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.audit.notice import Letter
from sandbox.audit.sender import Heard, OutOfBounds, Sender, ensure_near, ensure_there

LETTER = Letter({"Content-Type": "text/plain", "X-Mixed-Case": "1"}, b"hello")


class Ear:
    """A server, and what came to it."""

    def __init__(self) -> None:
        self.url = ""
        self.heard: list[tuple[str, web.BaseRequest, bytes]] = []
        self.delay = 0.0

    async def hear(self, request: web.Request) -> web.Response:
        """Keeps the request with its bytes."""
        body = await request.read()
        self.heard.append((request.method, request, body))
        await asyncio.sleep(self.delay)
        return web.Response(text="ok")


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    """Listens on loopback."""
    listener = Ear()
    app = web.Application()
    app.router.add_route("*", "/notify", listener.hear)
    async with TestServer(app) as server:
        listener.url = str(server.make_url("/notify"))
        yield listener


@pytest.fixture
async def sender(ear: Ear) -> AsyncIterator[Sender]:
    """May send three requests."""
    one = Sender(ear.url, "v3", 3, 1.0)
    yield one
    await one.close()


async def test_no_more_is_sent_than_was_announced(sender: Sender, ear: Ear) -> None:
    """The fourth of three is refused here, not at the merchant."""
    for _ in range(3):
        assert (await sender.send(LETTER)).status == 200
    with pytest.raises(OutOfBounds, match="all 3 requests"):
        await sender.send(LETTER)

    assert len(ear.heard) == 3


async def test_a_letter_arrives_as_it_was_written(sender: Sender, ear: Ear) -> None:
    """Method, query, the spelling of headers, HTTP/1.0, and a body without a length."""
    await sender.send(Letter({"x-Odd": "1"}, b"", method="GET", query="a=%20b"), http10=True)
    await sender.send(LETTER, chunked=True)
    (method, got, _), (_, chunked, body) = ear.heard

    assert (method, got.raw_path, got.version) == ("GET", "/notify?a=%20b", (1, 0))
    assert (b"x-Odd", b"1") in got.raw_headers
    assert chunked.content_length is None
    assert body == b"hello"


async def test_a_packed_body_is_unpacked_by_the_server(sender: Sender, ear: Ear) -> None:
    """Content-Encoding says so, and what was read is the whole."""
    await sender.send_gzipped(LETTER.saying(b" " * 10_000))
    ((_, request, body),) = ear.heard

    assert request.headers["Content-Encoding"] == "gzip"
    assert body == b" " * 10_000


async def test_half_a_body_waits_for_the_other(sender: Sender, ear: Ear) -> None:
    """The merchant has it only when it may go on."""
    go_on = asyncio.Event()
    sending = asyncio.create_task(sender.send_slowly(LETTER, go_on))
    await asyncio.sleep(0.1)
    before = len(ear.heard)
    go_on.set()
    heard = await sending

    assert (before, heard.status, ear.heard[0][2]) == (0, 200, b"hello")


async def test_no_answer_is_told_with_its_reason(sender: Sender, ear: Ear) -> None:
    """Too late is too late; nobody there is nobody there."""
    ear.delay = 1.5
    late = await sender.send(LETTER)
    other = Sender("http://127.0.0.1:9/", "v2", 1, 1.0)
    nobody = await other.send(LETTER)
    await other.close()

    assert (late.status, late.failure) == (None, "no answer within 1 s")
    assert nobody.status is None
    assert "ClientConnectorError" in nobody.failure


@pytest.mark.parametrize(
    ("heard", "acknowledged"),
    [
        (Heard("v3", 200, {}, b"FAIL"), True),
        (Heard("v3", 204), True),
        (Heard("v3", 302), False),
        (Heard("v2", 204), False),
        (Heard("v2", 200, {}, b"<xml><return_code>SUCCESS</return_code></xml>"), True),
        (Heard("v2", 200, {}, b"<xml><return_code>FAIL</return_code></xml>"), False),
        (Heard("v2", 200, {}, b"<html>SUCCESS</html"), False),
        (Heard("v2", None, failure="no answer"), False),
    ],
)
def test_an_answer_counts_as_the_platform_counts(heard: Heard, acknowledged: bool) -> None:
    """v2 wants 200 and SUCCESS in XML, APIv3 200 or 204."""
    assert heard.acknowledged is acknowledged


@pytest.mark.parametrize(
    ("url", "allowed", "complaint"),
    [
        ("http://8.8.8.8/notify", (), "a public address"),
        ("http://[2001:4860:4860::8888]/notify", (), "a public address"),
        ("ftp://127.0.0.1/notify", (), "expected the notify URL"),
        ("/notify", (), "expected the notify URL"),
        ("http://127.0.0.1:99999/notify", (), "no URL"),
    ],
)
async def test_only_what_is_near_is_probed(url: str, allowed: tuple[str, ...], complaint: str) -> None:
    """Public addresses and what is no URL are refused with what to do."""
    with pytest.raises(OutOfBounds, match=complaint):
        await ensure_near(url, allowed)


async def test_loopback_and_hosts_named_by_hand_may_be_probed(ear: Ear) -> None:
    """A name that leads home is home; a public host is allowed by its name only."""
    await ensure_near("http://localhost:1/notify", ())
    await ensure_near("http://8.8.8.8/notify", ("8.8.8.8",))
    await ensure_there(ear.url)
    with pytest.raises(OutOfBounds, match="nothing answers at "):
        await ensure_there("http://127.0.0.1:9/x")
