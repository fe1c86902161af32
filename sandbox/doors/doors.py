"""The two doors beside plain HTTP, as the composition root opens them."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from pathlib import Path

from sandbox.doors import AuthorityError, incident
from sandbox.doors.directory import CA_FILE
from sandbox.doors.proxy import ProxyDoor, Tell
from sandbox.doors.tls import Factory, TlsDoor

_log = logging.getLogger("sandbox.doors")


class Doors:
    """`tls` and `proxy` make a protocol for each connection to their ports.

    The authority, and with it all cryptography, is first needed by a handshake, so that is when it is made.
    """

    def __init__(
        self,
        directory: Path,
        now: Callable[[], int],
        client_ca: Callable[[], str],
        factory: Factory,
        tell: Tell,
        passed: Sequence[str] = (),
    ) -> None:
        """`directory` is the authority's, `now` tells real ms, `client_ca` is the issuer of merchants' certificates.

        `passed` are the hosts that the proxy lets through.
        """
        self.ca_file = directory / CA_FILE
        self._directory = directory
        self._now = now
        self._client_ca = client_ca
        self._tell = tell
        self._making: asyncio.Future[ssl.SSLContext] | None = None
        self.tls = TlsDoor(self.context, factory, self._failed)
        self.proxy = ProxyDoor(self.tls, factory, tell, passed)

    async def context(self) -> ssl.SSLContext:
        """What every handshake uses; whoever comes first has it made, in a thread, and all others wait for the same.

        Raises AuthorityError, and the next one tries again.
        """
        making = self._making
        if making is None or (making.done() and making.exception() is not None):
            making = self._making = asyncio.ensure_future(asyncio.to_thread(self._make))
        return await asyncio.shield(making)

    async def introduce(self) -> None:
        """Make the authority before anybody connects, so that `ca_file` is there to be trusted; trouble is told."""
        try:
            await self.context()
        except AuthorityError as error:
            self._failed(error, "")

    async def close(self) -> None:
        """Cut what is under way."""
        await self.proxy.close()
        await self.tls.close()
        if self._making is not None:
            await asyncio.gather(self._making, return_exceptions=True)

    def _make(self) -> ssl.SSLContext:
        from sandbox.doors.authority import Authority

        try:
            return Authority(self._directory, self._now()).server_context(self._client_ca())
        except AuthorityError as error:
            _log.error("nothing can be answered over TLS: %s", error)
            raise

    def _failed(self, error: ssl.SSLError | AuthorityError, remote: str) -> None:
        if isinstance(error, AuthorityError):
            self._tell(incident.no_authority("TLS", "handshake", remote, str(error)))
        else:
            self._tell(incident.handshake_failed(error, remote, self.ca_file))
