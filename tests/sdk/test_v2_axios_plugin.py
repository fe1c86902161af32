"""wechatpay-axios-plugin over API v2, unmodified, on its default host under `run`, its p12 shown for refunds."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_sandbox import Inbox
from node_packages import node_packages
from v2_shop import TOTAL, Shop, V2Contract, shop

HERE = Path(__file__).parent
NAME = "wechatpay-axios-plugin"
VERSION = json.loads((HERE / "package.json").read_text())["dependencies"][NAME]


class TestAxiosPlugin(V2Contract):
    """npm wechatpay-axios-plugin, which verifies the sign of every answer."""

    sdk_name = f"{NAME} {VERSION}"

    @pytest.fixture(scope="class")
    @classmethod
    def sdk(cls, authority: Path) -> Iterator[Shop]:
        """The SDK in a node of its own."""
        with shop(authority, node_packages(HERE), str(HERE / "axios_v2.js")) as running:
            yield running

    def test_hmac(self, sdk: Shop, notices: Inbox) -> None:
        """An order signed with HMAC-SHA256 is answered, launched, told of and found with it."""
        asked = {"out_trade_no": sdk.number(), "openid": sdk.openid, "total_fee": TOTAL, "notify_url": notices.url}
        launch = sdk.do("order", **asked, sign_type="HMAC-SHA256")
        params = {name: launch[name] for name in ("timeStamp", "nonceStr", "package", "signType", "paySign")}
        request = {"params": params, "appid": launch["appId"], "openid": sdk.openid}

        assert sdk.sandbox.call("POST", "/request-payment", request)["errMsg"] == "requestPayment:ok"
        notice = sdk.do("payment_notification", body=notices.first().decode())
        found = sdk.do("query", out_trade_no=asked["out_trade_no"], sign_type="HMAC-SHA256")

        assert (len(launch["paySign"]), len(found["sign"])) == (64, 64)
        assert notice["out_trade_no"] == found["out_trade_no"] == asked["out_trade_no"]
