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
    """The program, built; Go fetches the modules that go.sum names. Skips with the reason where it cannot."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not on this machine")
    built = tmp_path_factory.mktemp("go") / "program"
    environment = {**os.environ, "GOFLAGS": "-buildvcs=false", "GOTOOLCHAIN": "local"}
    fetched = subprocess.run(
        [go, "mod", "download"], cwd=GO, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    if fetched.returncode:
        pytest.skip(f"{MODULE} {VERSION} cannot be fetched: {fetched.stderr.strip()[-200:]}")
    done = subprocess.run(
        [go, "build", "-o", str(built), "."], cwd=GO, env=environment, capture_output=True, text=True, check=False
    )
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
