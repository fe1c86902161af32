"""The gateway's edge: aiohttp requests in, `Wire` values on, the platform's own manners out.

`web.Server` with our own dispatch instead of `web.Application`; parser-level refusals, 404, 413 and the `Server` header
are the platform's, no banner of the library shows.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.http import RawRequestMessage
from aiohttp.streams import StreamReader
from aiohttp.web_protocol import RequestHandler

from sandbox.gateway.pipeline import Pipeline
from sandbox.gateway.wire import BAD_REQUEST, TIMED_OUT, TOO_LARGE, Wire, WireReply, page
from sandbox.platform.clock import Wall

MAX_BODY = 1 << 20  # bytes
BODY_SECONDS = 10.0

_SILENT = logging.getLogger("sandbox.access")

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Protocol(RequestHandler):
    """What the HTTP parser alone refuses is answered as nginx does."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """A page without a word of the library's."""
        if status == 400:
            reply = page(400, BAD_REQUEST)
        else:
            self.log_exception("Error handling request", exc_info=exc)
            reply = page(500, "500 Internal Server Error")
        self.force_close()
        return web.Response(status=reply.status, headers={**reply.headers, "Server": "nginx"}, body=reply.body)


class Server(web.Server):
    """`web.Server` whose connections speak `Protocol`, and whose bodies are bounded."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer, request_factory=self._request, access_log=None)

    def __call__(self) -> RequestHandler:
        loop = asyncio.get_running_loop()
        return Protocol(self, loop=loop, access_log=_SILENT, max_line_size=16384, max_field_size=16384)

    def _request(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: RequestHandler,
        writer: Any,
        task: "asyncio.Task[None]",
    ) -> web.BaseRequest:
        loop = asyncio.get_running_loop()
        return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=MAX_BODY)


class Edge:
    """Hands a request to the pipeline and sends what comes back."""

    def __init__(self, pipeline: Pipeline, wall: Wall) -> None:
        self._pipeline = pipeline
        self._wall = wall

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request, whole."""
        wire = await self._read(request)
        reply = wire if isinstance(wire, WireReply) else await self._pipeline.serve(wire)
        if reply.dropped:
            if request.transport is not None:
                request.transport.abort()
            raise asyncio.CancelledError
        headers = {**reply.headers, "Server": "nginx", "Connection": "keep-alive"}
        if reply.trickle:
            return await _trickle(request, reply, headers, self._wall)
        response = web.Response(status=reply.status, headers=headers, body=reply.body)
        if isinstance(wire, WireReply):
            response.force_close()
        return response

    async def _read(self, request: web.BaseRequest) -> Wire | WireReply:
        try:
            if not request.can_read_body:
                body = b""
            elif request.content.is_eof():
                body = await request.read()
            else:
                async with asyncio.timeout(BODY_SECONDS):
                    body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return page(413, TOO_LARGE)
        except TimeoutError:
            return page(408, TIMED_OUT)
        except (web.RequestPayloadError, ValueError):
            return page(400, BAD_REQUEST)
        return Wire(
            method=request.method,
            path=request.path,
            target=request.raw_path,
            body=body,
            headers=request.headers,
            remote=request.remote or "",
            base_url=f"{request.scheme}://{request.host}",
        )


async def _trickle(
    request: web.BaseRequest, reply: WireReply, headers: dict[str, str], wall: Wall
) -> web.StreamResponse:
    response = web.StreamResponse(status=reply.status, headers=headers)
    response.content_length = len(reply.body)
    await response.prepare(request)
    pieces = min(20, len(reply.body)) or 1
    size = -(-len(reply.body) // pieces)
    for start in range(0, len(reply.body), size):
        await response.write(reply.body[start : start + size])
        await wall.sleep(reply.trickle / pieces)
    await response.write_eof()
    return response
