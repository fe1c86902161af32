"""A merchant's server that remembers what was posted to it and answers as a test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Self

import pytest
from aiohttp import web

from sandbox.notifier.courier import Courier

GOOD = b"<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>"

Respond = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Post(NamedTuple):
    """What arrived."""

    path: str
    headers: list[tuple[str, str]]
    body: bytes


class Shop:
    """Answers SUCCESS; `answers` are used up first, `respond` replaces everything."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.answers: list[bytes | int] = []
        self.respond: Respond | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        headers = [(name.decode(), value.decode()) for name, value in request.raw_headers]
        self.posts.append(Post(request.raw_path, headers, await request.read()))
        if self.respond is not None:
            return await self.respond(request)
        answer = self.answers.pop(0) if self.answers else GOOD
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response(body=answer)

    @asynccontextmanager
    async def open(self, **how: Any) -> AsyncIterator[Self]:
        """Listening while the block lasts."""
        server = web.Server(self._answer)
        listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0, **how)
        self.port = listener.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            listener.close()
            await server.shutdown(0.1)
            await listener.wait_closed()


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """A running shop."""
    async with Shop().open() as running:
        yield running


@pytest.fixture
async def courier() -> AsyncIterator[Courier]:
    """A courier, hung up at the end."""
    made = Courier()
    yield made
    await made.close()
