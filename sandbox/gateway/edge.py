"""The gateway's edge: aiohttp requests in, `Wire` values on, the platform's own manners out.

404, 413 and the `Server` header are the platform's, no banner of the library shows.
"""

import asyncio
import re
import socket
import struct
from email.utils import formatdate
from functools import lru_cache
from typing import NoReturn

from aiohttp import web

from sandbox.gateway.connection import MAX_BODY
from sandbox.gateway.pipeline import Pipeline
from sandbox.gateway.wire import BAD_REQUEST, TIMED_OUT, TOO_LARGE, Wire, WireReply, page
from sandbox.platform.clock import Wall
from sandbox.protocol.client_certificate import from_peer

REACH_SECONDS = 0.05  # that the first bytes of a broken answer have to arrive, before the reset overtakes them

_HOST = re.compile(r"[A-Za-z0-9._\-:\[\]]{1,255}").fullmatch


class Edge:
    """Hands a request to the pipeline and sends what comes back. A body has `body_seconds` to arrive."""

    def __init__(self, pipeline: Pipeline, wall: Wall, *, body_seconds: float = 10.0) -> None:
        self._pipeline = pipeline
        self._wall = wall
        self._body_seconds = body_seconds

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request, whole."""
        content = request.content
        body = content.read_nowait() if content.is_eof() else await self._read(request)
        reply = body if isinstance(body, WireReply) else await self._pipeline.serve(_wire(request, body))
        if reply.dropped:
            _hang_up(request, hard=reply.reset is not None)
        stays = bool(request.keep_alive) and not isinstance(body, WireReply)
        headers = {**reply.headers, "Server": "nginx", "Connection": "keep-alive" if stays else "close"}
        if reply.reset is not None:
            await _break_off(request, reply, headers, self._wall)
        if reply.trickle:
            return await _trickle(request, reply, headers, self._wall)
        if reply.status == 200 and request.method != "HEAD":
            return Whole(headers, reply.body, stays, self._wall.now() // 1000)
        response = web.Response(status=reply.status, headers=headers, body=reply.body)
        if not stays:
            response.force_close()
        return response

    async def _read(self, request: web.BaseRequest) -> bytes | WireReply:
        """A body that is still on its way."""
        if (request.content_length or 0) > MAX_BODY:
            return page(413, TOO_LARGE)
        try:
            async with asyncio.timeout(self._body_seconds):
                if request.headers.get("Expect", "").lower() == "100-continue":
                    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                    request.writer.output_size = 0
                return await request.read()
        except web.HTTPRequestEntityTooLarge:
            return page(413, TOO_LARGE)
        except TimeoutError:
            return page(408, TIMED_OUT)
        except (web.RequestPayloadError, ValueError):
            return page(400, BAD_REQUEST)


def _wire(request: web.BaseRequest, body: bytes) -> Wire:
    https, transport = getattr(request.protocol, "tls", False), request.transport
    secure = transport.get_extra_info("ssl_object") if https and transport is not None else None
    return Wire(
        method=request.method,
        path=request.path,
        target=request.raw_path,
        body=body,
        headers=request.headers,
        remote=request.remote or "",
        base_url=f"{'https' if https else 'http'}://{_host(request)}",
        port=port_of(request),
        tls=secure is not None,
        client_certificate=None if secure is None else from_peer(secure.getpeercert()),
    )


def port_of(request: web.BaseRequest) -> int:
    """The port of ours that the request came to; 0 when the connection is gone."""
    transport = request.transport
    sockname = None if transport is None else transport.get_extra_info("sockname")
    return int(sockname[1]) if sockname else 0


class Whole(web.StreamResponse):
    """An ordinary reply, which leaves in one write: aiohttp's own response costs as much as all its checking."""

    def __init__(self, headers: dict[str, str], body: bytes, stays: bool, second: int) -> None:
        self._stays = stays  # the rest of a `StreamResponse` is not made: nobody asks for it
        lines = "".join([f"\r\n{name}: {value}" for name, value in headers.items()])
        if lines.count("\n") + lines.count("\r") != 2 * len(headers):
            raise ValueError(f"a header with a line break in it: {headers}")
        head = f"HTTP/1.1 200 OK\r\nDate: {_date(second)}\r\nContent-Length: {len(body)}{lines}\r\n\r\n"
        self._bytes = head.encode() + body

    @property
    def keep_alive(self) -> bool:
        """Whether the connection stays open."""
        return self._stays

    async def prepare(self, request: web.BaseRequest) -> None:
        """Send everything. Raises ConnectionResetError when the caller is gone."""
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("the caller hung up")
        transport.write(self._bytes)

    async def write_eof(self, data: bytes = b"") -> None:
        """All is said already."""


@lru_cache(maxsize=4)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _host(request: web.BaseRequest) -> str:
    """The host that the caller used, or the address reached when it gave none, or one that no URL can have.

    aiohttp's own property would ask the name service when there is no Host header.
    """
    host = request.headers.get("Host", "")
    if _HOST(host):
        return host
    name = request.transport.get_extra_info("sockname") if request.transport is not None else None
    return f"{name[0]}:{name[1]}" if name else "localhost"


def _hang_up(request: web.BaseRequest, *, hard: bool) -> NoReturn:
    """Close the connection; `hard`: with a reset, as if nobody had ever known of it."""
    transport = request.transport
    if transport is not None:
        sock = transport.get_extra_info("socket")
        if hard and sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    raise asyncio.CancelledError


async def _break_off(request: web.BaseRequest, reply: WireReply, headers: dict[str, str], wall: Wall) -> NoReturn:
    """The head announces the whole body, then it ends in the midst."""
    response = web.StreamResponse(status=reply.status, headers=headers)
    response.content_length = len(reply.body)
    await response.prepare(request)
    await response.write(reply.body[: reply.reset])
    await wall.sleep(REACH_SECONDS)
    _hang_up(request, hard=True)


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
