"""Unmodified SDKs against a running sandbox over API v2: order, pay, notification, query, close, refusals."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from live_sandbox import Inbox, LiveSandbox, live_sandbox
from node_packages import node_packages
from programs import Program, program
from wechatpy.exceptions import InvalidSignatureException, WeChatPayException
from wechatpy.pay import WeChatPay

HERE = Path(__file__).parent
APPID, MCH_ID, KEY = "wx5a4d8bf0c0de0001", "1900000001", "sandboxAPIv2key0sandboxAPIv2key0"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSandbox]:
    """One sandbox for the file."""
    with live_sandbox(tmp_path_factory.mktemp("sdk")) as running:
        yield running


@pytest.fixture
def openid(sandbox: LiveSandbox) -> str:
    """A payer."""
    return str(sandbox.call("POST", "/login-codes", {})["openid"])


@pytest.fixture
def wechatpy(sandbox: LiveSandbox) -> WeChatPay:
    """wechatpy, told where the gateway is by its own class attribute."""
    client = WeChatPay(APPID, KEY, MCH_ID)
    client.API_BASE_URL = f"{sandbox.url}/"
    return client


class TestWechatpy:
    """PyPI wechatpy."""

    def order(self, client: WeChatPay, openid: str, notify_url: str, number: str) -> Any:
        return client.order.create("JSAPI", "茶叶", 199, notify_url, "127.0.0.1", openid, number)

    def test_order_pay_notification_query(
        self, sandbox: LiveSandbox, wechatpy: WeChatPay, notices: Inbox, openid: str
    ) -> None:
        """Its second sign opens the cashier, its parser verifies the notification, its query sees the payment."""
        placed = self.order(wechatpy, openid, notices.url, "PY000001")
        launch = wechatpy.jsapi.get_jsapi_params(placed["prepay_id"], jssdk=False)
        launch = {name: launch[name] for name in ("timeStamp", "nonceStr", "package", "signType", "paySign")}

        paid = sandbox.call("POST", "/request-payment", {"params": launch, "appid": APPID, "openid": openid})
        notice = wechatpy.parse_payment_result(notices.first())
        found = wechatpy.order.query(out_trade_no="PY000001")

        assert paid["errMsg"] == "requestPayment:ok"
        assert (notice["out_trade_no"], notice["total_fee"]) == ("PY000001", 199)
        assert (found["trade_state"], found["transaction_id"]) == ("SUCCESS", notice["transaction_id"])

    def test_a_forged_notification_is_refused_by_its_parser(
        self, sandbox: LiveSandbox, wechatpy: WeChatPay, notices: Inbox, openid: str
    ) -> None:
        """A rule forges the sign; wechatpy raises."""
        rule = sandbox.call("POST", "/rules", {"when": "notify.due", "times": 1, "do": {"forge": {}}})
        self.order(wechatpy, openid, notices.url, "PY000002")
        sandbox.call("POST", "/pay", {"out_trade_no": "PY000002"})

        with pytest.raises(InvalidSignatureException):
            wechatpy.parse_payment_result(notices.first())
        sandbox.call("DELETE", f"/rules?id={rule['id']}")

    def test_close(self, wechatpy: WeChatPay, notices: Inbox, openid: str) -> None:
        """Closing answers result_code, and the query says CLOSED."""
        self.order(wechatpy, openid, notices.url, "PY000003")

        closed = wechatpy.order.close("PY000003")

        assert closed["result_code"] == "SUCCESS"
        assert wechatpy.order.query(out_trade_no="PY000003")["trade_state"] == "CLOSED"

    def test_refusals_are_typed(self, wechatpy: WeChatPay, notices: Inbox, openid: str) -> None:
        """A wrong key is a return_msg, an unknown order an err_code."""
        with pytest.raises(WeChatPayException) as unknown:
            wechatpy.order.query(out_trade_no="nowhere")
        wechatpy.api_key = "x" * 32
        with pytest.raises(WeChatPayException) as unsigned:
            self.order(wechatpy, openid, notices.url, "PY000004")

        assert (unknown.value.errcode, unknown.value.errmsg) == ("ORDERNOTEXIST", "订单不存在")
        assert (unsigned.value.return_code, unsigned.value.return_msg) == ("FAIL", "签名错误，请检查后再试")


@pytest.fixture(scope="module")
def axios(sandbox: LiveSandbox) -> Iterator[Program]:
    """The SDK, told where the gateway is by axios' own baseURL."""
    settings = json.dumps({"mchid": MCH_ID, "secret": KEY})
    with program([node_packages(HERE), str(HERE / "axios_v2.js"), sandbox.url, settings]) as running:
        yield running


class TestAxiosPlugin:
    """npm wechatpay-axios-plugin, which verifies the sign of every reply."""

    def fields(self, openid: str, notify_url: str, number: str, **more: str) -> dict[str, str]:
        return {
            "appid": APPID, "mch_id": MCH_ID, "body": "茶叶", "out_trade_no": number, "total_fee": "199",
            "spbill_create_ip": "127.0.0.1", "notify_url": notify_url, "trade_type": "JSAPI", "openid": openid, **more,
        }  # fmt: skip

    @pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
    def test_order_pay_notification_query(
        self, sandbox: LiveSandbox, axios: Program, notices: Inbox, openid: str, sign_type: str
    ) -> None:
        """Both sign types: replies verify, the notification is genuine, the query sees the payment."""
        number = f"AX00{sign_type[:3]}"
        placed = axios.do("order", fields=self.fields(openid, notices.url, number, sign_type=sign_type))
        assert placed["data"]["prepay_id"].startswith("wx"), placed
        sandbox.call("POST", "/pay", {"out_trade_no": number})

        notice = axios.do("notification", body=notices.first().decode())
        identity = {"appid": APPID, "mch_id": MCH_ID, "out_trade_no": number, "sign_type": sign_type}
        found = axios.do("query", fields=identity)

        assert notice["genuine"] is True
        assert notice["fields"]["total_fee"] == "199"
        assert found["data"]["trade_state"] == "SUCCESS"

    def test_close_and_refusals(self, axios: Program, notices: Inbox, openid: str) -> None:
        """Closing succeeds once; the second time its business error reaches the caller."""
        assert "data" in axios.do("order", fields=self.fields(openid, notices.url, "AX000003"))
        identity = {"appid": APPID, "mch_id": MCH_ID, "out_trade_no": "AX000003"}

        first = axios.do("close", fields=identity)
        again = axios.do("close", fields=identity)

        assert first["data"]["result_code"] == "SUCCESS"
        assert again["refused"]["err_code"] == "ORDERCLOSED"
