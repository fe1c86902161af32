"""The proxy: the platform's hosts are here, those of --pass are let through, all others are refused."""

import asyncio
import contextlib
import gc
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import aiohttp
import httpx
import pytest
import requests
from open_doors import Open

from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.doors.proxy import MAX_HEAD

HOST = "api.mch.weixin.qq.com"
URL = f"https://{HOST}/pay/unifiedorder"
BODY = b"<xml><mch_id>1900000001</mch_id></xml>"
MISSING = "appid"  # what the gateway says of BODY


def last(doors: Open) -> dict[str, str]:
    refusals = doors.sandbox.refusals()
    return {name: str(refusals[-1][name]) for name in ("method", "target", "status", "problem")}


class TestThePlatformsHosts:
    """Unmodified clients with nothing but a proxy and an authority."""

    def test_requests(self, doors: Open) -> None:
        """CONNECT, TLS inside, a client certificate on the way."""
        reply = requests.post(
            URL,
            data=BODY,
            proxies={"https": doors.proxy},
            verify=doors.ca,
            cert=(str(doors.files.cert), str(doors.files.key)),
            timeout=10,
        )

        assert MISSING in reply.content.decode()

    def test_httpx(self, doors: Open) -> None:
        """Many requests on one tunnel."""
        context = ssl.create_default_context(cafile=doors.ca)
        with httpx.Client(proxy=doors.proxy, verify=context, timeout=10) as client:
            replies = [client.post(URL, content=BODY) for _ in range(5)]

        assert all(MISSING in reply.text for reply in replies)

    async def test_aiohttp(self, doors: Open) -> None:
        """Several at once."""
        context = ssl.create_default_context(cafile=doors.ca)

        async with aiohttp.ClientSession() as session:

            async def one() -> str:
                async with session.post(URL, data=BODY, proxy=doors.proxy, ssl=context) as reply:
                    return await reply.text()

            assert all(MISSING in text for text in await asyncio.gather(*(one() for _ in range(10))))

    def test_plain_requests_in_absolute_form(self, doors: Open) -> None:
        """For http://, as clients send them to a proxy; the gateway sees path and Host as ever."""
        with requests.Session() as session:
            session.trust_env = False
            session.proxies = {"http": doors.proxy}
            replies = [session.post(f"http://{HOST}/pay/unifiedorder", data=BODY, timeout=10) for _ in range(2)]

        assert all(MISSING in reply.text for reply in replies)
        assert replies[1].headers["Sandbox-Diagnosis"].split(" ")[-1].startswith(doors.sandbox.url)

    def test_https_in_absolute_form(self, doors: Open) -> None:
        """As axios speaks to a proxy: the sandbox takes it for https, whose path the signature of v3 covers."""
        reply = _raw(doors, f"GET https://{HOST}/nowhere?a=%2F HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())

        assert reply.startswith(b"HTTP/1.1 404")
        exchanges = doors.sandbox.call("GET", "/exchanges?limit=1")["exchanges"]
        assert exchanges[-1]["target"] == "/nowhere?a=%2F"

    def test_a_tunnel_to_port_80(self, doors: Open) -> None:
        """Plain HTTP inside, as curl -p asks for."""
        with socket.create_connection(_address(doors), 10) as plain:
            plain.sendall(f"CONNECT {HOST}:80 HTTP/1.1\r\n\r\n".encode())
            assert plain.recv(1024).startswith(b"HTTP/1.1 200")
            plain.sendall(f"GET /nowhere HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            assert plain.recv(65536).startswith(b"HTTP/1.1 404")


class TestOthers:
    """Refused so that a test which leaks fails loudly."""

    def test_a_tunnel(self, doors: Open) -> None:
        """The client's own error names the option; the journal has it."""
        with pytest.raises(requests.exceptions.ProxyError, match=r"--pass www\.example\.com"):
            requests.get("https://www.example.com/", proxies={"https": doors.proxy}, timeout=10)

        assert last(doors) == {
            "method": "CONNECT", "target": "www.example.com:443", "status": "403", "problem": "HOST_NOT_PASSED",
        }  # fmt: skip

    def test_a_plain_request(self, doors: Open) -> None:
        """403 with a text for people."""
        reply = requests.get("http://www.example.com/x", proxies={"http": doors.proxy}, timeout=10)

        assert reply.status_code == 403
        assert "does not let a test reach the outside" in reply.text

    def test_another_host_of_the_real_platform(self, doors: Open) -> None:
        """It says that nothing here answers for it."""
        reply = _raw(doors, b"CONNECT mp.weixin.qq.com:443 HTTP/1.1\r\n\r\n")

        assert b"belongs to the real platform" in reply.split(b"\r\n")[0]

    def test_another_port_of_the_platforms_hosts(self, doors: Open) -> None:
        """443 and 80 only."""
        assert b" 403 " in _raw(doors, f"CONNECT {HOST}:22 HTTP/1.1\r\n\r\n".encode()).split(b"\r\n")[0]

    @pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\n\r\n", b"nonsense\r\n\r\n", b"x" * (MAX_HEAD + 1)])
    def test_what_is_no_proxy_request(self, doors: Open, said: bytes) -> None:
        """400, and the proxy goes on."""
        assert _raw(doors, said).startswith(b"HTTP/1.1 400")
        assert _raw(doors, f"GET http://{HOST}/x HTTP/1.1\r\n\r\n".encode()).startswith(b"HTTP/1.1 404")


@pytest.fixture
def neighbour() -> Iterator[str]:
    """A server on this machine that is none of ours; it answers with what it got."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = f"{self.path} {self.headers['Host']} ".encode() + body
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class TestPassed:
    """This machine always; others by name. (Names that are passed need the network: whose they are is tested apart.)"""

    def test_a_plain_request(self, doors: Open, neighbour: str) -> None:
        """Carried to the server, its answer back, whatever their size."""
        body = b"y" * 3_000_000
        reply = requests.post(f"http://{neighbour}/a?b=1", data=body, proxies={"http": doors.proxy}, timeout=20)

        assert reply.content == f"/a?b=1 {neighbour} ".encode() + body

    def test_a_tunnel(self, doors: Open, neighbour: str) -> None:
        """Bytes in both directions, and the end of one is the end of the other."""
        with socket.create_connection(_address(doors), 10) as plain:
            plain.sendall(f"CONNECT {neighbour} HTTP/1.1\r\n\r\n".encode())
            assert plain.recv(1024) == b"HTTP/1.1 200 Connection Established\r\n\r\n"
            plain.sendall(b"POST /t HTTP/1.1\r\nHost: n\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")
            heard = b""
            while piece := plain.recv(65536):
                heard += piece

        assert heard.endswith(b"/t n hi")

    def test_a_server_that_is_not_there(self, doors: Open) -> None:
        """502, with the reason."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            nobody = f"127.0.0.1:{free.getsockname()[1]}"
        reply = _raw(doors, f"CONNECT {nobody} HTTP/1.1\r\n\r\n".encode())

        assert reply.startswith(b"HTTP/1.1 502")
        assert last(doors)["problem"] == "HOST_UNREACHABLE"


async def test_stopping_leaves_nothing_open(tmp_path: Path, neighbour: str) -> None:
    """Connections at every stage end: before a word, in a handshake, in a tunnel to us, in one to a neighbour."""
    async with Sandbox(Settings(port=0, https_port=0, proxy_port=0, data_dir=tmp_path)) as box:
        ports = (box.https_port, box.proxy_port, box.proxy_port, box.proxy_port)
        opened = [await asyncio.open_connection("127.0.0.1", port) for port in ports]
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        opened.append(await asyncio.open_connection("127.0.0.1", box.https_port, ssl=context, server_hostname=HOST))
        for place, target in ((2, f"{HOST}:443"), (3, neighbour)):
            opened[place][1].write(f"CONNECT {target} HTTP/1.1\r\n\r\n".encode())
            assert await opened[place][0].readuntil(b"\r\n\r\n") == b"HTTP/1.1 200 Connection Established\r\n\r\n"
        started = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - started < 5

    for reader, _ in opened[2:]:
        async with asyncio.timeout(5):
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
    for _, writer in opened:
        writer.close()
    gc.collect()  # what was left open would be complained of here


def _address(doors: Open) -> tuple[str, int]:
    return "127.0.0.1", int(doors.proxy.rpartition(":")[2])


def _raw(doors: Open, said: bytes) -> bytes:
    with socket.create_connection(_address(doors), 10) as plain:
        plain.sendall(said)
        return plain.recv(65536)
