"""What a sandbox weighs after many requests that create no order, and what a stored order takes."""

from collections.abc import Iterator

from bench import load
from bench.orders import ORDER_PATH, QUERY_PATH, NewOrders, request, strangers
from bench.processes import Server
from bench.report import MIB, Effort, Row
from bench.startup import SERVE

BATCH = 10_000  # requests prepared at once
UNKNOWN = b"ORDERNOTEXIST"
WARM_UP = 1_500  # orders that fill the journal, which is bounded, and whatever else is not the orders themselves


def measure(effort: Effort) -> Iterator[Row]:
    """Each with a server of its own."""
    yield _idle(effort.idle_requests)
    yield _stored(effort.stored)


def _idle(requests: int) -> Row:
    with Server(*SERVE) as server:
        server.call(ORDER_PATH, NewOrders().take(1)[0])
        before = server.resident()
        for first in range(0, requests, BATCH):
            bodies = strangers(first, min(BATCH, requests - first))
            load.asyncio_load(server.port, [request(QUERY_PATH, body) for body in bodies], UNKNOWN)
        after = server.resident()
    return Row(
        what=f"memory after {requests:,} queries for no order / idle",
        measured=after / before,
        budget=1.3,
        at_most=True,
        detail=f"{after / MIB:.1f} MiB against {before / MIB:.1f} MiB",
    )


def _stored(number: int) -> Row:
    orders = NewOrders()
    with Server(*SERVE) as server:
        server.call(ORDER_PATH, orders.take(1)[0])
        _place(server, orders.take(WARM_UP))
        before = server.resident()
        for first in range(0, number, BATCH):
            _place(server, orders.take(min(BATCH, number - first)))
        grown = server.resident() - before
    return Row(
        what=f"memory for a stored order, of {number:,}",
        measured=grown / number,
        budget=1024,
        at_most=True,
        unit="B",
        detail=f"{grown / MIB:.1f} MiB in all",
    )


def _place(server: Server, bodies: list[bytes]) -> None:
    load.asyncio_load(server.port, [request(ORDER_PATH, body) for body in bodies], load.GOOD)
