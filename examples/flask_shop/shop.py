"""The shop: log in, order, learn of the payment, refund. Only `platform` tells it from one that goes live."""

from collections.abc import Mapping
from threading import Lock
from typing import Any
from uuid import uuid4

import requests
from flask import Flask, abort, jsonify, request
from wechatpy.exceptions import InvalidSignatureException, WeChatPayException
from wechatpy.pay import WeChatPay

PRICES = {"tea": 199, "cake": 288}
ACKNOWLEDGED = "<xml><return_code>SUCCESS</return_code></xml>"
REFUSED = "<xml><return_code>FAIL</return_code></xml>"


def create_app(settings: Mapping[str, str]) -> Flask:
    """`settings`: appid, app_secret, mch_id, api_key, cert, key, notify_url; in tests `platform`, where WeChat is."""
    app = Flask(__name__)
    files = {"mch_cert": settings["cert"], "mch_key": settings["key"]}
    pay = WeChatPay(settings["appid"], settings["api_key"], settings["mch_id"], timeout=5, **files)
    login = f"{settings.get('platform', 'https://api.weixin.qq.com')}/sns/jscode2session"
    if platform := settings.get("platform"):
        pay.API_BASE_URL = f"{platform}/"
    orders: dict[str, dict[str, Any]] = {}
    shelf = Lock()

    def learn(told: Mapping[str, str]) -> None:
        """What the platform says of an order, by a notification or by a query: goods leave the shelf once."""
        order = orders[told["out_trade_no"]]
        if int(told["total_fee"]) != order["total"]:
            abort(400, "another amount than was ordered")
        with shelf:
            if order["status"] == "unpaid":
                order["status"] = "paid"
                order["shipped"] += 1

    @app.post("/orders")
    def order() -> Any:
        """Buy something: the answer is what the page passes to wx.requestPayment."""
        wanted = request.get_json()
        who = {"appid": settings["appid"], "secret": settings["app_secret"], "js_code": wanted["code"]}
        openid = requests.get(login, {**who, "grant_type": "authorization_code"}, timeout=5).json()["openid"]
        number, total = uuid4().hex, PRICES[wanted["item"]]
        orders[number] = {"total": total, "status": "unpaid", "shipped": 0}
        placed = pay.order.create(
            "JSAPI", wanted["item"], total, settings["notify_url"], "127.0.0.1", openid, out_trade_no=number
        )
        if not pay.check_signature(placed):
            abort(502, "whoever answered is not WeChat Pay")
        return jsonify(out_trade_no=number, payment=pay.jsapi.get_jsapi_params(placed["prepay_id"]))

    @app.get("/orders/<number>")
    def status(number: str) -> Any:
        """What became of it; the platform is asked while no notification has come."""
        if orders[number]["status"] == "unpaid":
            told = pay.order.query(out_trade_no=number)
            if pay.check_signature(told) and told["trade_state"] == "SUCCESS":
                learn(told)
        return jsonify(orders[number])

    @app.post("/orders/<number>/refund")
    def refund(number: str) -> Any:
        """All of it."""
        total = orders[number]["total"]
        try:
            pay.refund.apply(total, total, f"{number}R", out_trade_no=number)
        except WeChatPayException as refusal:
            return jsonify(error=refusal.errcode), 409
        orders[number]["status"] = "refunded"
        return jsonify(orders[number])

    @app.post("/notify")
    def notify() -> str:
        """The platform tells of a payment."""
        try:
            learn(pay.parse_payment_result(request.get_data()))
        except InvalidSignatureException:
            return REFUSED
        return ACKNOWLEDGED

    return app
