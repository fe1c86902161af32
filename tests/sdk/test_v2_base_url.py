"""wechatpy, unmodified, told where the gateway is: the plain door, without a certificate."""

from collections.abc import Iterator

import pytest
from live_sandbox import Inbox, LiveSandbox, live_sandbox
from wechatpy.exceptions import WeChatPayException
from wechatpy.pay import WeChatPay

APPID, MCH_ID, KEY = "wx5a4d8bf0c0de0001", "1900000001", "sandboxAPIv2key0sandboxAPIv2key0"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSandbox]:
    """One sandbox for the file."""
    with live_sandbox(tmp_path_factory.mktemp("sdk")) as running:
        yield running


def client(sandbox: LiveSandbox, key: str) -> WeChatPay:
    """wechatpy's own class attribute leads it to the sandbox."""
    pay = WeChatPay(APPID, key, MCH_ID)
    pay.API_BASE_URL = f"{sandbox.url}/"
    return pay


def test_order_pay_notification_query_refund(sandbox: LiveSandbox, notices: Inbox) -> None:
    """Its second sign opens the cashier, the notification is believed; no certificate can be sent for a refund."""
    pay, openid = client(sandbox, KEY), sandbox.call("POST", "/login-codes", {})["openid"]
    placed = pay.order.create("JSAPI", "茶叶", 199, notices.url, "127.0.0.1", openid, "PY000001")
    launch = pay.jsapi.get_jsapi_params(placed["prepay_id"])
    launch = {name: launch[name] for name in ("timeStamp", "nonceStr", "package", "signType", "paySign")}

    paid = sandbox.call("POST", "/request-payment", {"params": launch, "appid": APPID, "openid": openid})
    notice = pay.parse_payment_result(notices.first())
    found = pay.order.query(out_trade_no="PY000001")
    refund = pay.refund.apply(199, 199, "PYR00001", out_trade_no="PY000001")

    assert paid["errMsg"] == "requestPayment:ok"
    assert (notice["out_trade_no"], notice["total_fee"]) == ("PY000001", 199)
    assert (found["trade_state"], found["transaction_id"]) == ("SUCCESS", notice["transaction_id"])
    assert refund["transaction_id"] == notice["transaction_id"]
    (waived,) = sandbox.call("GET", "/exchanges?endpoint=v2.refund")["exchanges"][-1]["notes"]
    assert MCH_ID in waived


def test_a_wrong_key_is_told(sandbox: LiveSandbox) -> None:
    """As a return_msg, by the platform's words."""
    with pytest.raises(WeChatPayException) as unsigned:
        client(sandbox, "x" * 32).order.query(out_trade_no="PY000001")

    assert (unsigned.value.return_code, unsigned.value.return_msg) == ("FAIL", "签名错误，请检查后再试")
