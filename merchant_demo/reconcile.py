"""Asking the platform: the fallback for notifications that never come, and the judge of what a page claims."""

import asyncio
import logging
import time

from merchant_demo.config import Settings
from merchant_demo.errors import PlatformFailure, Refusal, ResultFail
from merchant_demo.orders import LearnedBy, Order, OrderBook
from merchant_demo.payment import Payment, Standing, amount_difference, identity_difference
from merchant_demo.wechatpay import WeChatPay

log = logging.getLogger(__name__)

# Who has not paid in a day does not pay any more.
GIVE_UP_SECONDS = 24 * 3600

OVER = frozenset({"CLOSED", "REVOKED", "REFUND", "PAYERROR"})


class Reconciler:
    """Brings our orders in line with the platform's."""

    def __init__(self, settings: Settings, pay: WeChatPay, orders: OrderBook) -> None:
        self._settings = settings
        self._pay = pay
        self._orders = orders

    async def query(self, order: Order) -> Order:
        """The order as it is now that the platform has been asked. Raises Refusal when it cannot be asked."""
        self._orders.looked_at(order.no)
        try:
            self.learn(order, await self._pay.query_order(order.no), "query")
        except ResultFail as refused:
            if not refused.unknown:
                raise
        except ValueError as error:
            self._put_aside(order, str(error))
        return self._orders.get(order.no)

    def learn(self, order: Order, standing: Standing, learned_by: LearnedBy) -> None:
        """Note how an order stands; a payment must be ours and of its amount."""
        if standing.state in OVER:
            self._orders.close(order.no)
        if standing.payment is None:
            return
        payment = standing.payment
        self.check_answer(payment, order)
        if difference := self.difference(payment, order):
            self._put_aside(order, difference)
        else:
            self._orders.settle(order.no, payment.transaction_id, learned_by, payment.date)

    def check_answer(self, payment: Payment, order: Order) -> None:
        """An answer is signed, the question it belongs to is not. Raises PlatformFailure."""
        if payment.out_trade_no != order.no:
            raise PlatformFailure("reply-differs", f"out_trade_no: expected {order.no}, came {payment.out_trade_no}")

    def difference(self, payment: Payment, order: Order) -> str | None:
        """How the payment is not the one we wait for, if it is not."""
        return identity_difference(payment, self._settings) or amount_difference(payment, order)

    def _put_aside(self, order: Order, difference: str) -> None:
        log.warning("order %s differs from the platform's: %s", order.no, difference)
        self._orders.mismatch(order.no)

    async def run(self) -> None:
        """Query unpaid orders for ever, each `query_seconds` after we last did something with it."""
        interval = self._settings.query_seconds
        while True:
            await asyncio.sleep(interval / 2)
            now = time.time()
            for order in self._orders.to_query(before=now - interval, since=now - GIVE_UP_SECONDS):
                try:
                    await self.query(order)
                except Refusal as refusal:
                    log.warning("order %s could not be queried: %s", order.no, refusal)
