"""The TLS door before unmodified clients: Python, curl, node, OpenSSL; with and without a client certificate."""

import asyncio
import json
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import httpx
import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from open_doors import Open
from requests.adapters import HTTPAdapter

from sandbox.doors.authority import Authority
from sandbox.doors.doors import Doors
from sandbox.doors.incident import Incident
from sandbox.gateway.connection import Server
from sandbox.gateway.edge import Edge
from sandbox.gateway.wire import Wire, WireReply
from sandbox.platform.clock import Wall
from sandbox.platform.keys import KeyPool, MerchantCredentials, write
from sandbox.protocol.certificates import Issuer, Validity, issuer_certificate, merchant_certificate, pem

HOST = "api.mch.weixin.qq.com"
BODY = b"<xml><mch_id>1900000001</mch_id></xml>"
DAY = 24 * 60 * 60 * 1000


class Echo:
    """In place of the pipeline: what the edge made of a request."""

    async def serve(self, wire: Wire) -> WireReply:
        shown = wire.client_certificate
        told = {
            "tls": wire.tls,
            "base_url": wire.base_url,
            "target": wire.target,
            "body": wire.body.decode(),
            "mchid": None if shown is None else shown.mchid,
            "serial_no": None if shown is None else shown.serial_no,
            "not_after": None if shown is None else shown.not_after,
        }
        return WireReply(body=json.dumps(told).encode(), headers={"Content-Type": "application/json"})


class Listening:
    """The door on a port of its own."""

    def __init__(self, port: int, ca: str, incidents: list[Incident]) -> None:
        self.port = port
        self.ca = ca
        self.incidents = incidents

    async def ask(self, *, cert: tuple[str, str] | None = None, body: bytes = b"") -> dict[str, object]:
        """One request; what the edge made of it."""
        context = ssl.create_default_context(cafile=self.ca)
        if cert is not None:
            context.load_cert_chain(*cert)
        connector = aiohttp.TCPConnector(resolver=_Here(), ssl=context)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.post(f"https://{HOST}:{self.port}/pay/x?a=1", data=body) as reply,
        ):
            told: dict[str, object] = await reply.json()
            return told


class _Here(aiohttp.abc.AbstractResolver):
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        return [aiohttp.abc.ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        return


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Listening]:
    """The door before an edge that tells what it got."""
    wall = Wall()
    incidents: list[Incident] = []
    server = Server(Edge(Echo(), wall).answer)  # type: ignore[arg-type]
    doors = Doors(tmp_path, wall.now, lambda: KeyPool().issuer_pem, server.connection, incidents.append)
    await doors.context()
    listener = await asyncio.get_running_loop().create_server(doors.tls, "127.0.0.1", 0)
    yield Listening(listener.sockets[0].getsockname()[1], str(doors.ca_file), incidents)
    listener.close()
    await doors.close()
    await server.shutdown(0.1)


def merchants_files(folder: Path, mchid: str = "1900000001") -> tuple[str, str]:
    files = write(MerchantCredentials(KeyPool(), mchid), folder)
    return str(files.cert), str(files.key)


