"""The notification handler: believe only what is signed and is ours, commit, and only then acknowledge."""

import asyncio
import logging

from aiohttp import web

from merchant_demo import signing, xml
from merchant_demo.config import Settings
from merchant_demo.keys import KeyRing
from merchant_demo.orders import Order, OrderBook
from merchant_demo.payment import Payment, amount_difference, identity_difference

log = logging.getLogger(__name__)

# The platform waits five seconds; a body that takes longer is nobody's we know.
READ_SECONDS = 5


class NotAccepted(Exception):
    """The notification is answered FAIL, with this reason."""


class Notifications:
    """Answers `POST /wechatpay/notify`. No login and no redirect here: the platform has neither cookie nor patience."""

    def __init__(self, settings: Settings, keys: KeyRing, orders: OrderBook) -> None:
        self._settings = settings
        self._keys = keys
        self._orders = orders

    async def handle(self, request: web.Request) -> web.Response:
        try:
            await self.take(await self.fields(request))
        except NotAccepted as reason:
            log.warning("notification not accepted: %s", reason)
            return answer("FAIL", str(reason))
        return answer("SUCCESS", "OK")

    async def fields(self, request: web.Request) -> dict[str, str]:
        """The notification's fields. The body is XML whatever the Content-Type says, and never a form."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await request.read()
            return xml.read(body)
        except (web.HTTPException, TimeoutError, xml.NotReadable) as error:
            raise NotAccepted(f"expected a small XML body: {error}") from error

    async def take(self, fields: dict[str, str]) -> None:
        """Check everything, then settle. Raises NotAccepted."""
        self.check_sign(fields)
        if fields.get("return_code") != "SUCCESS":
            raise NotAccepted(f"return_code: expected SUCCESS, came {fields.get('return_code')}")
        if fields.get("result_code") != "SUCCESS":
            return  # a payment that failed: nothing to do, and nothing to send again
        try:
            payment = Payment.read(fields)
        except ValueError as error:
            raise NotAccepted(str(error)) from error
        if difference := identity_difference(payment, self._settings):
            raise NotAccepted(difference)
        order = self._orders.find(payment.out_trade_no)
        if order is None:
            raise NotAccepted(f"out_trade_no: no order {payment.out_trade_no} here")
        self._orders.count_notification(order.no)
        self.check_amount(payment, order)
        await self.settle(payment, order)

    def check_sign(self, fields: dict[str, str]) -> None:
        """Signed with a key of ours, or not from the platform. Raises NotAccepted."""
        if not signing.is_signed(fields, self._keys.usable()):
            raise NotAccepted("sign: missing, or not made with this merchant's key")

    def check_amount(self, payment: Payment, order: Order) -> None:
        """The amount we ordered, to the fen. Raises NotAccepted, and puts the order aside for a person."""
        if difference := amount_difference(payment, order):
            self._orders.mismatch(order.no)
            raise NotAccepted(difference)

    async def settle(self, payment: Payment, order: Order) -> None:
        """Committed when it returns; hearing it again changes nothing."""
        self._orders.settle(order.no, payment.transaction_id, "notification")


def answer(return_code: str, return_msg: str) -> web.Response:
    """The only thing the platform understands: this XML, nothing around it, HTTP 200."""
    body = xml.write({"return_code": return_code, "return_msg": return_msg})
    return web.Response(text=body, content_type="text/xml", charset="utf-8")
