"""The till: the payer shows a code, we charge it, and what stays undecided too long is called off."""

import asyncio
import contextlib
import logging
import time
from datetime import datetime

from merchant_demo.cashier import BEIJING
from merchant_demo.config import Settings
from merchant_demo.errors import PlatformFailure, Refusal, ResultFail, Unreachable
from merchant_demo.orders import Order, OrderBook, new_number
from merchant_demo.payment import Standing
from merchant_demo.reconcile import Reconciler
from merchant_demo.wechatpay import WeChatPay

log = logging.getLogger(__name__)

GOODS = "收银台商品"


class Till:
    """Sells for a payment code. There is no notification: the answer tells, and where it does not, a query."""

    def __init__(self, settings: Settings, pay: WeChatPay, orders: OrderBook, reconciler: Reconciler) -> None:
        self._settings = settings
        self._pay = pay
        self._orders = orders
        self._reconciler = reconciler

    async def sell(self, clerk: str, auth_code: str, total: int, ip: str) -> Order:
        """The order: paid, or unpaid while the payer types the password or nobody knows. Raises what the platform says.

        It is in the account of the clerk, whoever pays.
        """
        now = datetime.now(BEIJING)
        order = self._orders.add(
            Order(
                no=new_number(now),
                user=clerk,
                openid="",
                title=GOODS,
                total=total,
                time_expire="",
                trade_type="MICROPAY",
            )
        )
        try:
            self.learn(order, await self._pay.charge(order, auth_code, ip))
        except (Unreachable, ValueError) as reason:
            log.warning("till %s: %s", order.no, reason)
            return await self.undecided(order, auth_code, ip)
        except (PlatformFailure, ResultFail):
            self._orders.close(order.no)
            raise
        return self._orders.get(order.no)

    def learn(self, order: Order, standing: Standing) -> None:
        """What the answer says: paid, or not yet."""
        self._reconciler.learn(order, standing, "till")

    async def undecided(self, order: Order, auth_code: str, ip: str) -> Order:
        """The payer may have been charged, and must not be once more: queries tell what became of this charge."""
        return order

    async def call_off(self, order: Order) -> None:
        """Nobody waits at a till for ever. It is asked once more whether it is paid; if not, it shall not be."""
        with contextlib.suppress(PlatformFailure):
            order = await self._reconciler.query(order)
        if order.status == "unpaid" and await self._pay.reverse(order.no):
            self._orders.close(order.no)

    async def run(self) -> None:
        """Call off for ever what is undecided `till_seconds` after it was charged."""
        while True:
            await asyncio.sleep(self._settings.query_seconds / 2)
            for order in self._orders.undecided(before=time.time() - self._settings.till_seconds):
                with contextlib.suppress(Refusal):
                    await self.call_off(order)
