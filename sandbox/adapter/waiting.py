"""Waiting in real time for a shop, which lives in it: by the event loop's own clock."""

import asyncio

PAUSE_SECONDS = 0.02


class Deadline:
    """A moment so many seconds from now; needs a running loop."""

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + seconds

    @property
    def over(self) -> bool:
        """Whether it has passed."""
        return self._loop.time() >= self._end

    async def pause(self) -> None:
        """Let a short while go by before looking again."""
        rested = self._loop.create_future()
        handle = self._loop.call_later(PAUSE_SECONDS, rested.set_result, None)
        try:
            await rested
        finally:
            handle.cancel()


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._start = self._loop.time()

    @property
    def seconds(self) -> float:
        """How long so far."""
        return self._loop.time() - self._start
