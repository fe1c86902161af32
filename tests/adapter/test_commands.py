"""Steps that are commands: what they print is the answer, their exit code says whether it is a good one."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.adapter.adapter import adapter_of
from sandbox.adapter.document import parse
from sandbox.adapter.merchant import Driver, Unanswered

STEPS = """\
name: shop
start: "true"
steps:
  status:
    run: >-
      python3 -c "import json, os, sys; print(json.dumps({'state': sys.argv[1], 'me': os.environ['ME']}))" "{order_no}"
    save: {status: state}
    means: {status: {"N 1": paid}}
  broken: {run: python3 -c "import sys; sys.exit('no such order')"}
  nowhere: {run: ./no-such-program}
"""


@pytest.fixture
async def driver(tmp_path: Path) -> Any:
    """A driver of a shop of which only commands are known."""
    async with aiohttp.ClientSession() as session:
        adapter = adapter_of(parse(STEPS, "a.yaml"), tmp_path)
        yield Driver(adapter, "http://127.0.0.1:9", session, {"order_no": "N 1"}, {"ME": "me", "PATH": "/usr/bin:/bin"})


async def test_the_output_is_the_answer(driver: Driver) -> None:
    """JSON is understood, values are translated, arguments stay whole, and the shop's environment is there."""
    answer = await driver.ask("status", {})

    assert (answer.ok, answer.named) == (True, {"status": "paid"})
    assert answer.facts()["me"] == "me"


async def test_the_exit_code_says_whether_it_is_good(driver: Driver) -> None:
    """What a command complains of is its answer, then."""
    answer = await driver.ask("broken", {})

    assert not answer.ok
    assert "no such order" in answer.body


async def test_what_cannot_be_run_is_said(driver: Driver) -> None:
    """With the command."""
    with pytest.raises(Unanswered, match=r"cannot run \./no-such-program: No such file"):
        await driver.ask("nowhere", {})
