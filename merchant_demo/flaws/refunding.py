"""Mistakes in giving money back and in comparing the books."""

import ssl
from typing import Any

import aiohttp
import msgspec
from aiohttp import web

from merchant_demo.config import Settings
from merchant_demo.errors import Refusal
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.keys import KeyRing
from merchant_demo.notify import NotAccepted, Notifications
from merchant_demo.orders import Order
from merchant_demo.refunding import Refunder
from merchant_demo.refunds import Refund, RefundStanding
from merchant_demo.tls import Tls
from merchant_demo.v2.client import V2WeChatPay
from merchant_demo.v2.notify import V2Notifications
from merchant_demo.v3.client import V3WeChatPay
from merchant_demo.v3.notify import V3Notifications
from merchant_demo.wechatpay import Fields


class ProcessingIsDone(Refunder):
    def learn(self, standing: RefundStanding) -> None:
        done = "SUCCESS" if standing.state == "PROCESSING" else standing.state
        super().learn(msgspec.structs.replace(standing, state=done))


class NewRefundNumber(Refunder):
    async def ask_again(self, refund: Refund, order: Order) -> None:
        await super().ask_again(self._refunds.add(order, refund.amount), order)


class OverRefunds(Refunder):
    def left(self, order: Order) -> int:
        return order.total


class TotalIsRest(V3WeChatPay):
    def __init__(self, settings: Settings, keys: KeyRing, http: aiohttp.ClientSession) -> None:
        super().__init__(settings, keys, http)
        self._rest: dict[str, int] = {}

    def refund_body(self, refund: Refund, order: Order) -> dict[str, Any]:
        rest = self._rest.get(order.no, order.total)
        self._rest[order.no] = rest - refund.amount
        body = super().refund_body(refund, order)
        return {**body, "amount": {**body["amount"], "total": rest}}


class TotalFeeIsRest(V2WeChatPay):
    def __init__(self, settings: Settings, keys: KeyRing, http: aiohttp.ClientSession) -> None:
        super().__init__(settings, keys, http)
        self._rest: dict[str, int] = {}

    def refund_fields(self, refund: Refund, order: Order) -> Fields:
        rest = self._rest.get(order.no, order.total)
        self._rest[order.no] = rest - refund.amount
        return {**super().refund_fields(refund, order), "total_fee": str(rest)}


class RefundAwaitsPaymentNotice(Notifications):
    async def take_refund(self, standing: RefundStanding) -> None:
        order = self._orders.find(standing.order_no)
        if order is not None and not order.notifications:
            raise NotAccepted(f"{order.no}: no notification of its payment yet")
        await super().take_refund(standing)


class ShowsNoCertificate(Tls):
    def show(self, context: ssl.SSLContext) -> None:
        pass


class RefusedIsRefunded(Refunder):
    async def ask(self, refund: Refund, order: Order) -> None:
        try:
            await super().ask(refund, order)
        except Refusal:
            self._refunds.settle(refund.no, "refunded")


class FailedHoldsMoney(Refunder):
    def left(self, order: Order) -> int:
        return order.total - sum(one.amount for one in self._refunds.of(order.no))


class NoRefundQuery(Refunder):
    async def query(self, refund: Refund) -> None:
        self._refunds.looked_at(refund.no)


class AnyNoticeIsRefunded(Notifications):
    async def take_refund(self, standing: RefundStanding) -> None:
        await super().take_refund(msgspec.structs.replace(standing, state="SUCCESS"))


class ExpectsSign(V2Notifications):
    async def take_refund_notice(self, fields: dict[str, str]) -> None:
        self.check_sign(fields)
        await super().take_refund_notice(fields)


class JsonOnly(V3Notifications):
    async def handle(self, request: web.Request) -> web.Response:
        return await Notifications.handle(self, request)


FLAWS = (
    Flaw(
        "processing-is-done",
        "takes a refund that was accepted (PROCESSING) for one that has arrived",
        "把退款受理（PROCESSING）当作退款成功",
        (ProcessingIsDone,),
    ),
    Flaw(
        "new-refund-number",
        "refunds under a new number when an answer does not come",
        "退款超时后换商户退款单号重试，造成重复退款",
        (NewRefundNumber,),
    ),
    Flaw(
        "over-refunds",
        "does not reckon what has been refunded already",
        "不核对已退金额，超额也照样申请退款",
        (OverRefunds,),
    ),
    Flaw(
        "refund-total-is-rest",
        "sends what is left as a refund's total, not the order's total",
        "部分退款时 total（total_fee）传剩余金额，而不是原订单金额",
        (TotalIsRest, TotalFeeIsRest),
    ),
    Flaw(
        "refund-awaits-payment-notice",
        "refuses a refund's notification while the payment's has not come",
        "没收到支付通知就拒绝退款通知",
        (RefundAwaitsPaymentNotice,),
    ),
    Flaw(
        "shows-no-certificate",
        "calls what needs the merchant's certificate without it",
        "需要证书的接口不带商户证书",
        (ShowsNoCertificate,),
        only="v2",
    ),
    Flaw(
        "refused-is-refunded",
        "counts a refund as done when it has asked for it, whatever the answer",
        "申请退款后不看应答，被拒也记为已退款",
        (RefusedIsRefunded,),
    ),
    Flaw(
        "failed-holds-money",
        "still counts a refused refund as given back, so that it can never be repeated",
        "被拒的退款仍占用可退金额，无法再次退款",
        (FailedHoldsMoney,),
    ),
    Flaw("no-refund-query", "never queries a refund", "从不查询退款结果", (NoRefundQuery,)),
    Flaw(
        "any-notice-is-refunded",
        "takes every refund notification for a success",
        "收到退款通知就当作退款成功，不看退款状态",
        (AnyNoticeIsRefunded,),
    ),
    Flaw(
        "expects-refund-sign",
        "wants a sign in a refund's notification, which is encrypted and has none",
        "按支付通知验签退款通知，而退款通知只加密、没有 sign",
        (ExpectsSign,),
    ),
    Flaw(
        "json-only",
        "does not know that a console refund is told in XML to a shop of APIv3 too",
        "APIv3 商户不认商户平台退款的 v2 XML 通知",
        (JsonOnly,),
    ),
)