def minted(folder: Path, issuer: Issuer, validity: Validity) -> tuple[str, str]:
    """A merchant's certificate made here, with its key."""
    pair = KeyPool().pair(0)
    certificate = merchant_certificate("1900000001", pair.public, issuer, serial=0x5A, validity=validity)
    cert, key = folder / "minted.pem", folder / "minted.key"
    cert.write_text(pem(certificate))
    key.write_bytes(pair.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(cert), str(key)


class TestWhatTheEdgeGets:
    """A wire that knows how it came."""

    async def test_without_a_certificate(self, door: Listening) -> None:
        """TLS, the platform's own address, the path as sent; nobody shown."""
        told = await door.ask(body=b"<xml/>")

        assert told == {
            "tls": True, "base_url": f"https://{HOST}:{door.port}", "target": "/pay/x?a=1", "body": "<xml/>",
            "mchid": None, "serial_no": None, "not_after": None,
        }  # fmt: skip

    async def test_with_a_merchants_certificate(self, door: Listening, tmp_path: Path) -> None:
        """Its number, serial and end are there."""
        told = await door.ask(cert=merchants_files(tmp_path / "m"))

        expected = MerchantCredentials(KeyPool(), "1900000001")
        assert (told["mchid"], told["serial_no"]) == ("1900000001", expected.serial_no)
        assert told["not_after"] == 2_524_607_999_000

    async def test_an_expired_certificate_gets_in(self, door: Listening, tmp_path: Path) -> None:
        """The handshake does not look at dates: the gateway answers for them."""
        ended = Validity(1_500_000_000_000, 1_600_000_000_000)

        told = await door.ask(cert=minted(tmp_path, KeyPool().issuer, ended))

        assert told["not_after"] == ended.not_after
        assert door.incidents == []

    async def test_a_foreign_authority_ends_the_handshake(self, door: Listening, tmp_path: Path) -> None:
        """The client is cut off; the door says which certificate to use."""
        key = KeyPool().pair(3).private
        now = Wall().now()
        validity = Validity(now - DAY, now + DAY)
        foreign = Issuer(key=key, certificate=issuer_certificate(key, serial=1, validity=validity))

        with pytest.raises(aiohttp.ClientError):
            await door.ask(cert=minted(tmp_path, foreign, validity))

        assert [one.code for one in door.incidents] == ["CLIENT_CERTIFICATE_FOREIGN"]
        assert "credentials --out" in door.incidents[0].fix

    async def test_a_body_that_arrives_with_the_handshakes_last_flight(self, door: Listening) -> None:
        """A TLS 1.3 client speaks at once; nothing that comes early is lost, however large."""
        bodies = [b"<xml>" + b"x" * size + b"</xml>" for size in (0, 1, 16_000, 200_000)]

        heard = await asyncio.gather(*(door.ask(body=body) for body in bodies * 5))

        assert [str(told["body"]).encode() for told in heard] == bodies * 5


class Pinned(HTTPAdapter):
    """requests, led to the door's port for the platform's host, which keeps its name."""

    def __init__(self, port: int) -> None:
        self._port = port
        super().__init__()

    def send(self, request, **options):  # type: ignore[no-untyped-def]
        request.headers["Host"] = HOST
        request.url = request.url.replace(f"https://{HOST}", f"https://127.0.0.1:{self._port}")
        return super().send(request, **options)


class TestClients:
    """Each with its own TLS, told nothing but the authority's file."""

    def test_pythons_ssl(self, doors: Open) -> None:
        """A default context, the host name checked, under the strictest flags; both TLS versions."""
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = ssl.create_default_context(cafile=doors.ca)
            context.verify_flags |= ssl.VERIFY_X509_STRICT
            context.minimum_version = context.maximum_version = version
            with (
                socket.create_connection(("127.0.0.1", doors.https_port), 10) as plain,
                context.wrap_socket(plain, server_hostname=HOST) as secure,
            ):
                secure.sendall(b"GET /nowhere HTTP/1.1\r\nHost: api.mch.weixin.qq.com\r\nConnection: close\r\n\r\n")
                assert secure.recv(65536).startswith(b"HTTP/1.1 404")

    def test_requests_with_a_pem_pair(self, doors: Open) -> None:
        """verify= and cert= as every SDK uses them."""
        with requests.Session() as session:
            session.trust_env = False
            session.mount("https://", Pinned(doors.https_port))
            reply = session.post(
                f"https://{HOST}/pay/unifiedorder",
                data=BODY,
                verify=doors.ca,
                cert=(str(doors.files.cert), str(doors.files.key)),
                timeout=10,
            )

        assert "appid" in reply.content.decode()
        assert reply.headers["Sandbox-Diagnosis"].split(" ")[-1].startswith(doors.sandbox.url)

    def test_httpx(self, doors: Open) -> None:
        """With a context of its own and the host's name."""
        context = ssl.create_default_context(cafile=doors.ca)
        with httpx.Client(verify=context, trust_env=False, timeout=10) as client:
            reply = client.get(
                f"https://127.0.0.1:{doors.https_port}/nowhere",
                headers={"Host": HOST},
                extensions={"sni_hostname": HOST},
            )

        assert reply.status_code == 404

    def test_curl_with_a_p12(self, doors: Open) -> None:
        """--cert-type P12 with the merchant number as its password."""
        if shutil.which("curl") is None:
            pytest.skip("curl is not on this machine")
        command = [
            *(
                "curl",
                "-sS",
                "--max-time",
                "10",
                "--noproxy",
                "*",
                "--cacert",
                doors.ca,
                "--data-binary",
                BODY.decode(),
            ),
            *("--cert-type", "P12", "--cert", f"{doors.files.p12}:1900000001"),
            *(
                "--resolve",
                f"{HOST}:{doors.https_port}:127.0.0.1",
                f"https://{HOST}:{doors.https_port}/pay/unifiedorder",
            ),
        ]

        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)

        assert "appid" in done.stdout, done.stderr

    def test_openssl_verifies_the_chain_and_the_name(self, doors: Open) -> None:
        """s_client, told to stop at the first doubt; one name outside the authority's reach is refused."""
        if shutil.which("openssl") is None:
            pytest.skip("openssl is not on this machine")
        command = [
            *("openssl", "s_client", "-connect", f"127.0.0.1:{doors.https_port}", "-CAfile", doors.ca),
            *("-verify_return_error", "-x509_strict", "-servername", HOST, "-verify_hostname"),
        ]

        right, wrong = (
            subprocess.run([*command, name], stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False)
            for name in (HOST, "www.example.com")
        )

        assert b"Verify return code: 0 (ok)" in right.stdout
        assert wrong.returncode != 0

    def test_node_with_a_p12(self, doors: Open) -> None:
        """https with pfx and passphrase, as every Node SDK refunds."""
        node = shutil.which("node")
        if node is None:
            pytest.skip("node is not on this machine")
        script = f"""
            const https = require('https'), fs = require('fs');
            https.get({{host: '127.0.0.1', servername: '{HOST}', port: {doors.https_port}, path: '/nowhere',
                        pfx: fs.readFileSync({json.dumps(str(doors.files.p12))}), passphrase: '1900000001',
                        agent: false}},
                      reply => {{ console.log(reply.statusCode); reply.resume(); }});
        """
        environment = doors.environment(NODE_EXTRA_CA_CERTS=doors.ca)

        done = subprocess.run(
            [node, "-e", script], env=environment, capture_output=True, text=True, timeout=20, check=False
        )

        assert done.stdout == "404\n", done.stderr


