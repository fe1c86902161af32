"""Tests that `bench.plugin` runs: of a shop with a tenant of its own each, and of nothing."""

import os
import urllib.request

import pytest

from bench import orders
from sandbox.protocol import v2sign, xml
from sandbox.testing import WeChatPayServer

MANY = range(int(os.environ.get("BENCH_TESTS", "1")))


@pytest.fixture
def nothing() -> object:
    """What an empty test asks for."""
    return object()


@pytest.mark.parametrize("turn", MANY)
def test_payment(wechatpay_server: WeChatPayServer, turn: int) -> None:
    """An order is placed, paid, and looked at."""
    me = wechatpay_server.credentials
    fields = {
        "appid": me.appid,
        "mch_id": me.mch_id,
        "nonce_str": orders.NONCE,
        "body": "茶叶一罐",
        "out_trade_no": "T2026000001",
        "total_fee": "199",
        "spbill_create_ip": "127.0.0.1",
        "notify_url": "http://127.0.0.1:9/notify",
        "trade_type": "JSAPI",
        "openid": me.openid,
    }
    body = xml.render({**fields, "sign": v2sign.sign(fields, me.api_key)}.items())
    with urllib.request.urlopen(f"{wechatpay_server.url}{orders.ORDER_PATH}", body) as response:
        assert b"prepay_id" in response.read()

    assert wechatpay_server.pay("T2026000001").paid
    assert wechatpay_server.order("T2026000001").trade_state == "SUCCESS"


@pytest.mark.parametrize("turn", MANY)
def test_nothing(nothing: object, turn: int) -> None:
    """What pytest itself costs."""
    assert turn >= 0
