"""Giving money back: never more than was paid, never twice, and done only when the platform says so."""

import asyncio
import logging
import time

from merchant_demo.config import Settings
from merchant_demo.errors import Conflict, PlatformFailure, Refusal, ResultFail, Unreachable
from merchant_demo.orders import Order, OrderBook
from merchant_demo.refunds import STATUSES, Refund, RefundBook, RefundStanding
from merchant_demo.wechatpay import WeChatPay

log = logging.getLogger(__name__)

# What has not come to an end in a week is for a person.
GIVE_UP_SECONDS = 7 * 24 * 3600


class Refunder:
    """Asks the platform for refunds and follows them to their end."""

    def __init__(self, settings: Settings, pay: WeChatPay, orders: OrderBook, refunds: RefundBook) -> None:
        self._settings = settings
        self._pay = pay
        self._orders = orders
        self._refunds = refunds

    async def refund(self, order: Order, amount: int | None) -> Refund:
        """Give back an amount, or all that is left. Raises Conflict, or what the platform says against it."""
        wanted = self.left(order) if amount is None else amount
        self.check_refundable(order, wanted)
        refund = self._refunds.add(order, wanted)
        await self.carry_out(refund, order)
        return self._refunds.get(refund.no)

    async def carry_out(self, refund: Refund, order: Order) -> None:
        """Have the platform refund it. Raises what it says against it; unless nobody knows, the refund has failed."""
        try:
            await self.ask(refund, order)
        except Unreachable:
            raise
        except Refusal:
            self._refunds.settle(refund.no, "failed")
            raise
        except ValueError as error:
            self._refunds.settle(refund.no, "abnormal")
            raise PlatformFailure("refund-differs", str(error)) from error

    def left(self, order: Order) -> int:
        """What has not been given back, nor is on its way."""
        return order.total - sum(one.amount for one in self._refunds.of(order.no) if one.status != "failed")

    def check_refundable(self, order: Order, amount: int) -> None:
        if order.status != "paid":
            raise Conflict("not-paid", f"expected a paid order, but {order.no} is {order.status}")
        if not 0 < amount <= self.left(order):
            raise Conflict("too-much", f"amount: expected at most {self.left(order)} of {order.total}, came {amount}")

    async def ask(self, refund: Refund, order: Order) -> None:
        try:
            self.learn(await self._pay.refund(refund, order))
        except Unreachable:
            await self.ask_again(refund, order)

    async def ask_again(self, refund: Refund, order: Order) -> None:
        """No answer: the money may be on its way or not. The same refund once more is right either way."""
        self.learn(await self._pay.refund(refund, order))

    def learn(self, standing: RefundStanding) -> None:
        """Note how a refund stands; it must be the one we know. Raises ValueError."""
        refund, order = self._refunds.find(standing.no), self._orders.find(standing.order_no)
        if order is None:
            raise ValueError(f"out_trade_no: no order {standing.order_no} here")
        if refund is None:  # made by a person on the merchant platform
            refund = self._refunds.add(order, standing.amount, standing.no)
        expected = (refund.order_no, refund.amount, order.total)
        if (came := (standing.order_no, standing.amount, standing.total)) != expected:
            raise ValueError(f"refund {refund.no}: expected order, amount and total {expected}, came {came}")
        if standing.state not in STATUSES:
            raise ValueError(f"refund {refund.no}: expected one of {', '.join(STATUSES)}, came {standing.state}")
        self._refunds.settle(refund.no, STATUSES[standing.state])

    async def query(self, refund: Refund) -> None:
        """Ask how it stands; one that the platform has never heard of is asked for again under its number."""
        self._refunds.looked_at(refund.no)
        try:
            self.learn(await self._pay.query_refund(refund.no))
        except ResultFail as refused:
            if not refused.unknown:
                raise
            await self.carry_out(refund, self._orders.get(refund.order_no))

    async def run(self) -> None:
        """Query refunds under way for ever, each `query_seconds` after we last did something with it."""
        interval = self._settings.query_seconds
        while True:
            await asyncio.sleep(interval / 2)
            now = time.time()
            for refund in self._refunds.to_query(before=now - interval, since=now - GIVE_UP_SECONDS):
                try:
                    await self.query(refund)
                except (Refusal, ValueError) as reason:
                    log.warning("refund %s could not be queried: %s", refund.no, reason)
