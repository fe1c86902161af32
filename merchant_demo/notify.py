"""Notifications: believe only what is signed and is ours, commit, and only then acknowledge."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from merchant_demo.config import NOTIFY_PATH, Settings
from merchant_demo.keys import KeyRing
from merchant_demo.orders import Order, OrderBook
from merchant_demo.payment import Payment, amount_difference, identity_difference
from merchant_demo.refunding import Refunder
from merchant_demo.refunds import RefundStanding
from merchant_demo.wechatpay import WeChatPay

log = logging.getLogger(__name__)

# The platform waits five seconds; a body that takes longer is nobody's we know.
READ_SECONDS = 5


class NotAccepted(Exception):
    """The notification is refused, with this reason."""


class Notifications(ABC):
    """Answers `POST /wechatpay/notify`. No login and no redirect here: the platform has neither cookie nor patience."""

    def __init__(
        self, settings: Settings, keys: KeyRing, pay: WeChatPay, orders: OrderBook, refunder: Refunder
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._pay = pay
        self._orders = orders
        self._refunder = refunder

    def routes(self) -> list[web.RouteDef]:
        """Where they arrive, and by which methods."""
        return [web.post(NOTIFY_PATH, self.handle)]

    async def handle(self, request: web.Request) -> web.Response:
        try:
            await self.take(request)
        except NotAccepted as reason:
            log.warning("notification not accepted: %s", reason)
            return self.refusal(str(reason))
        return self.acknowledgement()

    @abstractmethod
    async def take(self, request: web.Request) -> None:
        """Check everything, then commit what it tells. Raises NotAccepted."""

    @abstractmethod
    def payment(self, told: Mapping[str, Any]) -> Payment:
        """The payment in what was told. Raises ValueError."""

    @abstractmethod
    def acknowledgement(self) -> web.Response:
        """What ends the platform's telling."""

    @abstractmethod
    def refusal(self, reason: str) -> web.Response:
        """What makes the platform tell it again."""

    async def body(self, request: web.Request) -> bytes:
        """The bytes as they came, whatever the Content-Type says: it is they that are signed. Raises NotAccepted."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                return await request.read()
        except (web.HTTPException, TimeoutError) as error:
            raise NotAccepted(f"expected a small body: {error}") from error

    async def take_payment(self, payment: Payment) -> None:
        """A payment that is genuine: ours, of an order of ours, of the right amount. Raises NotAccepted."""
        self.check_identity(payment)
        order = self._orders.find(payment.out_trade_no)
        if order is None:
            raise NotAccepted(f"out_trade_no: no order {payment.out_trade_no} here")
        self._orders.count_notification(order.no)
        self.check_amount(payment, order)
        await self.settle(payment, order)

    async def take_refund(self, standing: RefundStanding) -> None:
        """A refund that is genuine and ours, whether or not we have heard of its payment. Raises NotAccepted."""
        try:
            self._refunder.learn(standing)
        except ValueError as error:
            raise NotAccepted(str(error)) from error

    def check_identity(self, payment: Payment) -> None:
        """Our appid and our mchid. Raises NotAccepted."""
        if difference := identity_difference(payment, self._settings):
            raise NotAccepted(difference)

    def check_amount(self, payment: Payment, order: Order) -> None:
        """The amount we ordered, to the fen. Raises NotAccepted, and puts the order aside for a person."""
        if difference := amount_difference(payment, order):
            self._orders.mismatch(order.no)
            raise NotAccepted(difference)

    async def settle(self, payment: Payment, order: Order) -> None:
        """Committed when it returns; hearing it again changes nothing."""
        self._orders.settle(order.no, payment.transaction_id, "notification", payment.date)
