"""A shop as its developer would write it from wechatpy's documentation: Flask, API v2, the SDK's own hosts.

`python flask_shop.py PORT`; whose shop it is stands in WECHATPAY_SANDBOX_*. Nothing in it knows of a sandbox otherwise.
"""

import os
import secrets
import sys
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from wechatpy import WeChatClient
from wechatpy.exceptions import InvalidSignatureException, WeChatException
from wechatpy.pay import WeChatPay

ME = {
    name: os.environ[f"WECHATPAY_SANDBOX_{name}"]
    for name in ("APPID", "APP_SECRET", "MCH_ID", "API_KEY", "CERT", "KEY")
}
PORT = int(sys.argv[1])

app = Flask(__name__)
login = WeChatClient(ME["APPID"], ME["APP_SECRET"])
pay = WeChatPay(ME["APPID"], ME["API_KEY"], ME["MCH_ID"], mch_cert=ME["CERT"], mch_key=ME["KEY"], timeout=5)
sessions: dict[str, str] = {}
orders: dict[str, dict[str, Any]] = {}


@app.post("/api/login")
def log_in() -> ResponseReturnValue:
    """wx.login's code for a session."""
    try:
        openid = login.wxa.code_to_session(request.get_json()["code"])["openid"]
    except WeChatException as error:
        return jsonify(error=str(error)), 401
    token = secrets.token_hex(16)
    sessions[token] = openid
    return jsonify(token=token)


@app.post("/api/orders")
def order() -> ResponseReturnValue:
    """Order, and what wx.requestPayment needs."""
    wanted = request.get_json()
    total = int(wanted.get("amount", 199))
    number = secrets.token_hex(14)
    try:
        made = pay.order.create(
            trade_type="JSAPI", body=wanted.get("title", "茶叶一罐"), total_fee=total, notify_url=f"http://127.0.0.1:{PORT}/pay/notify",
            user_id=_openid(), out_trade_no=number, client_ip="127.0.0.1",
        )  # fmt: skip
    except WeChatException as error:
        return jsonify(error=str(error)), 502
    orders[number] = {"state": "unpaid", "amount": total, "parcels": 0, "refunded": 0}
    params = pay.jsapi.get_jsapi_params(made["prepay_id"])
    return jsonify(id=number, pay=params)


@app.get("/api/orders/<number>")
def show(number: str) -> ResponseReturnValue:
    """The order's state; one that is unpaid is asked after, as the page polls."""
    one = orders[number]
    if one["state"] == "unpaid":
        try:
            asked = pay.order.query(out_trade_no=number)
        except WeChatException:
            asked = {}
        if asked.get("trade_state") == "SUCCESS":
            _paid(number, "query")
        elif asked.get("trade_state") == "CLOSED":
            one["state"] = "closed"
    return jsonify(one)


@app.post("/api/orders/<number>/refund")
def refund(number: str) -> ResponseReturnValue:
    """All, or a part of it."""
    one = orders[number]
    amount = int(request.get_json(silent=True).get("amount") or one["amount"])
    try:
        pay.refund.apply(one["amount"], amount, out_refund_no=secrets.token_hex(14), out_trade_no=number)
    except WeChatException as error:
        return jsonify(error=str(error)), 502
    one["refunded"] += amount
    return jsonify(refunded=one["refunded"])


@app.post("/pay/notify")
def notified() -> ResponseReturnValue:
    """The platform's word that an order is paid."""
    try:
        said = pay.parse_payment_result(request.get_data())
    except InvalidSignatureException:
        return _reply("FAIL")
    if said["result_code"] == "SUCCESS":
        _paid(said["out_trade_no"], "notification")
    return _reply("SUCCESS")


def _paid(number: str, learned_by: str) -> None:
    one = orders[number]
    if one["state"] != "paid":
        one.update(state="paid", parcels=one["parcels"] + 1, learned_by=learned_by)


def _openid() -> str:
    return sessions[request.headers["Authorization"].removeprefix("Bearer ")]


def _reply(code: str) -> str:
    return f"<xml><return_code><![CDATA[{code}]]></return_code></xml>"


if __name__ == "__main__":
    app.run("127.0.0.1", PORT, threaded=True)
