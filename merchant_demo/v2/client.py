"""A client of API v2: orders and refunds, the till, the day's bill, and the second signature of page and App."""

import gzip
import secrets
import time
from collections.abc import Mapping

from merchant_demo.billing import payments_in
from merchant_demo.errors import PlatformFailure, ResultFail
from merchant_demo.orders import Order
from merchant_demo.payment import Standing
from merchant_demo.refunds import Refund, RefundStanding
from merchant_demo.v2 import signing
from merchant_demo.v2.channel import Channel, Reply
from merchant_demo.v2.payment import payment_in
from merchant_demo.v2.refund import accepted, standing_in
from merchant_demo.wechatpay import BilledPayment, Fields

# The payer must type the password, or nobody knows: an order query tells.
UNDECIDED = "USERPAYING"


class V2WeChatPay(Channel):
    """What the shop asks, call by call."""

    async def order(self, order: Order, ip: str) -> Fields:
        return self.launch(order, await self.unified_order(self.order_fields(order, ip)))

    async def query_order(self, no: str) -> Standing:
        reply = await self.call("/pay/orderquery", {"out_trade_no": no}, needs=("trade_state",))
        state = reply.fields["trade_state"]
        return Standing(state, payment_in(reply.fields) if state == "SUCCESS" else None)

    async def close_order(self, no: str) -> None:
        await self.call("/pay/closeorder", {"out_trade_no": no})

    async def refund(self, refund: Refund, order: Order) -> RefundStanding:
        return accepted((await self.call("/secapi/pay/refund", self.refund_fields(refund, order))).fields)

    async def query_refund(self, no: str) -> RefundStanding:
        return standing_in((await self.call("/pay/refundquery", {"out_refund_no": no})).fields, no)

    async def bill(self, date: str) -> list[BilledPayment]:
        asked = {"bill_date": date.replace("-", ""), "bill_type": "SUCCESS", "tar_type": "GZIP"}
        try:
            text = gzip.decompress(await self.download("/pay/downloadbill", asked)).decode()
        except (OSError, EOFError, ValueError) as error:
            raise PlatformFailure("platform-unreadable", f"bill of {date}: {error}") from error
        return payments_in(text, date)

    async def charge(self, order: Order, auth_code: str, ip: str) -> Standing:
        try:
            reply = await self.call("/pay/micropay", self.charge_fields(order, auth_code, ip))
        except ResultFail as refused:
            if refused.err_code != UNDECIDED:
                raise
            return Standing(UNDECIDED)
        return Standing("SUCCESS", payment_in(reply.fields))

    async def reverse(self, no: str) -> bool:
        reply = await self.call("/secapi/pay/reverse", {"out_trade_no": no}, needs=("recall",))
        return reply.fields["recall"] == "N"

    def charge_fields(self, order: Order, auth_code: str, ip: str) -> Fields:
        """What `/pay/micropay` is sent; there is no notify_url, for there will be no notification."""
        return {
            "body": self.description(order.title),
            "out_trade_no": order.no,
            "total_fee": self.total_fee(order.total),
            "spbill_create_ip": ip,
            "auth_code": auth_code,
        }

    def refund_fields(self, refund: Refund, order: Order) -> Fields:
        """What is asked for; `total_fee` is always that of the order."""
        return {
            "out_trade_no": order.no,
            "out_refund_no": refund.no,
            "total_fee": self.total_fee(order.total),
            "refund_fee": self.total_fee(refund.amount),
            "notify_url": self._settings.notify_url,
        }

    async def unified_order(self, fields: Fields) -> Reply:
        """Place an order; the reply has a `prepay_id`."""
        return await self.call("/pay/unifiedorder", fields, needs=("prepay_id",))

    def order_fields(self, order: Order, ip: str) -> Fields:
        """What `/pay/unifiedorder` is sent, identity and signature apart."""
        fields = {
            "body": self.description(order.title),
            "out_trade_no": order.no,
            "total_fee": self.total_fee(order.total),
            "spbill_create_ip": ip,
            "time_expire": order.time_expire,
            "notify_url": self._settings.notify_url,
            "trade_type": order.trade_type,
        }
        return fields | ({"openid": order.openid} if order.trade_type == "JSAPI" else {})

    def total_fee(self, total: int) -> str:
        """Whole fen, no decimal point."""
        return str(total)

    def launch(self, order: Order, reply: Reply) -> Fields:
        """What the phone is launched with, signed."""
        return self.launch_app(reply) if order.trade_type == "APP" else self.launch_page(reply)

    def launch_page(self, reply: Reply) -> Fields:
        """The arguments of `wx.requestPayment`. timeStamp is a string, in seconds."""
        arguments = {
            "timeStamp": str(int(time.time())),
            "nonceStr": secrets.token_hex(16),
            "package": f"prepay_id={reply.fields.get('prepay_id', '')}",
            "signType": self._settings.sign_type,
        }
        return {**arguments, "paySign": self.pay_sign(arguments, reply)}

    def launch_app(self, reply: Reply) -> Fields:
        """The Open SDK's PayReq, under the names by which it is signed."""
        request = {
            "appid": self._settings.appid,
            "partnerid": self._settings.mch_id,
            "prepayid": reply.fields.get("prepay_id", ""),
            "package": "Sign=WXPay",
            "noncestr": secrets.token_hex(16),
            "timestamp": str(int(time.time())),
        }
        return {**request, "sign": signing.sign(request, reply.key, self._settings.sign_type)}

    def pay_sign(self, arguments: Mapping[str, str], reply: Reply) -> str:
        """The second signature, with the key and the sign type of the order."""
        return signing.sign(self.signed_with(arguments), reply.key, self._settings.sign_type)

    def signed_with(self, arguments: Mapping[str, str]) -> Fields:
        """What the second signature is over: `appId` too, although the page does not pass it."""
        return {"appId": self._settings.appid, **arguments}
