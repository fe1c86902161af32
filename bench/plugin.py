"""The pytest plugin: many tests of a shop, each in a tenant of its own, and the first one of a run."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

from bench import processes
from bench.report import Effort, Pairs, Row
from bench.startup import IMPORT

SAMPLE = "bench/plugin_sample.py"
WORKERS = 2
ALL_CORES = ("taskset", "-c", f"0-{processes.CORES - 1}") if processes.PIN and shutil.which("taskset") else ()


def measure(effort: Effort) -> Iterator[Row]:
    """The same files by pytest with pytest-xdist; a run with no test of the plugin's takes what pytest takes."""
    many, first = Pairs(), Pairs()
    for _ in range(effort.suites):
        many.add(
            _seconds("test_payment", effort.tests, "-n", str(WORKERS)),
            _seconds("test_nothing", effort.tests, "-n", str(WORKERS)),
        )
    for turn in range(effort.starts + 1):
        one, none = _seconds("test_payment", 1), _seconds("test_nothing", 1)
        alone = processes.run_seconds("-c", IMPORT)
        if turn:
            first.add(max(one - none, 0.001), alone)
    yield Row(
        what=f"{effort.tests:,} plugin tests, {WORKERS} workers / as many empty tests",
        measured=many.ratio,
        budget=4,
        at_most=True,
        detail=f"{many.ours:.1f} s against {many.theirs:.1f} s",
    )
    yield Row(
        what="first plugin test, beyond an empty one / import",
        measured=first.ratio,
        budget=2,
        at_most=True,
        detail=f"{first.ours * 1000:.0f} ms against {first.theirs * 1000:.0f} ms",
    )


def _seconds(test: str, number: int, *options: str) -> float:
    """How long pytest takes for `number` tests, all of which must pass; it finds the plugin as it does elsewhere."""
    plain = ("-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(processes.ROOT))
    command = [*ALL_CORES, sys.executable, "-m", "pytest", *plain, *options, f"{SAMPLE}::{test}"]
    environment = {**processes.environment(), "BENCH_TESTS": str(number)}
    started = time.perf_counter()
    done = subprocess.run(command, cwd=processes.ROOT, env=environment, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - started
    if done.returncode or f"{number} passed" not in done.stdout:
        raise RuntimeError(f"not all of {number} tests passed: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return taken
