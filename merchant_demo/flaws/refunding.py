"""Mistakes in giving money back and in comparing the books."""

from typing import Any

import aiohttp
import msgspec

from merchant_demo.billing import Auditor
from merchant_demo.config import Settings
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.keys import KeyRing
from merchant_demo.notify import NotAccepted, Notifications
from merchant_demo.orders import Order
from merchant_demo.refunding import Refunder
from merchant_demo.refunds import Refund, RefundStanding
from merchant_demo.v3.client import V3WeChatPay
from merchant_demo.wechatpay import BilledPayment


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


class RefundAwaitsPaymentNotice(Notifications):
    async def take_refund(self, standing: RefundStanding) -> None:
        order = self._orders.find(standing.order_no)
        if order is not None and not order.notifications:
            raise NotAccepted(f"{order.no}: no notification of its payment yet")
        await super().take_refund(standing)


class TrustsOwnBooks(Auditor):
    def missing(self, billed: list[BilledPayment]) -> list[BilledPayment]:
        return []


FLAWS = (
    Flaw(
        "processing-is-done",
        "takes a refund that was accepted (PROCESSING) for one that has arrived",
        "把退款受理（PROCESSING）当作退款成功",
        (ProcessingIsDone,),
        only="v3",
    ),
    Flaw(
        "new-refund-number",
        "refunds under a new number when an answer does not come",
        "退款超时后换商户退款单号重试，造成重复退款",
        (NewRefundNumber,),
        only="v3",
    ),
    Flaw(
        "over-refunds",
        "does not reckon what has been refunded already",
        "不核对已退金额，超额也照样申请退款",
        (OverRefunds,),
        only="v3",
    ),
    Flaw(
        "refund-total-is-rest",
        "sends what is left as amount.total of a refund, not the order's total",
        "部分退款时 amount.total 传剩余金额，而不是原订单金额",
        (TotalIsRest,),
    ),
    Flaw(
        "refund-awaits-payment-notice",
        "refuses a refund's notification while the payment's has not come",
        "没收到支付通知就拒绝退款通知",
        (RefundAwaitsPaymentNotice,),
        only="v3",
    ),
    Flaw(
        "trusts-own-books",
        "looks in the bill only for what it has booked itself",
        "对账只核对自己有的订单，不看平台多出来的",
        (TrustsOwnBooks,),
        only="v3",
    ),
)
