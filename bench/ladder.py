"""A payment's whole ladder on a virtual clock, merchant included, against sixteen bare POSTs to that merchant."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from bench.orders import ORDER_PATH, order
from bench.report import Effort, Pairs, Row
from sandbox.actions.pay import Pay, pay
from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.gateway.wire import Wire
from sandbox.notifier.deliveries import HEADERS

ATTEMPTS = 16
SPAN = 25 * 60 * 60 * 1000  # ms, beyond the last attempt


def measure(effort: Effort) -> Iterator[Row]:
    """One of each in turn, in one process, as the tests of a shop run."""
    pairs = asyncio.run(_pairs(effort.rounds))
    yield Row(
        what="ladder of 16 attempts in virtual time / 16 bare POSTs",
        measured=pairs.ratio,
        budget=6,
        at_most=True,
        detail=f"{pairs.ours * 1000:.1f} ms against {pairs.theirs * 1000:.1f} ms",
    )


async def _pairs(rounds: int) -> Pairs:
    pairs = Pairs()
    async with (
        _merchant() as shop,
        Sandbox(Settings(port=0, clock="virtual")) as box,
        aiohttp.ClientSession() as client,
    ):
        for turn in range(rounds + 1):
            before = len(shop.heard)
            climbed = await _climb(box, shop, f"L{turn:06d}")
            heard = len(shop.heard) - before
            if heard != ATTEMPTS:
                raise RuntimeError(f"the merchant heard {heard} notifications, expected {ATTEMPTS}")
            bare = await _post(client, shop)
            if turn:
                pairs.add(climbed, bare)
    return pairs


async def _climb(box: Sandbox, shop: "_Shop", out_trade_no: str) -> float:
    body = order(out_trade_no, shop.url)
    await box.pipeline.serve(Wire(method="POST", path=ORDER_PATH, target=ORDER_PATH, body=body, base_url=box.url))
    started = time.perf_counter()
    await pay.run(box.desk(box.default), Pay(out_trade_no=out_trade_no))
    await box.timers.advance(box.default, SPAN)
    return time.perf_counter() - started


async def _post(client: aiohttp.ClientSession, shop: "_Shop") -> float:
    body = shop.heard[-1]
    started = time.perf_counter()
    for _ in range(ATTEMPTS):
        async with client.post(shop.url, data=body, headers={"Content-Type": "text/xml", **HEADERS}) as answer:
            await answer.read()
    return time.perf_counter() - started


class _Shop:
    """A merchant that refuses every notification."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.url = ""

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.heard.append(await request.read())
        return web.Response(status=500, text="no")


@asynccontextmanager
async def _merchant() -> AsyncIterator[_Shop]:
    shop = _Shop()
    server = web.Server(shop.answer)
    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    shop.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/notify"
    try:
        yield shop
    finally:
        listener.close()
        await server.shutdown(1.0)
