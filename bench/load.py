"""Load: the same bodies to a server over keep-alive connections; wrk does it where it is installed."""

import asyncio
import gc
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.orders import ORDER_PATH, NewOrders, request

CONNECTIONS = 32
WRK = shutil.which("wrk")
NAME = "wrk" if WRK else "asyncio"
WRK_BODIES = 20_000  # more than any server here answers in the second that wrk runs
GOOD = b"<result_code><![CDATA[SUCCESS]]>"

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class BadAnswer(Exception):
    """The server did not do what it is measured at."""


def new_orders(port: int, orders: NewOrders, number: int) -> int:
    """Place about this many orders, and say how many. Raises BadAnswer when one fails."""
    if WRK:
        return wrk(port, orders.take(WRK_BODIES))
    return asyncio_load(port, [request(ORDER_PATH, body) for body in orders.take(number)], GOOD)


def asyncio_load(port: int, requests: list[bytes], good: bytes) -> int:
    """Send all of them by our own client; each answer must contain `good`. Raises BadAnswer."""
    gc.disable()
    try:
        asyncio.run(_drive(port, requests, good))
    finally:
        gc.enable()
    return len(requests)


def wrk(port: int, bodies: list[bytes]) -> int:
    """Answers that wrk had in one second, which the bodies must outlast. Raises BadAnswer."""
    assert WRK is not None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "bodies")
        file.write_bytes(b"\x00".join(bodies))
        script = Path(__file__).with_name("orders.lua")
        said = subprocess.run(
            [WRK, "-t1", f"-c{CONNECTIONS}", "-d1s", "-s", script, f"http://127.0.0.1:{port}{ORDER_PATH}", "--", file],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    counts = re.search(r"good (\d+) bad (\d+)", said)
    if counts is None or int(counts[2]) or not int(counts[1]):
        raise BadAnswer(f"wrk says:\n{said}")
    return int(counts[1])


async def _drive(port: int, requests: list[bytes], good: bytes) -> None:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    run = _Run(requests, good, done)
    callers = [
        await loop.create_connection(lambda: _Caller(run), "127.0.0.1", port)
        for _ in range(min(CONNECTIONS, len(requests)))
    ]
    await done
    for transport, _ in callers:
        transport.close()


class _Run:
    """What the connections share: the requests that are left, and how many answers are still to come."""

    def __init__(self, requests: list[bytes], good: bytes, done: "asyncio.Future[None]") -> None:
        self.left: Iterator[bytes] = iter(requests)
        self.open = len(requests)
        self.good = good
        self.done = done

    def answered(self, answer: bytes) -> None:
        self.open -= 1
        if self.done.done():
            return
        if self.good not in answer:
            self.done.set_exception(BadAnswer(answer.decode("utf-8", "replace")))
        elif not self.open:
            self.done.set_result(None)


class _Caller(asyncio.Protocol):
    """One connection: sends the next request as soon as an answer is whole."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._came += data
        head = self._came.find(b"\r\n\r\n")
        length = _LENGTH.search(self._came, 0, max(head, 0))
        if head < 0 or length is None or len(self._came) < head + 4 + int(length[1]):
            return
        answer, self._came = self._came, b""
        self._run.answered(answer)
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._run.done.done():
            self._run.done.set_exception(BadAnswer(f"the server hung up: {exc}"))

    def _next(self) -> None:
        request = next(self._run.left, None)
        if request is not None:
            self._transport.write(request)
