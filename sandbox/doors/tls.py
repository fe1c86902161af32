"""The TLS door: a handshake, then the gateway's own protocol on top."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Protocol as Shape

from sandbox.doors import AuthorityError

HANDSHAKE_SECONDS = 10.0
GOODBYE_SECONDS = 1.0  # how long a closing connection waits for the other side's last word

INTERNAL_ERROR = bytes([21, 3, 3, 0, 2, 2, 80])
"""A record of TLS 1.2: the fatal alert internal_error, which a client understands before any handshake."""


class Factory(Shape):
    """Makes the gateway's protocol for one connection; `tls` says that the caller spoke https."""

    def __call__(self, *, tls: bool) -> asyncio.Protocol: ...


Contexts = Callable[[], Awaitable[ssl.SSLContext]]
"""The context for the next handshake. Raises AuthorityError."""

Failed = Callable[[ssl.SSLError | AuthorityError, str], None]
"""Told why a handshake failed, or could not begin, and of the client's address."""


class TlsDoor:
    """Makes a protocol for each connection to the TLS port, and takes over connections on which a handshake is due."""

    def __init__(self, context: Contexts, factory: Factory, failed: Failed) -> None:
        self.context = context
        self._factory = factory
        self._failed = failed
        self._handshakes: set[asyncio.Task[None]] = set()

    def __call__(self) -> asyncio.Protocol:
        return _Arrival(self)

    def take(self, transport: asyncio.Transport) -> None:
        """From here on the connection speaks TLS."""
        transport.pause_reading()
        task = asyncio.create_task(self._shake(transport))
        self._handshakes.add(task)
        task.add_done_callback(self._handshakes.discard)

    async def close(self) -> None:
        """Give up the handshakes that are under way."""
        for task in list(self._handshakes):
            task.cancel()
        await asyncio.gather(*self._handshakes, return_exceptions=True)

    async def _shake(self, transport: asyncio.Transport) -> None:
        waiting = _WaitingRoom()
        try:
            secure = await asyncio.get_running_loop().start_tls(
                transport,
                waiting,
                await self.context(),
                server_side=True,
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
                ssl_shutdown_timeout=GOODBYE_SECONDS,
            )
        except ssl.SSLError as error:
            self._failed(error, address_of(transport))
            return
        except AuthorityError as error:
            self._failed(error, address_of(transport))
            transport.write(INTERNAL_ERROR)
            transport.close()
            return
        except OSError:
            return  # it went away, or said nothing for too long
        if secure is not None:
            waiting.leave(secure, self._factory(tls=True))


class _Arrival(asyncio.Protocol):
    """A connection before its first byte."""

    def __init__(self, door: TlsDoor) -> None:
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._door.take(transport)


class _WaitingRoom(asyncio.Protocol):
    """Keeps what arrives together with the end of the handshake until the gateway's protocol is there."""

    def __init__(self) -> None:
        self._early = b""
        self._ended = self._lost = False

    def data_received(self, data: bytes) -> None:
        self._early += data

    def eof_received(self) -> bool:
        self._ended = True
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True

    def leave(self, transport: asyncio.Transport, protocol: asyncio.Protocol) -> None:
        """Hand everything over."""
        if self._lost:
            return
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if self._early:
            protocol.data_received(self._early)
        if self._ended and not protocol.eof_received():
            transport.close()


def address_of(transport: asyncio.BaseTransport) -> str:
    """The client's address; empty when it is gone."""
    name = transport.get_extra_info("peername")
    return str(name[0]) if name else ""
