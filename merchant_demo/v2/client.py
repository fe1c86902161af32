"""A client of API v2: order, query, close, and the second signature that page and App need."""

import secrets
import time
from collections.abc import Mapping

import aiohttp
import msgspec

from merchant_demo.errors import PlatformFailure, ResultFail, ReturnFail, Unreachable
from merchant_demo.orders import Order
from merchant_demo.payment import Standing
from merchant_demo.v2 import signing, xml
from merchant_demo.v2.payment import payment_in
from merchant_demo.wechatpay import Fields, WeChatPay


class Reply(msgspec.Struct, frozen=True):
    """A reply of the platform, and the API key under which the two understood each other."""

    fields: Fields
    key: str


class V2WeChatPay(WeChatPay):
    """Everything is signed with the API key, which both sides know."""

    async def order(self, order: Order, ip: str) -> Fields:
        return self.launch(order, await self.unified_order(self.order_fields(order, ip)))

    async def query_order(self, no: str) -> Standing:
        reply = await self._call("/pay/orderquery", {"out_trade_no": no}, needs=("trade_state",))
        state = reply.fields["trade_state"]
        return Standing(state, payment_in(reply.fields) if state == "SUCCESS" else None)

    async def close_order(self, no: str) -> None:
        await self._call("/pay/closeorder", {"out_trade_no": no})

    async def unified_order(self, fields: Fields) -> Reply:
        """Place an order; the reply has a `prepay_id`."""
        return await self._call("/pay/unifiedorder", fields, needs=("prepay_id",))

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

    async def _call(self, path: str, fields: Fields, needs: tuple[str, ...] = ()) -> Reply:
        newest, *older = self._keys.usable()
        reply = await self._ask(path, fields, newest)
        for key in older:
            if not is_wrong_sign(reply):
                break
            reply = await self._ask(path, fields, key)
        self.accept(path, reply, needs)
        return reply

    async def _ask(self, path: str, fields: Fields, key: str) -> Reply:
        return Reply(await self._post(path, self.encode(self.signed(fields, key))), key)

    def signed(self, fields: Fields, key: str) -> Fields:
        """The fields with identity, nonce and signature."""
        complete = {
            "appid": self._settings.appid,
            "mch_id": self._settings.mch_id,
            "nonce_str": secrets.token_hex(16),
            "sign_type": self._settings.sign_type,
            **fields,
        }
        to_sign = self.bytes_to_sign(signing.text_to_sign(complete, key))
        return {**complete, "sign": signing.digest(to_sign, key, self._settings.sign_type)}

    def bytes_to_sign(self, text: str) -> bytes:
        """UTF-8, as the body itself: what is signed must be what is sent."""
        return text.encode()

    def encode(self, fields: Fields) -> bytes:
        """The request body."""
        return xml.write(fields).encode()

    async def _post(self, path: str, body: bytes) -> Fields:
        url = self._settings.platform.rstrip("/") + path
        try:
            async with self._http.post(url, data=body, headers={"Content-Type": "text/xml; charset=utf-8"}) as answer:
                content = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable("platform-unreachable", f"no answer from {url}: {_reason(error)}") from error
        if answer.status != 200:
            raise PlatformFailure("platform-unreadable", f"{url}: expected HTTP 200, came {answer.status}")
        try:
            return xml.read(content)
        except xml.NotReadable as error:
            raise PlatformFailure(
                "platform-unreadable", f"{url}: expected XML, came {content[:60]!r}: {error}"
            ) from error

    def accept(self, path: str, reply: Reply, needs: tuple[str, ...]) -> None:
        """The three questions in their order: understood? genuine? agreed? Raises what is not so."""
        if reply.fields.get("return_code") != "SUCCESS":
            raise ReturnFail(path, reply.fields.get("return_msg", ""))
        if not signing.is_signed(reply.fields, [reply.key]):
            raise PlatformFailure("reply-not-signed", f"{path}: the reply's sign is missing or not made with our key")
        self.check_result(path, reply, needs)

    def check_result(self, path: str, reply: Reply, needs: tuple[str, ...]) -> None:
        """result_code must be SUCCESS, and what comes with a success must be there."""
        fields = reply.fields
        if fields.get("result_code") != "SUCCESS":
            raise ResultFail(path, fields.get("err_code", "FAIL"), fields.get("err_code_des", ""))
        for name in needs:
            if not fields.get(name):
                raise PlatformFailure(
                    "platform-unreadable", f"{path}: expected {name} in the reply, came {sorted(fields)}"
                )


def is_wrong_sign(reply: Reply) -> bool:
    """Whether the platform did not accept our key; this has no code, only a text that begins so."""
    return reply.fields.get("return_code") == "FAIL" and reply.fields.get("return_msg", "").startswith("签名错误")


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