class TestFailedHandshakes:
    """Recorded with what to do."""

    def test_who_does_not_trust_the_authority(self, doors: Open) -> None:
        """The remedy names the file to trust."""
        with (
            socket.create_connection(("127.0.0.1", doors.https_port), 10) as plain,
            pytest.raises(ssl.SSLCertVerificationError),
        ):
            ssl.create_default_context().wrap_socket(plain, server_hostname=HOST)

        told = _last(doors)
        assert told["problem"] == "AUTHORITY_NOT_TRUSTED"
        assert doors.ca in told["diagnosis"]["fix"]

    def test_plain_http(self, doors: Open) -> None:
        """A missing s."""
        with socket.create_connection(("127.0.0.1", doors.https_port), 10) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert plain.recv(1024) == b""

        assert _last(doors)["problem"] == "PLAIN_HTTP_ON_TLS"

    def test_silence_and_hanging_up_are_no_incidents(self, doors: Open) -> None:
        """A port scanner leaves no trace, and the door goes on."""
        before = len(doors.incidents())
        for _ in range(3):
            socket.create_connection(("127.0.0.1", doors.https_port), 10).close()

        self.test_plain_http(doors)
        assert len(doors.incidents()) == before + 1


def _last(doors: Open) -> dict[str, object]:
    found = [one for one in doors.sandbox.refusals() if not one["endpoint"]]
    assert found
    return found[-1]


def test_two_sandboxes_share_the_authority_of_the_machine(doors: Open, tmp_path: Path) -> None:
    """Whoever trusts one trusts the other."""
    folder = os.path.dirname(doors.ca)
    again = Authority(Path(folder), Wall().now())

    assert again.pem == Path(doors.ca).read_text()
