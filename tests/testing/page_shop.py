"""The shop that the page about testing speaks of; loaded as a plugin by the test that runs the page."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import counter_shop
import pytest
from counter_shop import YES, Counter, counter, launch, post
from wire_merchant import from_xml, v2_sign


class Shop:
    """It orders, believes what is signed for the right amount, and keeps what it learnt."""

    def __init__(self, wechatpay: Any, counter: Counter) -> None:
        self._wechatpay = wechatpay
        self._counter = counter
        self._orders: dict[str, str] = {}
        counter.judge = self._told

    def order(self, item: str, trade_type: str = "JSAPI") -> dict[str, Any]:
        """What the page gets: a number, and what the payer is handed."""
        number = f"T{len(self._orders) + 1:010}"
        payer = {"openid": ""} if trade_type == "NATIVE" else {}
        told = counter_shop.order(
            self._wechatpay, self._counter.url, number, trade_type=trade_type, product_id=item, **payer
        )
        if told["result_code"] == "FAIL":
            return {"error": told["err_code"]}
        self._orders[number] = "unpaid"
        handed = {"code_url": told["code_url"]} if trade_type == "NATIVE" else {}
        return {"out_trade_no": number, "payment": launch(self._wechatpay, told["prepay_id"]), **handed}

    def status(self, order: dict[str, Any]) -> str:
        """What the page shows."""
        return self._orders[order["out_trade_no"]]

    def login(self, code: str) -> str:
        """The openid that a code stands for."""
        me = self._wechatpay.credentials
        query = f"appid={me.appid}&secret={me.app_secret}&js_code={code}&grant_type=authorization_code"
        with urllib.request.urlopen(f"{self._wechatpay.url}/sns/jscode2session?{query}", timeout=10) as response:
            return str(json.load(response)["openid"])

    def charge(self, auth_code: str) -> str:
        """How a sale at the till ended."""
        sale = {"auth_code": auth_code, "body": "茶", "out_trade_no": "TILL000001", "total_fee": "1"}
        return post(self._wechatpay, "/pay/micropay", {**sale, "spbill_create_ip": "127.0.0.1"})["result_code"]

    def breaks(self) -> None:
        """From now on, it answers with HTTP 500."""
        self._counter.judge = lambda body: (500, b"")

    def _told(self, body: bytes) -> tuple[int, bytes]:
        told = from_xml(body)
        if told["sign"] != v2_sign(told, self._wechatpay.credentials.api_key) or told["total_fee"] != "199":
            return 400, b""
        self._orders[told["out_trade_no"]] = "paid"
        return 200, YES


class ShopHere(Shop):
    """The same from a coroutine."""

    async def order(self, item: str, trade_type: str = "JSAPI") -> dict[str, Any]:  # type: ignore[override]
        """Without blocking the loop."""
        return await asyncio.to_thread(super().order, item, trade_type)


@pytest.fixture
def shop(wechatpay_server: Any) -> Iterator[Shop]:
    """For tests that block."""
    with counter() as running:
        yield Shop(wechatpay_server, running)


@pytest.fixture
def shop_here(wechatpay: Any) -> Iterator[ShopHere]:
    """For tests that await."""
    with counter() as running:
        yield ShopHere(wechatpay, running)
