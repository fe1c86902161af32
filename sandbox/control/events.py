"""The event stream: what happens in a tenant, as server-sent events."""

import asyncio
from collections.abc import Collection

import msgspec
from aiohttp import web

from sandbox.platform.journal import Event, Watchers

HEARTBEAT = 15.0  # seconds of silence after which a comment shows that the stream lives


class Streams:
    """The streams that are open; `close` ends them all."""

    def __init__(self, watchers: Watchers) -> None:
        self._watchers = watchers
        self._closed = asyncio.Event()

    def close(self) -> None:
        """End every stream, so that nobody waits for them."""
        self._closed.set()

    async def serve(
        self, request: web.BaseRequest, response: web.StreamResponse, tenant: str, kinds: Collection[str]
    ) -> web.StreamResponse:
        """Send the tenant's events, and those that belong to no tenant, until either side has enough."""

        def wants(event: Event) -> bool:
            return event.tenant in (tenant, "") and (not kinds or event.kind in kinds)

        async with self._watchers.listen(wants) as events:
            await response.prepare(request)
            await response.write(b": the sandbox's events\n\n")
            closed = asyncio.ensure_future(self._closed.wait())
            coming = asyncio.ensure_future(anext(events))
            try:
                while not closed.done():
                    await asyncio.wait({closed, coming}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
                    if coming.done():
                        await response.write(frame(coming.result()))
                        coming = asyncio.ensure_future(anext(events))
                    elif not closed.done():
                        await response.write(b": still here\n\n")
            except ConnectionError:
                pass
            finally:
                closed.cancel()
                coming.cancel()
        return response


def frame(event: Event) -> bytes:
    """An event as the stream spells it."""
    return b"event: " + event.kind.encode() + b"\ndata: " + msgspec.json.encode(event) + b"\n\n"
