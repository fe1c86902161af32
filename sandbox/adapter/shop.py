"""The shop: a process of ours, started on a free port and killed at will, or somebody else's that is running."""

import asyncio
import os
import shlex
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import aiohttp

from sandbox.adapter import placeholders
from sandbox.adapter.adapter import Adapter
from sandbox.adapter.credentials import environment
from sandbox.adapter.waiting import Deadline

READY_SECONDS = 20.0
NOWHERE: Mapping[str, str] = {}


class ShopFailed(Exception):
    """The shop did not come up, or was gone when it was needed."""


class Shop(Protocol):
    """Where a shop is, the environment it lives in, and what can be done to it."""

    url: str
    env: Mapping[str, str]

    async def start(self, session: aiohttp.ClientSession) -> None:
        """Wait until the shop answers. Raises ShopFailed."""
        ...

    async def kill(self) -> None:
        """End it at once, if it is ours."""
        ...

    def log_tail(self, lines: int = 20) -> list[str]:
        """The last lines that it printed, if we can know."""
        ...


class Process(Protocol):
    """A process of ours."""

    pid: int

    @property
    def returncode(self) -> int | None:
        """Its exit code; None while it lives."""
        ...

    async def wait(self) -> int:
        """Its exit code, once it has ended."""
        ...


Spawn = Callable[[Sequence[str], Mapping[str, str], Path, Path], Awaitable[Process]]
"""Starts a command with an environment in a folder, what it prints going to a file. Raises OSError."""


async def spawn(command: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path) -> Process:
    """A process of the system's own, the first of its group."""
    with log.open("ab") as printed:
        return await asyncio.create_subprocess_exec(
            *command,
            stdout=printed,
            stderr=printed,
            stdin=asyncio.subprocess.DEVNULL,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )


def shop_of(
    adapter: Adapter,
    identity: Mapping[str, str],
    flaws: Sequence[str],
    folder: Path,
    spawn: Spawn = spawn,
    passage: Mapping[str, str] = NOWHERE,
) -> Shop:
    """The adapter's shop; `identity` is whose it is, in which API (`api`), and `folder` where its files may be.

    `passage` are variables that lead it to the sandbox, those that are empty not to be inherited.
    """
    if adapter.url is not None:
        return RunningShop(adapter)
    return StartedShop(adapter, identity, flaws, folder, spawn, passage)


class RunningShop:
    """A shop that somebody else has started and will stop."""

    def __init__(self, adapter: Adapter) -> None:
        self.url = str(adapter.url).rstrip("/")
        self.env: Mapping[str, str] = os.environ
        self._adapter = adapter

    async def start(self, session: aiohttp.ClientSession) -> None:
        """Make sure that it is there. Raises ShopFailed."""
        if not await _ready(self._adapter, self.url, session):
            where = f"{self.url}: start it, or correct url: in the adapter {self._adapter.name}"
            raise ShopFailed(f"no shop answers at {where}")

    async def kill(self) -> None:
        """Leave it alone."""

    def log_tail(self, lines: int = 20) -> list[str]:
        """Unknown to us."""
        return []


class StartedShop:
    """One process of a shop with a store and a port of its own, which outlive a kill."""

    def __init__(
        self,
        adapter: Adapter,
        identity: Mapping[str, str],
        flaws: Sequence[str],
        folder: Path,
        spawn: Spawn = spawn,
        passage: Mapping[str, str] = NOWHERE,
    ) -> None:
        self._spawn = spawn
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._adapter = adapter
        self._flaws = tuple(flaws)
        self._log = folder / "shop.log"
        self._values = {
            **identity,
            "python": sys.executable,
            "port": str(self.port),
            "url": self.url,
            "store": str(folder / "shop.sqlite"),
        }
        inherited = {name: value for name, value in {**os.environ, **passage}.items() if value or name not in passage}
        self.env: Mapping[str, str] = {**inherited, **environment(identity), **self._filled_env()}
        self._process: Process | None = None

    async def start(self, session: aiohttp.ClientSession) -> None:
        """Run the command and wait until the shop answers. Raises ShopFailed."""
        if self._process is not None and self._process.returncode is None:
            raise ShopFailed("the shop is running already; merchant.kill it first")
        command = self.command()
        folder = self._adapter.folder / self._adapter.cwd
        try:
            self._process = await self._spawn(command, self.env, folder, self._log)
        except OSError as error:
            raise ShopFailed(f"cannot run {shlex.join(command)}: {error}") from None
        await self._wait_until_ready(self._process, session)

    def command(self) -> list[str]:
        """The command's words; `{flaws}` becomes `--flaw NAME` for each. Raises ShopFailed when it has no place."""
        words: list[str] = []
        for word in shlex.split(self._adapter.start or ""):
            if word == "{flaws}":
                words += [part for flaw in self._flaws for part in ("--flaw", flaw)]
            else:
                words.append(placeholders.fill(word, self._values, {}))
        if self._flaws and "{flaws}" not in (self._adapter.start or ""):
            raise ShopFailed(f"the adapter {self._adapter.name} has no {{flaws}} in start:, so none can be switched on")
        return words

    async def kill(self) -> None:
        """End the process and its children at once, as a power cut would; nothing happens when it is gone."""
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            _kill_group(process)
        await process.wait()

    def log_tail(self, lines: int = 20) -> list[str]:
        """The last lines that the shop printed."""
        if not self._log.exists():
            return []
        return self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]

    async def _wait_until_ready(self, process: Process, session: aiohttp.ClientSession) -> None:
        deadline = Deadline(READY_SECONDS)
        while not await _ready(self._adapter, self.url, session):
            if process.returncode is not None:
                raise ShopFailed(
                    f"the shop ended with code {process.returncode} before it was ready{self._last_words()}"
                )
            if deadline.over:
                raise ShopFailed(f"the shop was not ready within {READY_SECONDS:.0f} s{self._last_words()}")
            await deadline.pause()

    def _filled_env(self) -> dict[str, str]:
        return {name: str(placeholders.fill(value, self._values, {})) for name, value in self._adapter.env.items()}

    def _last_words(self) -> str:
        tail = self.log_tail(5)
        return "; its last words: " + " | ".join(tail) if tail else ""


async def _ready(adapter: Adapter, url: str, session: aiohttp.ClientSession) -> bool:
    """Whether a shop answers; as its adapter says under `ready`, or anything at all."""
    method, _, path = (adapter.ready or "GET /").partition(" ")
    try:
        async with session.request(method, url + path, timeout=aiohttp.ClientTimeout(total=2)) as answer:
            return answer.status < 400 or adapter.ready is None
    except (aiohttp.ClientError, TimeoutError):
        return False


def _kill_group(process: Process) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            os.kill(process.pid, signal.SIGTERM)  # which is a kill where there are no groups
    except ProcessLookupError:
        pass


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
