"""wechatpy, unmodified, on its default host under `run`, its PEM pair shown for refunds."""

import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from v2_shop import Shop, V2Contract, shop


class TestWechatpy(V2Contract):
    """PyPI wechatpy."""

    sdk_name = f"wechatpy {version('wechatpy')}"

    @pytest.fixture(scope="class")
    @classmethod
    def sdk(cls, authority: Path) -> Iterator[Shop]:
        """The SDK in a Python of its own."""
        with shop(authority, sys.executable, str(Path(__file__).parent / "wechatpy_v2.py")) as running:
            yield running
