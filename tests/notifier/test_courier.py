"""The courier against servers that behave, and servers that do not."""

import asyncio
import datetime
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox.domain.settings import Notify
from sandbox.notifier import courier as module
from sandbox.notifier.courier import MAX_ANSWER, Answer, Courier

BODY = "<xml><attach><![CDATA[附加]]></attach>\n</xml>".encode()
HEADERS = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Accept": "*/*", "Connection": "close"}


async def carry(courier: Courier, url: str, prefixes: dict[str, str] | None = None, **choices: Any) -> Answer:
    notify = Notify(**{"timeout": 2.0, **choices})
    return await courier.carry(url, HEADERS, BODY, notify=notify, prefixes=prefixes or {})


@asynccontextmanager
async def raw(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]) -> AsyncIterator[str]:
    """A TCP server that says what `talk` says; its URL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"</xml>")
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def test_what_the_merchant_gets(courier: Courier, shop: Any) -> None:
    """The bytes as they are, the platform's headers and no others, path and query as ordered."""
    answer = await carry(courier, f"{shop.url}/notify/%E4%BB%98?a=1%2F2&b")

    (post,) = shop.posts
    assert (answer.status, answer.failure) == (200, "")
    assert (post.path, post.body) == ("/notify/%E4%BB%98?a=1%2F2&b", BODY)
    assert dict(post.headers) == {
        **HEADERS, "Host": f"127.0.0.1:{shop.port}", "Content-Length": str(len(BODY)),
    }  # fmt: skip


async def test_the_answer_is_kept(courier: Courier, shop: Any) -> None:
    """Status, headers, body and how long it took."""

    async def respond(request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(0.05)
        return web.Response(status=418, body=b"short and stout", headers={"X-Pot": "tea"})

    shop.respond = respond

    answer = await carry(courier, shop.url)

    assert (answer.status, answer.body, answer.headers["X-Pot"]) == (418, b"short and stout", "tea")
    assert 40 <= answer.took < 2000


async def test_redirects_are_not_followed(courier: Courier, shop: Any) -> None:
    """A login filter's redirect is the answer; nothing is posted to where it leads."""

    async def respond(request: web.BaseRequest) -> web.Response:
        return web.Response(status=302, headers={"Location": f"{shop.url}/login"})

    shop.respond = respond

    assert (await carry(courier, f"{shop.url}/notify")).status == 302
    assert [post.path for post in shop.posts] == ["/notify"]


async def test_a_map_keeps_path_query_and_host(courier: Courier, shop: Any) -> None:
    """The local server sees the public host name; the record shows where it really went, and the headers sent."""
    answer = await carry(courier, "https://shop.example/pay/notify?x=1", {"https://shop.example": shop.url})

    (post,) = shop.posts
    assert post.path == "/pay/notify?x=1"
    assert dict(post.headers)["Host"] == "shop.example"
    assert answer.url == f"{shop.url}/pay/notify?x=1"
    assert answer.request_headers == {**HEADERS, "Host": "shop.example"}


async def test_nothing_is_sent_to_a_public_address(courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    """A public literal is refused before any socket is opened."""
    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", None)

    answer = await carry(courier, "http://8.8.8.8/notify")

    assert answer.failure == (
        "http://8.8.8.8/notify is a public address and an offline sandbox does not post to the internet: "
        "add --notify-map http://8.8.8.8=http://127.0.0.1:3000 (the address of your server)"
    )


class Names:
    """A name service that knows what a test tells it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, known: dict[str, list[str]]) -> None:
        self.asked: list[str] = []

        def getaddrinfo(host: str, port: int, *args: Any, **more: Any) -> Any:
            self.asked.append(host)
            if host not in known:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known[host]]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


async def test_a_name_that_leads_home_is_posted_to(
    courier: Courier, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A local name is a local address."""
    Names(monkeypatch, {"shop.test": ["127.0.0.1"]})

    assert (await carry(courier, f"http://shop.test:{shop.port}/n")).status == 200
    assert dict(shop.posts[0].headers)["Host"] == f"shop.test:{shop.port}"


@pytest.mark.parametrize("addresses", [["8.8.8.8"], ["127.0.0.1", "8.8.8.8"]])
async def test_a_name_that_leads_away_is_refused(
    courier: Courier, shop: Any, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    """One public address among those of a name is enough, and the option to add is named; each time anew."""
    Names(monkeypatch, {"shop.test": addresses})

    for _ in range(2):
        answer = await carry(courier, f"http://shop.test:{shop.port}/n")

        assert "is a public address and an offline sandbox" in answer.failure
        assert f"add --notify-map http://shop.test:{shop.port}=http://127.0.0.1:3000" in answer.failure
    assert shop.posts == []


async def test_an_unknown_name_names_the_option_too(courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a network a public name cannot be resolved: the remedy is the same."""
    Names(monkeypatch, {})

    answer = await carry(courier, "https://shop.example/n")

    assert answer.failure.startswith("the host of https://shop.example/n is not known (")
    assert "add --notify-map https://shop.example=http://127.0.0.1:3000" in answer.failure


async def test_a_name_server_that_never_answers(courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some resolvers hang without a network: the attempt fails in time, and not as a slow merchant."""
    monkeypatch.setattr(module, "RESOLVE_SECONDS", 0.05)

    class Deaf:
        async def resolve(self, *_: Any) -> Any:
            await asyncio.sleep(3600)

    monkeypatch.setattr(module, "ThreadedResolver", Deaf)

    answer = await carry(courier, "https://shop.example/n")

    assert "(the name server does not answer); if it is a public one, add --notify-map" in answer.failure


async def test_public_addresses_may_be_allowed(courier: Courier, shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting lets any address pass; what is mapped is still mapped."""
    Names(monkeypatch, {"shop.test": ["127.0.0.1"]})
    monkeypatch.setattr("sandbox.protocol.local.NETWORKS", ())
    monkeypatch.setattr(module, "is_local", lambda address: False)

    assert "public address" in (await carry(courier, f"http://shop.test:{shop.port}/n")).failure
    assert (await carry(courier, f"http://shop.test:{shop.port}/n", allow_public=True)).status == 200


async def test_a_merchant_who_is_too_slow(courier: Courier, shop: Any) -> None:
    """The limit is real time, a setting, and holds for the whole answer."""

    async def respond(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        for _ in range(100):
            await response.write(b"x")
            await asyncio.sleep(0.02)
        return response

    shop.respond = respond
    started = asyncio.get_running_loop().time()

    answer = await carry(courier, shop.url, timeout=0.2)

    assert answer.failure == "no answer within 0.2 s of real time: acknowledge first, work later"
    assert answer.status is None
    assert 0.15 < asyncio.get_running_loop().time() - started < 1


def test_the_limit_is_five_seconds() -> None:
    """Unless the tenant says otherwise."""
    assert Notify().timeout == 5.0


async def test_a_huge_answer_is_bounded(courier: Courier) -> None:
    """64 KiB of it are read and kept, then the connection is closed on the sender."""
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while sent < 1_000_000_000:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    async with raw(flood) as url:
        answer = await carry(courier, url)
        await asyncio.sleep(0.05)

    assert (answer.status, len(answer.body)) == (200, MAX_ANSWER)
    assert sent < 50_000_000


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        (b"", "the merchant closed the connection without an answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "the merchant's answer is no HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "the merchant's answer broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "the merchant's answer"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", "the merchant's answer is no HTTP"),
    ],
    ids=["nothing", "ssh", "cut", "bad-chunk", "huge-header"],
)
async def test_an_answer_that_is_none(courier: Courier, said: bytes, failure: str) -> None:
    """Whatever comes is a failed attempt with its reason."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()

    async with raw(talk) as url:
        answer = await carry(courier, url)

    assert answer.status is None
    assert answer.failure.startswith(failure)


async def test_nobody_listens(courier: Courier) -> None:
    """A refused connection says where nobody was."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/n"
        answer = await carry(courier, url)

    assert answer.failure == f"nothing listens at {url}: Connection refused"


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "http://[bad/x", "http://127.0.0.1:99999/", "nonsense"])
async def test_what_is_no_url(courier: Courier, url: str) -> None:
    """Said, not raised."""
    assert " is no " in (await carry(courier, url)).failure


async def test_at_most_so_many_in_flight(shop: Any) -> None:
    """The rest waits its turn; waiting does not count as the merchant's time."""
    courier = Courier(in_flight=3)
    now = most = 0

    async def respond(request: web.BaseRequest) -> web.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.1)
        now -= 1
        return web.Response()

    shop.respond = respond
    answers = await asyncio.gather(*(carry(courier, shop.url, timeout=0.3) for _ in range(15)))
    await courier.close()

    assert [answer.status for answer in answers] == [200] * 15
    assert most == 3


async def test_no_cookie_and_no_connection_is_kept(courier: Courier, shop: Any) -> None:
    """Each notification comes alone, as from a gateway of many machines."""

    async def respond(request: web.BaseRequest) -> web.Response:
        peers.append(request.transport.get_extra_info("peername") if request.transport else None)
        return web.Response(headers={"Set-Cookie": "sid=1"})

    peers: list[Any] = []
    shop.respond = respond
    for _ in range(2):
        await carry(courier, shop.url)

    assert len(set(peers)) == 2
    assert all("Cookie" not in dict(post.headers) for post in shop.posts)


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "shop.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem + certificate.public_bytes(Encoding.PEM))
    return path


async def test_tls_is_verified_unless_told_otherwise(courier: Courier, shop: Any, identity: Path) -> None:
    """A self-signed shop is refused with what to do; with verify_tls off it is served."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(identity)
    async with shop.open(ssl=context):
        url = f"https://127.0.0.1:{shop.port}/n"
        refused = await carry(courier, url)
        served = await carry(courier, url, verify_tls=False)

    assert refused.failure.startswith("the merchant's TLS certificate is not trusted")
    assert "set notify.verify_tls to false" in refused.failure
    assert served.status == 200


async def test_https_to_a_plain_server(courier: Courier, shop: Any) -> None:
    """The mistake is named: the port answers, but does not speak TLS."""
    url = f"https://127.0.0.1:{shop.port}/n"

    assert (await carry(courier, url)).failure.startswith(f"{url} does not speak TLS")
