"""A client of APIv3: orders and refunds, the day's bill, and the second signature that page and App need."""

import gzip
import hashlib
import secrets
import time
from collections.abc import Mapping
from typing import Any

from yarl import URL

from merchant_demo.billing import payments_in
from merchant_demo.errors import PlatformFailure, Unreachable
from merchant_demo.orders import Order
from merchant_demo.payment import Standing
from merchant_demo.refunds import Refund, RefundStanding
from merchant_demo.v3 import crypto
from merchant_demo.v3.channel import Channel, Reply
from merchant_demo.v3.payment import payment_in
from merchant_demo.v3.refund import standing_in
from merchant_demo.wechatpay import BilledPayment, Fields

ORDERS = "/v3/pay/transactions"
REFUNDS = "/v3/refund/domestic/refunds"


class V3WeChatPay(Channel):
    """What the shop asks, call by call."""

    async def order(self, order: Order, ip: str) -> Fields:
        return self.launch(order, await self.prepay(order, self.order_body(order, ip)))

    async def query_order(self, no: str) -> Standing:
        target = f"{ORDERS}/out-trade-no/{no}?mchid={self._settings.mch_id}"
        said = (await self.call("GET", target, needs=("trade_state",))).body
        state = str(said["trade_state"])
        return Standing(state, payment_in(said) if state == "SUCCESS" else None)

    async def close_order(self, no: str) -> None:
        await self.call("POST", f"{ORDERS}/out-trade-no/{no}/close", {"mchid": self._settings.mch_id})

    async def refund(self, refund: Refund, order: Order) -> RefundStanding:
        return _standing(await self.call("POST", REFUNDS, self.refund_body(refund, order)))

    async def query_refund(self, no: str) -> RefundStanding:
        return _standing(await self.call("GET", f"{REFUNDS}/{no}"))

    async def bill(self, date: str) -> list[BilledPayment]:
        target = f"/v3/bill/tradebill?bill_date={date}&bill_type=SUCCESS&tar_type=GZIP"
        link = (await self.call("GET", target, needs=("download_url", "hash_value"))).body
        url = URL(link["download_url"], encoded=True)
        # Signed as every request is, but the file is not: its hash is, which came in a signed answer.
        file = await self.send("GET", url.raw_path_qs)
        try:
            content = gzip.decompress(file.content)
        except OSError as error:
            raise PlatformFailure("platform-unreadable", f"bill of {date}: HTTP {file.status}, {error}") from error
        if hashlib.sha1(content).hexdigest() != link["hash_value"]:
            raise PlatformFailure("bill-not-genuine", f"bill of {date}: expected the hash {link['hash_value']}")
        return payments_in(content.decode(), date)

    def refund_body(self, refund: Refund, order: Order) -> dict[str, Any]:
        """What is asked for; `total` is always that of the order."""
        return {
            "out_trade_no": order.no,
            "out_refund_no": refund.no,
            "notify_url": self._settings.notify_url,
            "amount": {"refund": refund.amount, "total": order.total, "currency": "CNY"},
        }

    async def prepay(self, order: Order, body: Mapping[str, Any]) -> Reply:
        """Place an order; the reply has a `prepay_id`."""
        return await self.call("POST", f"{ORDERS}/{order.trade_type.lower()}", body, needs=("prepay_id",))

    def order_body(self, order: Order, ip: str) -> dict[str, Any]:
        """What is asked for. A member that the API does not know would be refused."""
        body = {
            "appid": self._settings.appid,
            "mchid": self._settings.mch_id,
            "description": self.description(order.title),
            "out_trade_no": order.no,
            "time_expire": _rfc3339(order.time_expire),
            "notify_url": self._settings.notify_url,
            "amount": {"total": self.total(order.total), "currency": "CNY"},
            "scene_info": {"payer_client_ip": ip},
        }
        return body | ({"payer": {"openid": order.openid}} if order.trade_type == "JSAPI" else {})

    def total(self, total: int) -> int | float:
        """Whole fen, as a JSON integer."""
        return total

    def launch(self, order: Order, reply: Reply) -> Fields:
        """What the phone is launched with, signed."""
        return self.launch_app(reply) if order.trade_type == "APP" else self.launch_page(reply)

    def launch_page(self, reply: Reply) -> Fields:
        """The arguments of `wx.requestPayment`. timeStamp is a string, in seconds."""
        arguments = {
            "timeStamp": str(int(time.time())),
            "nonceStr": secrets.token_hex(16),
            "package": f"prepay_id={reply.body.get('prepay_id', '')}",
        }
        return {**arguments, **self.pay_sign(arguments, reply)}

    def pay_sign(self, arguments: Mapping[str, str], reply: Reply) -> Fields:
        """The second signature, by the merchant's own key, over appId and the values of the arguments."""
        message = crypto.lines(self._settings.appid, *arguments.values())
        return {"signType": "RSA", "paySign": crypto.sign(message, self._credentials.key)}

    def launch_app(self, reply: Reply) -> Fields:
        """The Open SDK's PayReq."""
        request = {
            "appid": self._settings.appid,
            "timestamp": str(int(time.time())),
            "noncestr": secrets.token_hex(16),
            "prepayid": str(reply.body.get("prepay_id", "")),
        }
        signature = crypto.sign(self.app_message(request), self._credentials.key)
        return {**request, "partnerid": self._settings.mch_id, "package": "Sign=WXPay", "sign": signature}

    def app_message(self, request: Mapping[str, str]) -> bytes:
        """What an App's signature is over: the bare prepay_id, where a page signs `prepay_id=` before it."""
        return crypto.lines(request["appid"], request["timestamp"], request["noncestr"], request["prepayid"])


def _standing(reply: Reply) -> RefundStanding:
    """Money may have moved, whatever the answer looks like: unreadable is as good as none."""
    try:
        return standing_in(reply.body)
    except ValueError as error:
        raise Unreachable("platform-unreadable", f"refund: {error}") from error


def _rfc3339(beijing: str) -> str:
    """20260101120000 as 2026-01-01T12:00:00+08:00."""
    day, clock = beijing[:8], beijing[8:]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}+08:00"
