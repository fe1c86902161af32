"""The shop is paid, is told twice, is lied to, refunds; WeChat Pay is a fixture."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server

from sandbox.testing import WeChatPayServer

from .shop import create_app


@pytest.fixture
def shop(wechatpay_server: WeChatPayServer) -> Iterator[str]:
    """The shop on a port of its own; its address."""
    me, settings = wechatpay_server.credentials, {}
    server = make_server("127.0.0.1", 0, lambda *call: app(*call), threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    settings = {
        "platform": wechatpay_server.url,
        "appid": me.appid,
        "app_secret": me.app_secret,
        "mch_id": me.mch_id,
        "api_key": me.api_key,
        "cert": str(me.cert_file),
        "key": str(me.key_file),
        "notify_url": f"{address}/notify",
    }
    app = create_app(settings)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


def buy(shop: str, wechatpay_server: WeChatPayServer, item: str = "tea") -> Any:
    """What the page does until the cashier opens."""
    code = wechatpay_server.login_code().code
    return requests.post(f"{shop}/orders", json={"code": code, "item": item}, timeout=5).json()


def status(shop: str, order: Any) -> Any:
    """What the page shows."""
    return requests.get(f"{shop}/orders/{order['out_trade_no']}", timeout=5).json()


def test_a_paid_order_is_shipped(shop: str, wechatpay_server: WeChatPayServer) -> None:
    """The notification is enough: nobody has to ask."""
    order = buy(shop, wechatpay_server)

    payment = wechatpay_server.pay(order["payment"])

    assert payment.out_trade_no == order["out_trade_no"]
    assert status(shop, order) == {"status": "paid", "total": 199, "shipped": 1}
    wechatpay_server.expect_notification(order, attempts=1)
    wechatpay_server.assert_called("orderquery", times=0)


def test_lost_notifications_do_not_matter(shop: str, wechatpay_server: WeChatPayServer) -> None:
    """The shop asks by itself, and a late notification ships nothing more."""
    wechatpay_server.rule("notify.due", "drop", times=3)
    order = buy(shop, wechatpay_server)
    wechatpay_server.pay(order["payment"])

    assert status(shop, order)["status"] == "paid"

    wechatpay_server.advance("10m")
    assert status(shop, order)["shipped"] == 1
    wechatpay_server.expect_notification(order, attempts=4)


def test_a_forged_notification_ships_nothing(shop: str, wechatpay_server: WeChatPayServer) -> None:
    """What is not signed with the shop's key is refused."""
    wechatpay_server.rule("notify.due", "forge", times=1)
    order = buy(shop, wechatpay_server)
    wechatpay_server.fail_next("orderquery", "SYSTEMERROR")
    wechatpay_server.pay(order["payment"])

    assert wechatpay_server.assert_no_unverified() == 1
    wechatpay_server.expect_notification(order, acknowledged=False, attempts=1)


def test_a_refund_is_refused_when_there_is_no_money(shop: str, wechatpay_server: WeChatPayServer) -> None:
    """The shop stays paid and says why."""
    order = buy(shop, wechatpay_server)
    wechatpay_server.pay(order["payment"])
    wechatpay_server.fail_next("v2.refund", "NOTENOUGH")

    refused = requests.post(f"{shop}/orders/{order['out_trade_no']}/refund", timeout=5)

    assert refused.json() == {"error": "NOTENOUGH"}
    assert status(shop, order)["status"] == "paid"
    assert wechatpay_server.order(order).refunded == 0
