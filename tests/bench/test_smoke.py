"""The bench runs: each budget is measured and printed. What it measures is nobody's business here."""

import json
import subprocess
import sys
from pathlib import Path

from bench.processes import ROOT
from sandbox.doors.authority import Authority
from sandbox.platform.clock import Wall

START = """
import asyncio, pathlib, sys
from sandbox.cli.serve import Sandbox, Settings

async def start():
    async with Sandbox(Settings(port=0, https_port=0, proxy_port=0, data_dir=pathlib.Path(sys.argv[1]))):
        print(*sys.modules)

asyncio.run(start())
"""
LATER = {"cryptography", "lxml", "jinja2", "yaml", "segno", "sandbox.doors.tls"}


def test_a_smoke_run_prints_every_budget() -> None:
    """Every row has a figure, a limit and a verdict, and the exit code says that all were measured."""
    run = subprocess.run([sys.executable, "-m", "bench", "--smoke", "--json"], cwd=ROOT, capture_output=True, text=True)

    assert run.returncode == 0, run.stderr
    rows = json.loads(run.stdout)["rows"]
    assert [row["what"].split(",")[0] for row in rows] == [
        "process start to first answered order / import",
        "idle memory / import",
        "memory after 300 queries for no order / idle",
        "memory for a stored order",
        "new v2 orders a core-second",
        "new v2 orders a core-second",
        "new v3 orders a core-second",
        "ladder of 16 attempts in virtual time / 16 bare POSTs",
        "new tenant with all credentials / RSA-2048 signature",
        "20 plugin tests",
        "first plugin test",
        "mistakes in signatures named",
        "mistakes in signatures named",
        "mistakes in signatures named",
        "first look at a wrong v2 signature",
        "first look at a wrong APIv3 signature",
    ]
    assert all(row["measured"] > 0 and row["budget"] > 0 and row["unit"] in {"×", "B", "%", "ms"} for row in rows)


def test_the_parts_of_an_order_make_up_the_whole() -> None:
    """Each part of an order's way has a time, and together they are the time of the order."""
    run = subprocess.run([sys.executable, "-m", "bench.parts"], cwd=ROOT, capture_output=True, text=True)

    assert run.returncode == 0, run.stderr
    *parts, whole = [float(line.split(" µs")[0].split()[-1]) for line in run.stdout.splitlines()]
    assert len(parts) == 8
    assert min(parts) > 0
    assert abs(sum(parts) - whole) < 1


def test_what_is_not_needed_to_start_is_not_loaded(tmp_path: Path) -> None:
    """Each takes its time to import; whoever needs one imports it where it is needed, though every door is open."""
    Authority(tmp_path, Wall().now())

    run = subprocess.run([sys.executable, "-c", START, str(tmp_path)], cwd=ROOT, capture_output=True, text=True)

    assert run.returncode == 0, run.stderr
    assert not LATER & set(run.stdout.split())
