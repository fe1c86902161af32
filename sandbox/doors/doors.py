"""The two doors beside plain HTTP, as the composition root opens them."""

import ssl
from collections.abc import Sequence

from sandbox.doors import incident
from sandbox.doors.authority import Authority
from sandbox.doors.proxy import ProxyDoor, Tell
from sandbox.doors.tls import Factory, TlsDoor


class Doors:
    """`tls` and `proxy` make a protocol for each connection to their ports."""

    def __init__(
        self, authority: Authority, client_ca: str, factory: Factory, tell: Tell, passed: Sequence[str] = ()
    ) -> None:
        """`client_ca` is the issuer of merchants' certificates; `passed` are the hosts that the proxy lets through."""
        self.ca_file = authority.file
        self.authority_pem = authority.pem
        self._tell = tell
        self.tls = TlsDoor(authority.server_context(client_ca), factory, self._failed)
        self.proxy = ProxyDoor(self.tls, factory, tell, passed)

    async def close(self) -> None:
        """Cut what is under way."""
        await self.proxy.close()
        await self.tls.close()

    def _failed(self, error: ssl.SSLError, remote: str) -> None:
        self._tell(incident.handshake_failed(error, remote, self.ca_file))
