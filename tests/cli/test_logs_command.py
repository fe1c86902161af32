"""`logs`: the journal in the shell."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from shell import Shell


def test_refusals_come_with_their_diagnosis(shell: Shell) -> None:
    """One line an exchange; what was refused says why and what to do; no colours in a pipe."""
    shell.order("T1")
    shell.order("T2", key="k" * 32)

    told = shell.typed("logs").output

    assert "POST /pay/unifiedorder  200  T1" in told
    assert "SIGN_WRONG" in told
    assert "签名错误" in told
    assert "fix " in told
    assert "\x1b" not in told


def test_the_journal_can_be_narrowed(shell: Shell) -> None:
    """By outcome, by order, by number."""
    for number in ("T1", "T2", "T3"):
        shell.order(number)
    shell.order("T4", key="k" * 32)

    def numbers(*words: object) -> list[str]:
        lines = shell.typed("logs", "--json", *words).stdout.splitlines()
        return [json.loads(line)["tags"]["out_trade_no"] for line in lines if json.loads(line)["tenant"]]

    assert numbers("--endpoint", "v2.unifiedorder") == ["T1", "T2", "T3", "T4"]
    assert numbers("--out-trade-no", "T2") == ["T2"]
    assert numbers("--refused", "--endpoint", "v2.unifiedorder") == ["T4"]
    assert numbers("-n", "2", "--endpoint", "v2.unifiedorder") == ["T3", "T4"]


def test_bodies_are_shown_when_asked_for(shell: Shell) -> None:
    """Request and answer as they were."""
    shell.order("T1")

    told = shell.typed("logs", "--bodies", "--out-trade-no", "T1").output

    assert "<out_trade_no>T1</out_trade_no>" in told
    assert "<prepay_id><![CDATA[wx" in told


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_following_shows_what_comes(shell: Shell, tmp_path: Path) -> None:
    """Old exchanges first, each new one once; Ctrl-C is a good end."""
    shell.order("T1")
    told = tmp_path / "told"
    where = ["--url", shell.live.url, "--tenant", shell.tenant["id"]]
    command = [sys.executable, "-m", "sandbox", "logs", "-f", "--endpoint", "v2.unifiedorder", *where]
    with told.open("w") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True) as process:
        _wait_for(told, "T1")
        time.sleep(0.3)  # the stream is opened after the past was shown
        shell.order("T2")
        _wait_for(told, "T2")
        shell.order("T3")
        _wait_for(told, "T3")
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=10)

    assert (process.returncode, complaints) == (0, "")
    assert [line.split()[-1] for line in told.read_text().splitlines()] == ["T1", "T2", "T3"]


def _wait_for(told: Path, text: str) -> None:
    for _ in range(200):
        if text in told.read_text():
            return
        time.sleep(0.05)
    raise AssertionError(f"{text} did not appear: {told.read_text()}")
