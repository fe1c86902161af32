"""wechatpay-axios-plugin, unmodified, against a running sandbox over APIv3; axios' own baseURL leads it there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from node_packages import node_packages
from programs import program
from v3_contract import Merchant, Sdk, V3Contract

HERE = Path(__file__).parent
NAME = "wechatpay-axios-plugin"
VERSION = json.loads((HERE / "package.json").read_text())["dependencies"][NAME]


class TestAxiosPlugin(V3Contract):
    """npm wechatpay-axios-plugin."""

    sdk_name = f"{NAME} {VERSION}"

    @pytest.fixture(scope="class")
    @classmethod
    def sdk(cls, v3_merchant: Merchant) -> Iterator[Sdk]:
        """The SDK in a node of its own."""
        with program([node_packages(HERE), str(HERE / "axios_v3.js"), json.dumps(v3_merchant.settings)]) as running:
            yield running
