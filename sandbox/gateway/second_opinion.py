"""Combinations of mistakes are looked for after the answer has gone, in one thread, and not for everybody at once."""

import asyncio
from concurrent.futures import Executor, ThreadPoolExecutor

from sandbox.doctor.verdict import Chart
from sandbox.gateway.diagnosis import reconsider
from sandbox.platform.journal import Diagnosis, Exchange, Journal

WAITING = 8  # charts that may wait for the one that is being looked at


class SecondOpinions:
    """One worker thread; who comes when it is `full` is sent away."""

    def __init__(self) -> None:
        self._executor: Executor | None = None
        self._under_way: set[asyncio.Future[Diagnosis]] = set()

    @property
    def full(self) -> bool:
        """Whether nobody else can be seen."""
        return len(self._under_way) > WAITING

    def ask(self, journal: Journal, exchange: Exchange, chart: Chart) -> None:
        """Replace the exchange's pending diagnosis when the worker has come to it."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="doctor")
        pending = exchange.diagnosis
        assert pending is not None
        found = asyncio.get_running_loop().run_in_executor(self._executor, reconsider, pending, chart)
        self._under_way.add(found)
        found.add_done_callback(lambda done: self._heard(journal, exchange, done))

    async def heard(self, seconds: float) -> None:
        """Wait until nobody waits for an opinion any more, at most so long."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    def close(self) -> None:
        """Look at no more charts."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)

    def _heard(self, journal: Journal, exchange: Exchange, done: "asyncio.Future[Diagnosis]") -> None:
        self._under_way.discard(done)
        if not done.cancelled():
            journal.revise(exchange, done.result())
