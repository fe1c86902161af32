"""A nursery: a warm process from which the shops of an adapter are forked, so that each costs no start of Python."""

import asyncio
import contextlib
import json
import os
import shlex
import signal
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from sandbox.adapter import placeholders
from sandbox.adapter.adapter import Adapter

GONE = "the process that imports its modules once (preload:) has ended; what it complained of stands above"
_PROGRAM = Path(__file__).with_name("incubator.py")


class Hatched:
    """One shop as a process of the nursery's."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.ended = asyncio.Event()

    async def wait(self) -> int:
        """Its exit code, once it has ended."""
        await self.ended.wait()
        assert self.returncode is not None
        return self.returncode


class Nursery:
    """Forks shops while the block lasts: `async with Nursery(adapter) as nursery`."""

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter
        self._living: dict[int, Hatched] = {}
        self._asked: deque[asyncio.Future[Hatched]] = deque()
        self._listening: asyncio.Task[None] | None = None

    @staticmethod
    def fits(adapter: Adapter) -> bool:
        """Whether this system, and this shop, can do without starting Python anew."""
        return bool(adapter.preload) and hasattr(os, "fork") and sys.platform != "darwin"

    async def __aenter__(self) -> Self:
        flags = [word for word in shlex.split(self._adapter.start or "")[1:] if word.startswith("-")]
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *flags[: flags.index("-m")],
            str(_PROGRAM),
            *self._adapter.preload,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=self._adapter.folder / self._adapter.cwd,
            env={**os.environ, **{k: v for k, v in self._adapter.env.items() if not placeholders.named_in(v)}},
        )
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        with contextlib.suppress(ConnectionError):
            await self.process.stdin.wait_closed()
        await self.process.wait()
        if self._listening is not None:
            await self._listening

    async def spawn(self, command: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path) -> Hatched:
        """A shop: `command` is `python … -m MODULE ARGUMENT…`. Raises OSError when the nursery is gone."""
        at = list(command).index("-m")
        asked = {
            "module": command[at + 1],
            "argv": list(command[at + 2 :]),
            "env": dict(env),
            "cwd": str(cwd),
            "log": str(log),
        }
        if self._listening is None or self._listening.done():
            raise OSError(GONE)
        made: asyncio.Future[Hatched] = asyncio.get_running_loop().create_future()
        self._asked.append(made)
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asked).encode() + b"\n")
        return await made

    async def _listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            said: dict[str, Any] = json.loads(line)
            if "code" not in said:
                shop = self._living[said["pid"]] = Hatched(said["pid"])
                self._asked.popleft().set_result(shop)
            else:
                shop = self._living.pop(said["pid"])
                shop.returncode = said["code"]
                shop.ended.set()
        for made in self._asked:
            made.set_exception(OSError(GONE))
        for shop in self._living.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(shop.pid, signal.SIGKILL)
            shop.returncode = -signal.SIGKILL
            shop.ended.set()
