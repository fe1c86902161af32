"""Mistakes in the arguments of `wx.requestPayment`."""

import re
from collections.abc import Mapping

import aiohttp

from merchant_demo.config import Settings
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.keys import KeyRing
from merchant_demo.wechatpay import Fields, Reply, WeChatPay


class SnakeCaseParams(WeChatPay):
    def launch(self, reply: Reply) -> Fields:
        return {_snake(name): value for name, value in super().launch(reply).items()}


class SnakeCasePaySign(WeChatPay):
    def signed_with(self, arguments: Mapping[str, str]) -> Fields:
        return {_snake(name): value for name, value in super().signed_with(arguments).items()}


class ReuseOrderSign(WeChatPay):
    def pay_sign(self, arguments: Mapping[str, str], reply: Reply) -> str:
        return reply.fields.get("sign", "")


class KeepsPrepayId(WeChatPay):
    def __init__(self, settings: Settings, keys: KeyRing, http: aiohttp.ClientSession) -> None:
        super().__init__(settings, keys, http)
        self._kept: dict[str, Reply] = {}

    async def unified_order(self, fields: Fields) -> Reply:
        no = fields["out_trade_no"]
        if no not in self._kept:
            self._kept[no] = await super().unified_order(fields)
        return self._kept[no]


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
        (ReuseOrderSign,),
    ),
    Flaw(
        "keeps-prepay-id",
        "pays again with the stored prepay_id",
        "再次支付时一直用存下的 prepay_id，不管是否过期",
        (KeepsPrepayId,),
    ),
)
