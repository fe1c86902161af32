"""From process start to the first answered request, and what the idle process weighs."""

import time
from collections.abc import Iterator

from bench import processes
from bench.orders import ORDER_PATH, NewOrders
from bench.processes import Server
from bench.report import MIB, Effort, Pairs, Row

SERVE = ("-m", "sandbox", "serve", "--port", "{port}", "--https-port", "0", "--proxy-port", "0")
IMPORT = "import aiohttp.web"


def measure(effort: Effort) -> Iterator[Row]:
    """Both against the import of the HTTP library alone."""
    start, idle = Pairs(), Pairs()
    bodies = iter(NewOrders().take(effort.starts + 1))
    for turn in range(effort.starts + 1):
        alone = processes.run_seconds("-c", IMPORT)
        with Server(*SERVE) as server:
            server.call(ORDER_PATH, next(bodies))
            ours = time.perf_counter() - server.started
            weight = server.resident()
        if turn:  # the first fills the caches of compiled modules and of the disk
            start.add(ours, alone)
            idle.add(weight, processes.resident_after(IMPORT))
    yield Row(
        what="process start to first answered order / import",
        measured=start.ratio,
        budget=1.5,
        at_most=True,
        detail=f"{start.ours * 1000:.0f} ms against {start.theirs * 1000:.0f} ms",
    )
    yield Row(
        what="idle memory / import",
        measured=idle.ratio,
        budget=1.8,
        at_most=True,
        detail=f"{idle.ours / MIB:.1f} MiB against {idle.theirs / MIB:.1f} MiB",
    )
