"""The shop sells by QR code and refunds; WeChat Pay is a fixture, and Django's own server runs in a thread."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from django.test.testcases import QuietWSGIRequestHandler

from sandbox.testing import WeChatPayServer


@pytest.fixture
def shop(wechatpay_server: WeChatPayServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The shop on a port of its own; its address. (With pytest-django, ask for its live_server instead.)"""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "django_shop.settings")
    application = get_wsgi_application()
    me = wechatpay_server.credentials
    told = {
        "mchid": me.mch_id,
        "private_key": me.key_pem,
        "cert_serial_no": me.serial_no,
        "appid": me.appid,
        "apiv3_key": me.apiv3_key,
        "public_key": me.pub_key_pem,
        "public_key_id": me.pub_key_id,
    }
    with override_settings(WECHATPAY=told, WECHATPAY_PLATFORM=wechatpay_server.url):
        server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
        server.set_app(application)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


def ask(method: str, url: str) -> Any:
    """What the page does."""
    return requests.request(method, url, timeout=5).json()


def test_a_scanned_order_is_paid(shop: str, wechatpay_server: WeChatPayServer) -> None:
    """Whoever scans the code pays, and the notification tells the shop."""
    order = ask("POST", f"{shop}/orders")

    wechatpay_server.scan(order["code_url"], user="xiaohong")

    assert ask("GET", f"{shop}/orders/{order['out_trade_no']}") == {"status": "paid"}
    wechatpay_server.expect_notification(order, attempts=1)


def test_a_refund_is_done_when_the_platform_says_so(shop: str, wechatpay_server: WeChatPayServer) -> None:
    """Not when it is asked for; a second of the tenant's clock lies between."""
    order = ask("POST", f"{shop}/orders")
    address = f"{shop}/orders/{order['out_trade_no']}"
    wechatpay_server.scan(order["code_url"])

    assert ask("POST", f"{address}/refund") == {"status": "refunding"}
    wechatpay_server.advance("1s")

    assert ask("GET", address) == {"status": "refunded"}
    wechatpay_server.expect_notification(f"{order['out_trade_no']}R", event="refund")


@pytest.mark.parametrize(
    "fault", ["forge", "probe", {"tamper": {"set": {"summary": "支付失败"}}}, {"stale": {"by": "1h"}}]
)
def test_what_the_platform_did_not_sign_is_refused(shop: str, wechatpay_server: WeChatPayServer, fault: Any) -> None:
    """Forged, the platform's own signature test, changed on the way, an hour old."""
    wechatpay_server.rule("notify.due", fault, times=1)
    order = ask("POST", f"{shop}/orders")
    wechatpay_server.scan(order["code_url"])

    assert wechatpay_server.assert_no_unverified() == 1
    assert ask("GET", f"{shop}/orders/{order['out_trade_no']}") == {"status": "unpaid"}

    wechatpay_server.advance("15s")
    assert ask("GET", f"{shop}/orders/{order['out_trade_no']}") == {"status": "paid"}


@pytest.mark.wechatpay(scenario="notifications-lost")
def test_the_fourth_notification_arrives(shop: str, wechatpay_server: WeChatPayServer) -> None:
    """Three are lost, as in the shipped story of that name."""
    order = ask("POST", f"{shop}/orders")
    wechatpay_server.scan(order["code_url"])
    assert ask("GET", f"{shop}/orders/{order['out_trade_no']}") == {"status": "unpaid"}

    wechatpay_server.advance("1m")

    assert ask("GET", f"{shop}/orders/{order['out_trade_no']}") == {"status": "paid"}
    wechatpay_server.expect_notification(order, attempts=4)
