"""tenpay, unmodified, on its default host under `run`, its p12 shown for refunds."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from node_packages import node_packages
from v2_shop import Shop, V2Contract, shop

HERE = Path(__file__).parent
VERSION = json.loads((HERE / "package.json").read_text())["dependencies"]["tenpay"]


class TestTenpay(V2Contract):
    """npm tenpay, which verifies the sign of every answer."""

    sdk_name = f"tenpay {VERSION}"

    @pytest.fixture(scope="class")
    @classmethod
    def sdk(cls, authority: Path) -> Iterator[Shop]:
        """The SDK in a node of its own."""
        with shop(authority, node_packages(HERE), str(HERE / "tenpay.js")) as running:
            yield running
