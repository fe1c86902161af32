"""Python processes: started on the first core, watched until they answer, weighed, stopped."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parent.parent
SECONDS = 30.0  # in which a server must have answered

# Each has a core to itself where there are two: the server the first, whoever drives it the last.
CORES = os.cpu_count() or 1
PIN = ("taskset", "-c", "0") if CORES > 1 and shutil.which("taskset") else ()


def python(*arguments: str) -> list[str]:
    """The command line of a Python process on the first core."""
    return [*PIN, sys.executable, *arguments]


def environment() -> dict[str, str]:
    """Compiled modules are kept, as they are wherever Python runs twice."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def keep_to_last_core() -> None:
    """This process, and not its children, leaves the first core alone."""
    if PIN and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {CORES - 1})


def run_seconds(*arguments: str) -> float:
    """How long a Python process lives, from its start to its end."""
    started = time.perf_counter()
    subprocess.run(python(*arguments), cwd=ROOT, env=environment(), check=True)
    return time.perf_counter() - started


def resident_after(code: str) -> int:
    """Bytes of memory (RSS) that a Python process has in use once it has run `code`."""
    command = python("-c", f"{code}; print(flush=True); input()")
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment()
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        weight = resident(process.pid)
        process.stdin.write(b"\n")
        process.stdin.close()
    return weight


class Server:
    """`with Server("-m", "sandbox", "serve", "--port", "{port}") as server: server.call(…)`."""

    def __init__(self, *arguments: str) -> None:
        self.port = _free_port()
        self._command = python(*(argument.format(port=self.port) for argument in arguments))
        self._process: subprocess.Popen[bytes] | None = None
        self.started = 0.0

    def __enter__(self) -> Self:
        self.started = time.perf_counter()
        self._process = subprocess.Popen(self._command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(SECONDS)

    def call(self, path: str, body: bytes) -> bytes:
        """The answer to one POST; a server that does not listen yet is waited for."""
        assert self._process is not None
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
            try:
                connection.request("POST", path, body, {"Content-Type": "text/xml"})
                return connection.getresponse().read()
            except ConnectionRefusedError:
                if self._process.poll() is not None or time.perf_counter() - self.started > SECONDS:
                    raise RuntimeError(f"no answer from: {' '.join(self._command)}") from None
                time.sleep(0.0005)
            finally:
                connection.close()

    def core_seconds(self) -> float:
        """How long it has had a core so far; where the system does not tell, seconds on the clock."""
        assert self._process is not None
        try:
            nanoseconds = Path(f"/proc/{self._process.pid}/schedstat").read_text().split()[0]
        except OSError:
            return time.perf_counter()
        return int(nanoseconds) / 1e9

    def resident(self) -> int:
        """Bytes of memory that the process has in use (RSS)."""
        assert self._process is not None
        return resident(self._process.pid)


def resident(pid: int) -> int:
    """Bytes of memory that a process has in use (RSS)."""
    kib = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], check=True, stdout=subprocess.PIPE, text=True).stdout
    return int(kib) * 1024


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
