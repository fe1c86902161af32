"""Mistakes in what is sent to the platform when logging in and ordering."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from merchant_demo.cashier import Buyer, Cashier, Offer, cart_of
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.keys import KeyRing
from merchant_demo.login import Login
from merchant_demo.orders import Order
from merchant_demo.v2.channel import Reply
from merchant_demo.v2.client import V2WeChatPay
from merchant_demo.v3.channel import Channel
from merchant_demo.v3.channel import Reply as V3Reply
from merchant_demo.v3.client import V3WeChatPay
from merchant_demo.wechatpay import Fields, WeChatPay


class GbkSign(V2WeChatPay):
    def bytes_to_sign(self, text: str) -> bytes:
        return text.encode("gbk")


class GbkBody(V2WeChatPay):
    def encode(self, fields: Fields) -> bytes:
        return super().encode(fields).decode().encode("gbk")


class IgnoresReturnCode(V2WeChatPay):
    def accept(self, path: str, reply: Reply, needs: tuple[str, ...]) -> None:
        if reply.fields.get("return_code") == "SUCCESS":
            super().accept(path, reply, needs)


class IgnoresResultCode(V2WeChatPay):
    def check_result(self, path: str, reply: Reply, needs: tuple[str, ...]) -> None:
        pass


class IgnoresStatus(Channel):
    async def accept(self, target: str, reply: V3Reply, needs: tuple[str, ...]) -> None:
        pass


class FloatTotalFee(V2WeChatPay):
    def total_fee(self, total: int) -> str:
        return str(float(total))


class FloatTotal(V3WeChatPay):
    def total(self, total: int) -> int | float:
        return float(total)


class WrongFieldCase(V2WeChatPay):
    def order_fields(self, order: Order, ip: str) -> Fields:
        fields = super().order_fields(order, ip)
        fields["Out_trade_no"] = fields.pop("out_trade_no")
        return fields


class WrongMemberCase(V3WeChatPay):
    def order_body(self, order: Order, ip: str) -> dict[str, Any]:
        body = super().order_body(order, ip)
        body["Out_trade_no"] = body.pop("out_trade_no")
        return body


class NoOpenid(V2WeChatPay):
    def order_fields(self, order: Order, ip: str) -> Fields:
        fields = super().order_fields(order, ip)
        del fields["openid"]
        return fields


class NoPayer(V3WeChatPay):
    def order_body(self, order: Order, ip: str) -> dict[str, Any]:
        body = super().order_body(order, ip)
        del body["payer"]
        return body


class OpenidFromClient(Cashier):
    def payer(self, buyer: Buyer) -> str:
        return buyer.claimed_openid or super().payer(buyer)


class LongDescription(WeChatPay):
    def description(self, title: str) -> str:
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


class NewNumberAfterTimeout(Cashier):
    async def offer_again(self, order: Order, ip: str) -> Offer:
        return await self.place(Buyer(order.user, ip), cart_of(order))


class ClosesOnlyHere(Cashier):
    async def withdraw(self, order: Order) -> None:
        pass


class NewKeyAtOnce(KeyRing):
    def usable(self) -> tuple[str, ...]:
        return super().usable()[:1]


class OldKeyForAWhile(KeyRing):
    def usable(self) -> tuple[str, ...]:
        return super().usable()[-1:]


class RehearsesWithProductionKey(KeyRing):
    def rehearse(self, key: str | None) -> None:
        super().rehearse(None)
        super().rehearse(key and self.usable()[0])


class ReusesCode(Login):
    async def openid(self, code: str) -> str:
        await super().openid(code)
        return await super().openid(code)


FLAWS = (
    Flaw("gbk-sign", "signs the order's GBK bytes, sends UTF-8", "下单时按 GBK 字节签名，却以 UTF-8 发送", (GbkSign,)),
    Flaw("gbk-body", "sends the order in GBK", "下单报文用 GBK 编码", (GbkBody,)),
    Flaw(
        "ignores-return-code",
        "does not look at return_code (APIv3: at the HTTP status)",
        "不看 return_code（APIv3 为 HTTP 状态码），失败也照样拉起支付",
        (IgnoresReturnCode, IgnoresStatus),
    ),
    Flaw(
        "ignores-result-code",
        "does not look at result_code (APIv3: at the HTTP status)",
        "不看 result_code（APIv3 为 HTTP 状态码），失败也照样拉起支付",
        (IgnoresResultCode, IgnoresStatus),
    ),
    Flaw("float-total-fee", "sends the amount with a decimal point", "金额带小数点", (FloatTotalFee, FloatTotal)),
    Flaw(
        "wrong-field-case",
        "writes a field name with a capital",
        "字段名大小写写错（Out_trade_no）",
        (WrongFieldCase, WrongMemberCase),
    ),
    Flaw("no-openid", "orders without openid", "JSAPI 下单不传 openid", (NoOpenid, NoPayer)),
    Flaw(
        "openid-from-client",
        "orders for the openid that the page sends",
        "下单用前端传来的 openid，而不是登录得到的",
        (OpenidFromClient,),
    ),
    Flaw("long-body", "does not cut the description to 127 bytes", "商品描述不截断，超过 127 字节", (LongDescription,)),
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
        "new-number-after-timeout",
        "orders under a new number when an answer does not come",
        "下单超时后换商户订单号重新下单",
        (NewNumberAfterTimeout,),
    ),
    Flaw(
        "closes-only-here",
        "closes an order in its own books without closing it on the platform",
        "只在自己库里关单，不调平台关单接口",
        (ClosesOnlyHere,),
    ),
    Flaw(
        "new-key-at-once",
        "drops the old API key when the new one is entered",
        "重置密钥后立即弃用旧密钥，不等生效",
        (NewKeyAtOnce,),
    ),
    Flaw(
        "old-key-for-a-while",
        "goes on with the old key after a reset, as if the new one took its time: an APIv3 key counts at once",
        "重置后仍继续用旧密钥，以为新密钥要过一会儿才生效；APIv3密钥是立即生效的",
        (OldKeyForAWhile,),
    ),
    Flaw(
        "rehearses-with-production-key",
        "signs the acceptance rehearsal with the production key instead of getsignkey's",
        "验收沙箱里仍用正式密钥签名，不调用 getsignkey",
        (RehearsesWithProductionKey,),
        only="v2",
    ),
    Flaw("reuses-code", "exchanges the login code twice", "同一个登录 code 换取两次", (ReusesCode,)),
)
