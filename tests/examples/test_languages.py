"""The examples in other languages run as their pages say, where the language is on this machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from node_packages import node_packages

EXAMPLES = Path(__file__).parents[2] / "examples"
SANDBOX = Path(sys.executable).with_name("wechatpay-sandbox")
TESTS = ("node/shop.test.js", "go/shop_test.go", "java/src/test/java/ShopTest.java")
SECONDS = 300


def tool(name: str) -> str:
    """Where a program is; skips with the reason where it is not."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on this machine")
    return found


def ran(folder: str, *command: str, **more: str) -> str:
    """What a command printed, which ended well; our own command is on its path."""
    environment = {**os.environ, "PATH": f"{SANDBOX.parent}{os.pathsep}{os.environ['PATH']}", **more}
    done = tried(folder, command, environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def tried(folder: str, command: Sequence[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """A command in an example's folder."""
    return subprocess.run(
        command, cwd=EXAMPLES / folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def fetched(folder: str, *command: str) -> None:
    """What the example depends on; skips with the reason where it cannot be had."""
    done = tried(folder, command, dict(os.environ))
    if done.returncode:
        pytest.skip(f"what examples/{folder} needs cannot be fetched: {(done.stdout + done.stderr).strip()[-200:]}")


def test_node() -> None:
    """`node --test`, which starts `serve` and reads its ready file."""
    node = node_packages(EXAMPLES / "node")

    assert "# pass 2" in ran("node", node, "--test", "--test-reporter=tap")


def test_go(tmp_path: Path) -> None:
    """`run -- go test ./...`: the SDK has its host in a constant, and is led here."""
    go = tool("go")
    fetched("go", go, "mod", "download")

    printed = ran(
        "go", str(SANDBOX), "run", "--data-dir", str(tmp_path), "--", go, "test", "-count=1", "-v", "./...",
        GOFLAGS="-buildvcs=false", GOTOOLCHAIN="local",
    )  # fmt: skip

    assert printed.count("--- PASS: TestForgedOnceThenPaid/") == 3
    assert "3 v3.jsapi" in printed


def test_java(tmp_path: Path) -> None:
    """`run -- mvn -o test`; without the sandbox, the same tests are skipped."""
    maven = tool("mvn")
    tool("java")
    fetched("java", maven, "-q", "-B", "test")

    printed = ran("java", str(SANDBOX), "run", "--data-dir", str(tmp_path), "--", maven, "-o", "-B", "test")

    assert "Tests run: 1, Failures: 0, Errors: 0, Skipped: 0" in printed
    assert "1 v3.certificates, 1 v3.jsapi" in printed


@pytest.mark.parametrize("file", TESTS)
def test_a_page_is_enough(file: str) -> None:
    """Each test file has fewer than sixty lines of code, and none of ours in it but the control API."""
    lines = (EXAMPLES / file).read_text().splitlines()

    assert len([line for line in lines if line.strip() and not line.strip().startswith(("//", "/*"))]) < 60
