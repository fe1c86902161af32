"""Where a new v2 order's time goes, in one process and without a socket.

`python -m bench.parts` prints what each part took in the fastest tenth of the orders, when nothing else disturbed it.
"""

import asyncio
import gc
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

from bench.orders import ORDER_PATH, NewOrders, request
from bench.report import say
from sandbox.app import Sandbox, catalogue
from sandbox.config import Settings
from sandbox.gateway.connection import Server
from sandbox.gateway.dialects.v2 import V2
from sandbox.gateway.edge import Edge
from sandbox.gateway.pipeline import Pipeline

ORDERS = 8_000
STEPS = {
    "decode": "the XML",
    "identify": "whose order it is",
    "admit": "fields, identities, the signature",
    "_run": "the handler and its transaction",
    "encode": "the answer, laid out and signed",
    "_record": "the journal",
}
REST = "edge and pipeline: what stands between these"
AROUND = "aiohttp and the event loop, without the kernel"


class Line(asyncio.Transport):
    """A connection that leads nowhere."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 8686)})
        self.said = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep the answer."""
        self.said = bytes(data)

    def is_closing(self) -> bool:
        """Never."""
        return False

    def close(self) -> None:
        """Nothing is open."""


async def main() -> None:
    """Place the orders and print the table."""
    spent: dict[str, list[int]] = {}
    async with Sandbox(Settings(port=0)) as box:
        v2 = V2()
        pipeline = Pipeline(catalogue(), (v2,), box.tenants, wake=box.timers.wake)
        for name in STEPS:
            owner = v2 if hasattr(v2, name) else pipeline
            setattr(owner, name, _timed(getattr(owner, name), spent.setdefault(name, [])))
        served = spent.setdefault("served", [])
        edge = Edge(pipeline, box.wall)

        async def answer(asked: Any) -> Any:
            started = perf_counter_ns()
            reply = await edge.answer(asked)
            served.append(perf_counter_ns() - started)
            return reply

        spent["whole"] = await _place(Server(answer))
    took = {name: sorted(each)[len(each) // 10] / 1000 for name, each in spent.items()}
    steps = sum(took[name] for name in STEPS)
    rows = {STEPS[name]: took[name] for name in STEPS}
    rows |= {REST: took["served"] - steps, AROUND: took["whole"] - took["served"], "all": took["whole"]}
    for what, microseconds in rows.items():
        say(f"{what:<48} {microseconds:6.1f} µs {microseconds / took['whole']:5.0%}")


async def _place(server: Server) -> list[int]:
    """How long each order took, ns."""
    line, connection, whole = Line(), server(), []
    connection.connection_made(line)
    await asyncio.sleep(0)
    requests = [request(ORDER_PATH, body) for body in NewOrders().take(ORDERS)]
    gc.freeze()
    for one in requests:
        line.said = b""
        started = perf_counter_ns()
        connection.data_received(one)
        while not line.said:  # noqa: ASYNC110 – to wait for an event would be measured, too
            await asyncio.sleep(0)
        whole.append(perf_counter_ns() - started)
    return whole


def _timed(step: Callable[..., Any], spent: list[int]) -> Callable[..., Any]:
    def measured(*given: Any) -> Any:
        started = perf_counter_ns()
        result = step(*given)
        spent.append(perf_counter_ns() - started)
        return result

    return measured


if __name__ == "__main__":
    asyncio.run(main())
