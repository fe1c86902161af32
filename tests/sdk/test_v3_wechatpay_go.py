"""wechatpay-go, unmodified, against a running sandbox; the transport of its HTTP client leads it there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from programs import program
from toolchains import go_program
from v3_contract import Merchant, Sdk, V3Contract

GO = Path(__file__).parent / "go"
VERSION = re.findall(r"wechatpay-go v(\S+)", (GO / "go.mod").read_text())[0]


@pytest.fixture(scope="module")
def executable(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program, built."""
    return go_program(GO, tmp_path_factory.mktemp("go") / "program")


class TestWechatpayGo(V3Contract):
    """The official Go SDK."""

    sdk_name = f"wechatpay-go {VERSION}"

    @pytest.fixture(scope="class")
    @classmethod
    def sdk(cls, v3_merchant: Merchant, executable: str) -> Iterator[Sdk]:
        """The SDK in a process of its own."""
        with program([executable, json.dumps(v3_merchant.settings)]) as running:
            yield running
