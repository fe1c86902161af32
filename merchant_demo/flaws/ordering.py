"""Mistakes in what is sent to the platform when logging in and ordering."""

from datetime import UTC, datetime, timedelta

import msgspec

from merchant_demo.cashier import Buyer, Cashier, Offer
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.keys import KeyRing
from merchant_demo.login import Login
from merchant_demo.orders import Order
from merchant_demo.wechatpay import Fields, Reply, WeChatPay


class GbkSign(WeChatPay):
    def bytes_to_sign(self, text: str) -> bytes:
        return text.encode("gbk")


class GbkBody(WeChatPay):
    def encode(self, fields: Fields) -> bytes:
        return super().encode(fields).decode().encode("gbk")


class IgnoresReturnCode(WeChatPay):
    def accept(self, path: str, reply: Reply, needs: tuple[str, ...]) -> None:
        if reply.fields.get("return_code") == "SUCCESS":
            super().accept(path, reply, needs)


class IgnoresResultCode(WeChatPay):
    def check_result(self, path: str, reply: Reply, needs: tuple[str, ...]) -> None:
        pass


class FloatTotalFee(Cashier):
    def total_fee(self, total: int) -> str:
        return str(float(total))


class WrongFieldCase(Cashier):
    def order_fields(self, order: Order, ip: str) -> Fields:
        fields = super().order_fields(order, ip)
        fields["Out_trade_no"] = fields.pop("out_trade_no")
        return fields


class NoOpenid(Cashier):
    def order_fields(self, order: Order, ip: str) -> Fields:
        fields = super().order_fields(order, ip)
        del fields["openid"]
        return fields


class OpenidFromClient(Cashier):
    def payer(self, buyer: Buyer) -> str:
        return buyer.claimed_openid or super().payer(buyer)


class LongBody(Cashier):
    def body(self, title: str) -> str:
        return title


class UtcExpiry(Cashier):
    def expiry(self, now: datetime) -> str:
        return f"{now.astimezone(UTC) + timedelta(minutes=self._settings.expire_minutes):%Y%m%d%H%M%S}"


class ReusesOrderNumber(Cashier):
    async def replace(self, order: Order, total: int, ip: str) -> Offer:
        return await self.offer(msgspec.structs.replace(order, total=total), ip)


class OrdersAgainWhenPaid(Cashier):
    def check_payable(self, order: Order) -> None:
        pass


class NewKeyAtOnce(KeyRing):
    def usable(self) -> tuple[str, ...]:
        return super().usable()[:1]


class ReusesCode(Login):
    async def openid(self, code: str) -> str:
        await super().openid(code)
        return await super().openid(code)


FLAWS = (
    Flaw("gbk-sign", "signs the order's GBK bytes, sends UTF-8", "下单时按 GBK 字节签名，却以 UTF-8 发送", (GbkSign,)),
    Flaw("gbk-body", "sends the order in GBK", "下单报文用 GBK 编码", (GbkBody,)),
    Flaw(
        "ignores-return-code",
        "does not look at return_code",
        "不看 return_code，失败也照样拉起支付",
        (IgnoresReturnCode,),
    ),
    Flaw(
        "ignores-result-code",
        "does not look at result_code",
        "不看 result_code，失败也照样拉起支付",
        (IgnoresResultCode,),
    ),
    Flaw("float-total-fee", "sends total_fee with a decimal point", "total_fee 带小数点", (FloatTotalFee,)),
    Flaw(
        "wrong-field-case", "writes a field name with a capital", "字段名大小写写错（Out_trade_no）", (WrongFieldCase,)
    ),
    Flaw("no-openid", "orders without openid", "JSAPI 下单不传 openid", (NoOpenid,)),
    Flaw(
        "openid-from-client",
        "orders for the openid that the page sends",
        "下单用前端传来的 openid，而不是登录得到的",
        (OpenidFromClient,),
    ),
    Flaw("long-body", "does not cut body to 127 bytes", "商品描述不截断，超过 127 字节", (LongBody,)),
    Flaw("utc-expiry", "writes time_expire from a UTC clock", "time_expire 用 UTC 时间，早了八小时", (UtcExpiry,)),
    Flaw(
        "reuses-order-number",
        "orders a changed cart under the old number",
        "购物车改了，仍用原商户订单号下单",
        (ReusesOrderNumber,),
    ),
    Flaw(
        "orders-again-when-paid",
        "orders again although the order is paid",
        "已支付的订单再次请求下单",
        (OrdersAgainWhenPaid,),
    ),
    Flaw(
        "new-key-at-once",
        "drops the old API key when the new one is entered",
        "重置密钥后立即弃用旧密钥，不等生效",
        (NewKeyAtOnce,),
    ),
    Flaw("reuses-code", "exchanges the login code twice", "同一个登录 code 换取两次", (ReusesCode,)),
)
