"""wechatpay-go, unmodified, against a running sandbox; the transport of its HTTP client leads it there."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from programs import program
from v3_contract import Merchant, Sdk, V3Contract

GO = Path(__file__).parent / "go"
MODULE, VERSION = re.findall(r"require (\S+) (\S+)", (GO / "go.mod").read_text())[0]


@pytest.fixture(scope="module")
def executable(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program, built of what Go's module cache holds; skips with the reason where that is not enough.

    Not every module proxy serves the SDK, so no test asks for it: `go mod tidy` in the folder fetches it once.
    """
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not on this machine")
    built = tmp_path_factory.mktemp("go") / "program"
    environment = {**os.environ, "GOPROXY": "off", "GOFLAGS": "-buildvcs=false", "GOTOOLCHAIN": "local"}
    done = subprocess.run(
        [go, "build", "-o", str(built), "."], cwd=GO, env=environment, capture_output=True, text=True, check=False
    )
    if "missing go.sum entry" in done.stderr or "module lookup disabled" in done.stderr:
        pytest.skip(f"{MODULE} {VERSION} is not in Go's module cache: `go mod tidy` in tests/sdk/go fetches it")
    assert done.returncode == 0, done.stderr
    return str(built)


class TestWechatpayGo(V3Contract):
    """The official Go SDK."""

    sdk_name = f"wechatpay-go {VERSION.removeprefix('v')}"

    @pytest.fixture(scope="class")
    @classmethod
    def sdk(cls, v3_merchant: Merchant, executable: str) -> Iterator[Sdk]:
        """The SDK in a process of its own."""
        with program([executable, json.dumps(v3_merchant.settings)]) as running:
            yield running
