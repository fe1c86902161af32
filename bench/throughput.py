"""New orders in a second of one core: the sandbox with each store against the least that any gateway must do.

What counts is the time that the server had its core, so that whatever else the machine does takes nothing from anybody.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bench import load
from bench.orders import ORDER_PATH, NewOrders, v3_orders
from bench.processes import Server
from bench.report import Effort, Pairs, Row
from bench.signer import Signer
from bench.startup import SERVE

WARM_UP = 300


def measure(effort: Effort) -> Iterator[Row]:
    """v2 against a bare handler, v3 against signing alone."""
    yield from _v2(effort)
    yield _v3(effort)


def _v2(effort: Effort) -> Iterator[Row]:
    """Slices of load, in turn on all three; who is not asked idles."""
    memory, file = Pairs(), Pairs()
    orders = NewOrders()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        bare = stack.enter_context(Server("-m", "bench.bare", "{port}"))
        in_memory = stack.enter_context(Server(*SERVE))
        on_file = stack.enter_context(Server(*SERVE, "--store", str(Path(folder, "bench.sqlite"))))
        servers = [bare, in_memory, on_file]
        for server in servers:
            server.call(ORDER_PATH, orders.take(1)[0])
            load.new_orders(server.port, orders, WARM_UP)
        for turn in range(effort.rounds):
            order = servers if turn % 2 == 0 else servers[::-1]
            rates = {
                server: _rate(server, partial(load.new_orders, server.port, orders, effort.orders)) for server in order
            }
            memory.add(rates[in_memory], rates[bare])
            file.add(rates[on_file], rates[bare])
    yield _row("new v2 orders a core-second, memory / bare handler", memory, 0.6)
    yield _row("new v2 orders a core-second, WAL file / bare handler", file, 0.35)


def _v3(effort: Effort) -> Row:
    number, turns = max(1, effort.orders // 4), Pairs()
    with Server(*SERVE) as server, Signer() as signer:
        server.call(ORDER_PATH, NewOrders().take(1)[0])
        for turn in range(effort.rounds + 1):
            requests = v3_orders(turn * number, number)
            rate = _rate(server, partial(load.asyncio_load, server.port, requests, b'{"prepay_id":'))
            alone = signer.rate(number)
            if turn:  # the first loads the keys
                turns.add(rate, alone)
    return _row("new v3 orders a core-second, memory / RSA-2048 signing", turns, 0.45)


def _rate(server: Server, place: Callable[[], int]) -> float:
    before = server.core_seconds()
    return place() / (server.core_seconds() - before)


def _row(what: str, pairs: Pairs, budget: float) -> Row:
    detail = f"{pairs.ours:.0f}/s against {pairs.theirs:.0f}/s"
    return Row(what=what, measured=pairs.ratio, budget=budget, at_most=False, detail=detail)
