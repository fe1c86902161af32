"""SDKs that run in a process of their own: one JSON command a line in, one JSON result a line out."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class Program:
    """A running program; what an SDK throws comes back as a value."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def do(self, what: str, **arguments: Any) -> Any:
        """One call; its result."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
        self._process.stdin.flush()
        return json.loads(self.line(what))

    def line(self, awaited: str) -> str:
        """The next line that it prints."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the program ended with exit code {self._process.wait(10)} at {awaited!r}: its stderr says why"
        return line.strip()


@contextmanager
def program(command: Sequence[str]) -> Iterator[Program]:
    """Start a program, and end it."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Program(process)
        finally:
            process.terminate()
