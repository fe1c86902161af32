"""A sandbox in a thread and a loop of its own: it goes on answering while a test's loop, or the test itself, waits."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.control.client import ControlClient

T = TypeVar("T")


class Server:
    """Runs from `start` to `stop`. `box` and `control` may be touched in its own loop only."""

    def __init__(self) -> None:
        self.box: Sandbox
        self.control: ControlClient
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wechatpay-sandbox", daemon=True)

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.box.url

    def start(self) -> None:
        """Listen on a free port of loopback."""
        self._thread.start()
        try:
            self.do(self._open())
        except BaseException:
            self._end()
            raise

    def stop(self) -> None:
        """Forget all tenants and free the port."""
        self.do(self._close())
        self._end()

    def submit(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Begin something in the loop, from any thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the loop and wait for it, from any other thread."""
        return self.submit(work).result()

    async def _open(self) -> None:
        self.box = Sandbox(Settings(port=0))
        await self.box.start()
        self.control = ControlClient(self.box.url)

    async def _close(self) -> None:
        await self.control.close()
        await self.box.stop()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
