"""The proxy: answers for the platform's hosts, passes on those it is told to, and refuses all others.

It speaks HTTP, and SOCKS 5 for Java's plain sockets. A client that only knows its proxy cannot reach the real platform
by mistake: a refused host fails at once, with the option that lets it through.
"""

import asyncio
import ssl
import weakref
from collections.abc import Callable, Coroutine, Sequence

from sandbox.doors import AuthorityError, asked, incident, socks
from sandbox.doors.asked import Asked, NotForProxies
from sandbox.doors.hosts import DOMAINS, is_near, is_own, is_passed, is_platform
from sandbox.doors.incident import Incident
from sandbox.doors.relay import End
from sandbox.doors.tls import Factory, TlsDoor, address_of

MAX_HEAD = 16 * 1024  # bytes
HEAD_SECONDS = 10.0
CONNECT_SECONDS = 15.0

OPEN = b"HTTP/1.1 200 Connection Established\r\n\r\n"

TITLES = {403: "Forbidden", 502: "Bad Gateway", 503: "Service Unavailable"}

Tell = Callable[[Incident], None]


class ProxyDoor:
    """Makes a protocol for each connection to the proxy's port."""

    def __init__(self, tls: TlsDoor, factory: Factory, tell: Tell, passed: Sequence[str]) -> None:
        self.tls = tls
        self.factory = factory
        self.tell = tell
        self._passed = tuple(passed)
        self.connections: weakref.WeakSet[asyncio.Transport] = weakref.WeakSet()
        self.tasks: set[asyncio.Task[None]] = set()

    def __call__(self) -> asyncio.Protocol:
        return _Connection(self)

    def passes(self, host: str) -> bool:
        """Whether a host of somebody else's is let through."""
        return is_passed(host, self._passed)

    async def close(self) -> None:
        """Cut every tunnel."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for transport in list(self.connections):
            transport.abort()


class _Connection(asyncio.Protocol):
    """A connection until it is known what it is for."""

    def __init__(self, door: ProxyDoor) -> None:
        self._door = door
        self._heard = b""
        self._socks = self._welcomed = False
        self._transport: asyncio.Transport
        self._patience: asyncio.TimerHandle

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._patience = asyncio.get_running_loop().call_later(HEAD_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._patience.cancel()

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if self._socks or data.startswith(socks.FIRST):
            self._socks = True
            self._negotiate()
            return
        head, found, rest = self._heard.partition(b"\r\n\r\n")
        if not found and len(self._heard) <= MAX_HEAD:
            return
        self._patience.cancel()
        try:
            if not found:
                raise NotForProxies(f"expected a head of at most {MAX_HEAD} bytes")
            self._decide(asked.read(head), rest)
        except NotForProxies as error:
            text = f"This is the proxy of wechatpay-sandbox: {error}.\n"
            self._say(400, "Bad Request", text)

    def _negotiate(self) -> None:
        if not self._welcomed:
            size = socks.greeting(self._heard)
            if size is None:
                return
            self._welcomed, self._heard = True, self._heard[size:]
            self._transport.write(socks.WELCOME)
        try:
            found = socks.read(self._heard)
            if found is not None:
                self._patience.cancel()
                self._decide(*found)
        except NotForProxies as error:
            self._say(400, "Bad Request", str(error))

    def _decide(self, request: Asked, rest: bytes) -> None:
        # Whoever hands SOCKS an address has looked it up: `run` has Java find the platform's names on this machine, and
        # its database, say, on a private network; all that lies beyond must be let through as ever.
        found = self._socks and is_near(request.host)
        if (is_platform(request.host) or (found and is_own(request.host))) and request.port in (80, 443):
            self._answer(request, rest)
        elif found or self._door.passes(request.host):
            self._leave_to(self._pass(request, rest))
        else:
            platform = any(f".{request.host}".endswith(f".{domain}") for domain in DOMAINS)
            self._refuse(
                incident.host_refused(
                    request.method, request.target, request.host, address_of(self._transport), platform=platform
                )
            )

    def _answer(self, request: Asked, rest: bytes) -> None:
        """The platform's host is here."""
        if request.tunnel and request.port == 443:
            if rest:
                raise NotForProxies("expected nothing before the answer to CONNECT")
            self._leave_to(self._encrypt(request))
            return
        if request.tunnel:
            self._open()
        protocol = self._door.factory(tls=request.scheme == "https")
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        first = rest if request.tunnel else request.head() + rest
        if first:
            protocol.data_received(first)

    def _leave_to(self, work: Coroutine[None, None, None]) -> None:
        """What takes its time goes on by itself; nothing is read until it says so."""
        self._transport.pause_reading()
        task = asyncio.create_task(work)
        self._door.tasks.add(task)
        task.add_done_callback(self._door.tasks.discard)

    async def _encrypt(self, request: Asked) -> None:
        """A tunnel opens once there is a certificate to show in it."""
        try:
            await self._door.tls.context()
        except AuthorityError as error:
            remote = address_of(self._transport)
            self._refuse(incident.no_authority(request.method, request.target, remote, str(error)))
            return
        if not self._transport.is_closing():
            self._open()
            self._door.tls.take(self._transport)

    async def _pass(self, request: Asked, rest: bytes) -> None:
        near, far = End(), End()
        near.join(far)
        encrypted = ssl.create_default_context() if request.scheme == "https" else None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await asyncio.get_running_loop().create_connection(
                    lambda: far, request.host, request.port, ssl=encrypted
                )
        except OSError as error:
            reason = str(error) or f"no answer within {CONNECT_SECONDS:g} s"
            self._refuse(
                incident.host_silent(request.method, request.target, request.host, address_of(self._transport), reason)
            )
            return
        assert far.transport is not None
        if self._transport.is_closing():
            far.transport.abort()
            return
        self._transport.set_protocol(near)
        near.connection_made(self._transport)
        for transport in (self._transport, far.transport):
            self._door.connections.add(transport)
        if request.tunnel:
            self._open()
        first = rest if request.tunnel else request.head() + rest
        if first:
            far.transport.write(first)
        self._transport.resume_reading()

    def _open(self) -> None:
        self._transport.write(socks.GRANTED if self._socks else OPEN)

    def _refuse(self, told: Incident) -> None:
        self._door.tell(told)
        # Many clients show nothing of a refused CONNECT but this line.
        reason = f"{TITLES[told.status]} by wechatpay-sandbox: {_line(told.summary)} {_line(told.fix)}"
        self._say(told.status, reason, told.summary)

    def _say(self, status: int, reason: str, text: str) -> None:
        if self._socks:
            self._transport.write(socks.refusal(status))
            self._transport.close()
            return
        body = f"{text.rstrip()}\n".encode()
        head = (
            f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self._transport.write(head.encode("ascii", "replace") + body)
        self._transport.close()


def _line(text: str) -> str:
    return " ".join(text.split())[:300]
