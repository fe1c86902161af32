"""gopay, unmodified, on its default host under `run`, its p12 shown for refunds."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from toolchains import go_program
from v2_shop import Shop, V2Contract, shop

GO = Path(__file__).parent / "gopay"
VERSION = re.findall(r"gopay v(\S+)", (GO / "go.mod").read_text())[0]


class TestGopay(V2Contract):
    """The Go module github.com/go-pay/gopay."""

    sdk_name = f"gopay {VERSION}"

    @pytest.fixture(scope="class")
    @classmethod
    def sdk(cls, authority: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
        """The SDK in a process of its own."""
        with shop(authority, go_program(GO, tmp_path_factory.mktemp("gopay") / "program")) as running:
            yield running
