"""Listening on a port: it is had, or the refusal names it and says what to do."""

import asyncio
import os
from collections.abc import Callable

Factory = Callable[[], asyncio.BaseProtocol]


class PortTaken(OSError):
    """The port is in use; the message names it and what to do."""


async def listen(factory: Factory, host: str, port: int, remedy: str) -> asyncio.Server:
    """Listen; port 0 is any free one. Raises PortTaken, whose message ends with `remedy`."""
    try:
        return await asyncio.get_running_loop().create_server(factory, host, port, backlog=1024)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise PortTaken(f"port {port} on {host} cannot be had ({reason}): {remedy}") from None


def port_of(listener: asyncio.Server) -> int:
    """The port that it has."""
    return int(listener.sockets[0].getsockname()[1])


def another(option: str, *, needed: bool = False) -> str:
    """What to do where the port of this option is taken; what is not `needed` can be done without."""
    return f"choose another with {option}, or {option} 0 for any free one" + (
        "" if needed else f", or do without: {option} off"
    )
