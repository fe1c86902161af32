"""Carries what probes send: to this machine and its private network only, counted, a few at a time."""

import asyncio
import gzip
import io
import socket
from collections.abc import AsyncIterator

import aiohttp
import msgspec
from yarl import URL

from sandbox.adapter.adapter import Dialect
from sandbox.audit.notice import Letter
from sandbox.protocol import local, xml

MAX_ANSWER = 64 * 1024
AT_ONCE = 20
PLATFORM_SECONDS = 5.0
"""Within which the platform wants its answer."""
CONNECT_SECONDS = 5.0


class OutOfBounds(Exception):
    """The target is not to be probed from here, or everything that was announced has been sent."""


class Heard(msgspec.Struct, frozen=True):
    """What the merchant answered; `status` is None and `failure` says why when it did not."""

    api: Dialect
    status: int | None = None
    headers: dict[str, str] = {}
    body: bytes = b""
    failure: str = ""
    seconds: float = 0.0

    @property
    def acknowledged(self) -> bool:
        """Whether the platform would not tell it again: 200 and SUCCESS, or for APIv3 200 or 204."""
        if self.api == "v3":
            return self.status in (200, 204)
        if self.status != 200:
            return False
        try:
            return xml.parse(self.body).get("return_code", "").strip() == "SUCCESS"
        except xml.MalformedXml:
            return False

    def shown(self) -> str:
        """For a report, on one line."""
        if self.status is None:
            return self.failure
        text = " ".join(self.body.decode("utf-8", "replace").split())
        return f"HTTP {self.status}" + (f" {text[:120]}" if text else "")


class Sender:
    """Posts to one notify URL: at most `budget` requests in all, and at most AT_ONCE at the same time.

    An answer counts that comes within `patience` seconds of real time, as the platform's does.
    """

    def __init__(self, url: str, api: Dialect, budget: int, patience: float) -> None:
        self.url = url
        self.budget = budget
        self.sent = 0
        self.patience = patience
        self._api = api
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._sessions: dict[aiohttp.HttpVersion, aiohttp.ClientSession] = {}

    async def close(self) -> None:
        """Hang up."""
        for session in self._sessions.values():
            await session.close()

    async def send(self, letter: Letter, *, chunked: bool = False, http10: bool = False) -> Heard:
        """Once. Whatever the merchant does is an answer, or the lack of one. Raises OutOfBounds."""
        return await self._send(letter, letter.body, http10=http10, chunked=True if chunked else None)

    async def send_slowly(self, letter: Letter, go_on: asyncio.Event) -> Heard:
        """Half of the body, then nothing until `go_on`, then the rest."""

        async def halves() -> AsyncIterator[bytes]:
            middle = len(letter.body) // 2
            yield letter.body[:middle]
            await go_on.wait()
            yield letter.body[middle:]

        slow = letter.heads(Content_Length=str(len(letter.body)))
        return await self._send(slow, halves(), patience=3 * self.patience)

    async def send_gzipped(self, letter: Letter) -> Heard:
        """The body compressed, and said to be."""
        packed = letter.saying(gzip.compress(letter.body)).heads(Content_Encoding="gzip")
        return await self._send(packed, packed.body)

    async def _send(
        self,
        letter: Letter,
        body: bytes | AsyncIterator[bytes],
        *,
        http10: bool = False,
        chunked: bool | None = None,
        patience: float | None = None,
    ) -> Heard:
        if self.sent >= self.budget:
            raise OutOfBounds(f"all {self.budget} requests that were announced have been sent")
        self.sent += 1
        loop = asyncio.get_running_loop()
        url = URL(self.url + (f"?{letter.query}" if letter.query else ""), encoded=True)
        async with self._slots:
            started = loop.time()
            try:
                async with (
                    asyncio.timeout(patience or self.patience),
                    self._session(aiohttp.HttpVersion10 if http10 else aiohttp.HttpVersion11).request(
                        letter.method,
                        url,
                        data=io.BytesIO(body) if isinstance(body, bytes) and body else body or None,
                        headers=letter.headers,
                        chunked=chunked,
                        allow_redirects=False,
                    ) as response,
                ):
                    answer = await response.content.read(MAX_ANSWER)
                    heard = Heard(self._api, response.status, dict(response.headers), answer)
            except TimeoutError:
                heard = Heard(self._api, failure=f"no answer within {self.patience:g} s")
            except (aiohttp.ClientError, OSError, ValueError) as error:
                heard = Heard(self._api, failure=f"no answer: {type(error).__name__}")
            return msgspec.structs.replace(heard, seconds=loop.time() - started)

    def _session(self, version: aiohttp.HttpVersion) -> aiohttp.ClientSession:
        if version not in self._sessions:
            self._sessions[version] = aiohttp.ClientSession(
                version=version,
                timeout=aiohttp.ClientTimeout(total=None),
                connector=aiohttp.TCPConnector(limit=0, force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept-Encoding",),
                auto_decompress=False,
            )
        return self._sessions[version]


async def ensure_there(url: str) -> None:
    """Somebody listens. Raises OutOfBounds."""
    parts = URL(url)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(parts.raw_host, parts.port)
    except (OSError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        raise OutOfBounds(f"nothing answers at {url} ({reason}): start your server, or correct the URL") from None
    writer.close()


async def ensure_near(url: str, allowed: tuple[str, ...]) -> None:
    """Only this machine, its private network, and hosts named by hand are probed. Raises OutOfBounds."""
    try:
        parts = URL(url)
        host, port = parts.raw_host or "", parts.port
    except ValueError as error:
        raise OutOfBounds(f"{url} is no URL: {error}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise OutOfBounds(f"{url}: expected the notify URL, http://127.0.0.1:8000/notify say")
    if host in allowed:
        return
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise OutOfBounds(f"the host of {url} is not known: {error.strerror}") from None
    far = [address[4][0] for address in found if not local.is_local(str(address[4][0]))]
    if far:
        raise OutOfBounds(
            f"{host} is {far[0]}, a public address: only this machine and its private network are probed. If the "
            f"server is yours, name it: --allow-host {host}"
        )
