"""The gateway's connections: aiohttp's HTTP server with nginx's patience, limits and manners.

`web.Server` with our own dispatch instead of `web.Application`; what the parser alone refuses is the platform's, too.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, cast

from aiohttp import web
from aiohttp.http import RawRequestMessage
from aiohttp.streams import StreamReader
from aiohttp.web_protocol import RequestHandler

from sandbox.gateway.wire import BAD_REQUEST, page

MAX_BODY = 1 << 20  # bytes
MAX_LINE = 16 * 1024  # bytes of a request line, or of a header
IDLE_SECONDS = 75.0  # nginx's own patience with a connection that asks nothing
LINGER_SECONDS = 5.0  # how long a refused body is read on, so that the sender hears the refusal

_SILENT = logging.getLogger("sandbox.access")

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Inline:
    """The event loop as aiohttp sees it before Python 3.12: a request is answered in its connection's own task.

    aiohttp starts a task for each request and waits for it, which costs two rounds of the event loop; from 3.12 on such
    a task starts at once.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.create_future, self.time = loop.create_future, loop.time

    def create_task(self, answering: Coroutine[Any, Any, Any]) -> Coroutine[Any, Any, Any]:
        """Whoever waits for it runs it."""
        return answering

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)


class Protocol(RequestHandler):
    """What the HTTP parser alone refuses is answered as nginx does. `tls`: the caller spoke https."""

    tls = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start to listen, in a task of the connection's own."""
        super().connection_made(transport)
        if sys.version_info < (3, 12):
            self._loop = cast("asyncio.AbstractEventLoop", Inline(self._loop))

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """A page without a word of the library's."""
        if status == 400 or isinstance(exc, ConnectionError):  # the latter went away: nobody reads this
            reply = page(400, BAD_REQUEST)
        else:
            self.log_exception("Error handling request", exc_info=exc)
            reply = page(500, "500 Internal Server Error")
        headers = {**reply.headers, "Server": "nginx", "Connection": "close"}
        response = web.Response(status=reply.status, headers=headers, body=reply.body)
        response.force_close()
        return response


class Server(web.Server):
    """`web.Server` whose connections speak `Protocol`, whose bodies are bounded and taken as they come.

    A connection that says nothing for `idle_seconds`, or does not finish its headers in that time, is closed.
    """

    def __init__(self, answer: Answer, *, idle_seconds: float = IDLE_SECONDS) -> None:
        super().__init__(answer, request_factory=self._request, access_log=None)
        self._idle_seconds = idle_seconds

    def __call__(self) -> RequestHandler:
        return self.connection(tls=False)

    def connection(self, *, tls: bool) -> RequestHandler:
        """The protocol for one connection; `tls` where a door before us ended the TLS."""
        protocol = Protocol(
            self,
            loop=asyncio.get_running_loop(),
            access_log=_SILENT,
            keepalive_timeout=self._idle_seconds,
            lingering_time=LINGER_SECONDS,
            max_line_size=MAX_LINE,
            max_field_size=MAX_LINE,
            auto_decompress=False,
        )
        protocol.tls = tls
        return protocol

    def _request(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: RequestHandler,
        writer: Any,
        task: "asyncio.Task[None]",
    ) -> web.BaseRequest:
        return web.BaseRequest(message, payload, protocol, writer, task, task.get_loop(), client_max_size=MAX_BODY)
