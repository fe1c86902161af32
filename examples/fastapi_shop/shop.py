"""The shop: a mini program's order, its launch parameters, the notification, and asking when none came."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI, HTTPException, Request, Response
from wechatpayv3.async_ import AsyncWeChatPay, WeChatPayType

PRICE = 199


def create_app(told: Mapping[str, str], platform: str = "") -> FastAPI:
    """`told`: appid, app_secret, mch_id, apiv3_key, serial_no, key_pem, notify_url.

    `platform` is an address other than WeChat's own, for tests.
    """
    orders: dict[str, str] = {}  # number -> unpaid, paid
    pay = AsyncWeChatPay(
        WeChatPayType.MINIPROG,
        mchid=told["mch_id"],
        private_key=told["key_pem"],
        cert_serial_no=told["serial_no"],
        appid=told["appid"],
        apiv3_key=told["apiv3_key"],
        notify_url=told["notify_url"],
    )
    if platform:
        pay._core._gate_way = platform

    @asynccontextmanager
    async def opened(app: FastAPI) -> AsyncIterator[None]:
        async with pay:  # it downloads the platform's certificates
            yield

    app = FastAPI(lifespan=opened)

    async def openid_of(code: str) -> str:
        who = {
            "appid": told["appid"],
            "secret": told["app_secret"],
            "js_code": code,
            "grant_type": "authorization_code",
        }
        async with httpx.AsyncClient(base_url=platform or "https://api.weixin.qq.com") as client:
            return str((await client.get("/sns/jscode2session", params=who)).json()["openid"])

    @app.post("/orders")
    async def order(code: str) -> dict[str, Any]:
        """Buy a tea: the answer is what the page passes to wx.requestPayment."""
        number, payer = uuid4().hex, {"openid": await openid_of(code)}
        status, text = await pay.pay("茶叶", number, {"total": PRICE}, payer)
        if status != 200:
            raise HTTPException(502, json.loads(text)["code"])
        orders[number] = "unpaid"
        package = f"prepay_id={json.loads(text)['prepay_id']}"
        launch = {
            "appId": told["appid"],
            "timeStamp": str(int(time.time())),
            "nonceStr": uuid4().hex,
            "package": package,
        }
        signed = {**launch, "signType": "RSA", "paySign": pay.sign(list(launch.values()))}
        return {"out_trade_no": number, "payment": signed}

    @app.get("/orders/{number}")
    async def status(number: str) -> dict[str, str]:
        """What the page shows; the platform is asked while no notification has come."""
        if orders[number] == "unpaid":
            code, text = await pay.query(out_trade_no=number)
            if code == 200 and json.loads(text)["trade_state"] == "SUCCESS":
                orders[number] = "paid"
        return {"status": orders[number]}

    @app.post("/notify")
    async def notify(request: Request) -> Response:
        """The platform tells of a payment; what it did not sign is refused."""
        told = pay.callback(request.headers, await request.body())
        if told is None:
            return Response(status_code=401)
        if told["event_type"] == "TRANSACTION.SUCCESS" and told["resource"]["amount"]["total"] == PRICE:
            orders[told["resource"]["out_trade_no"]] = "paid"
        return Response(status_code=204)

    return app
