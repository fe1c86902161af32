"""Mistakes in what the payment is launched with."""

import hashlib
import re
from collections.abc import Mapping

import aiohttp

from merchant_demo.config import Settings
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.keys import KeyRing
from merchant_demo.orders import Order
from merchant_demo.v2.channel import Reply
from merchant_demo.v2.client import V2WeChatPay
from merchant_demo.v3 import crypto
from merchant_demo.v3.channel import Reply as V3Reply
from merchant_demo.v3.client import V3WeChatPay
from merchant_demo.wechatpay import Fields, WeChatPay


class SnakeCaseParams(WeChatPay):
    async def order(self, order: Order, ip: str) -> Fields:
        # Made part of a real client, whose method this calls.
        arguments = await super().order(order, ip)  # type: ignore[safe-super]
        return {_snake(name): value for name, value in arguments.items()}


class SnakeCasePaySign(V2WeChatPay):
    def signed_with(self, arguments: Mapping[str, str]) -> Fields:
        return {_snake(name): value for name, value in super().signed_with(arguments).items()}


class ReuseOrderSign(V2WeChatPay):
    def pay_sign(self, arguments: Mapping[str, str], reply: Reply) -> str:
        return reply.fields.get("sign", "")


class ReuseOrderSignature(V3WeChatPay):
    def pay_sign(self, arguments: Mapping[str, str], reply: V3Reply) -> Fields:
        return {"signType": "RSA", "paySign": reply.headers["Wechatpay-Signature"]}


class Md5PaySign(V3WeChatPay):
    def pay_sign(self, arguments: Mapping[str, str], reply: V3Reply) -> Fields:
        signed = {"appId": self._settings.appid, **arguments, "signType": "MD5"}
        text = "&".join(f"{name}={signed[name]}" for name in sorted(signed)) + f"&key={self._settings.api_key}"
        return {"signType": "MD5", "paySign": hashlib.md5(text.encode()).hexdigest().upper()}


class PrefixedAppSign(V3WeChatPay):
    def app_message(self, request: Mapping[str, str]) -> bytes:
        prefixed = f"prepay_id={request['prepayid']}"
        return crypto.lines(request["appid"], request["timestamp"], request["noncestr"], prefixed)


class KeepsPrepayId(WeChatPay):
    def __init__(self, settings: Settings, keys: KeyRing, http: aiohttp.ClientSession) -> None:
        super().__init__(settings, keys, http)
        self._kept: dict[str, Fields] = {}

    async def order(self, order: Order, ip: str) -> Fields:
        if order.no not in self._kept:
            self._kept[order.no] = await super().order(order, ip)  # type: ignore[safe-super]
        return self._kept[order.no]


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda capital: "_" + capital[0].lower(), name)


FLAWS = (
    Flaw(
        "snake-case-params",
        "gives the page time_stamp, nonce_str …",
        "拉起支付的参数名写成下划线（time_stamp、nonce_str…）",
        (SnakeCaseParams,),
    ),
    Flaw(
        "snake-case-paysign",
        "signs app_id, time_stamp … instead of appId, timeStamp …",
        "二次签名的字段名写成下划线（app_id、time_stamp…）",
        (SnakeCasePaySign,),
    ),
    Flaw(
        "reuse-order-sign",
        "passes the order reply's sign as paySign",
        "把统一下单返回的 sign 当作 paySign",
        (ReuseOrderSign, ReuseOrderSignature),
    ),
    Flaw(
        "keeps-prepay-id",
        "pays again with the stored prepay_id",
        "再次支付时一直用存下的 prepay_id，不管是否过期",
        (KeepsPrepayId,),
    ),
    Flaw(
        "md5-paysign",
        "signs the launch of an APIv3 order with MD5",
        "APIv3 下的单仍用 MD5 计算 paySign",
        (Md5PaySign,),
    ),
    Flaw(
        "prefixed-app-sign",
        "signs prepay_id= before the prepay_id when launching an App",
        "App 调起支付签名时多写 prepay_id= 前缀",
        (PrefixedAppSign,),
    ),
)
