"""The notification of APIv3: signed JSON around an encrypted resource, answered with an HTTP status."""

import logging
from typing import Any

import msgspec
from aiohttp import web

from merchant_demo.config import Settings
from merchant_demo.errors import PlatformFailure
from merchant_demo.keys import KeyRing
from merchant_demo.notify import NotAccepted, Notifications
from merchant_demo.orders import OrderBook
from merchant_demo.v3 import crypto
from merchant_demo.v3.channel import Channel, NotGenuine
from merchant_demo.v3.payment import payment_in
from merchant_demo.wechatpay import WeChatPay

log = logging.getLogger(__name__)


class Envelope(msgspec.Struct, frozen=True):
    """What can be read without a key."""

    id: str
    event_type: str
    resource: dict[str, str]


class V3Notifications(Notifications):
    """204 ends the telling; any 4xx goes on with it."""

    def __init__(self, settings: Settings, keys: KeyRing, pay: WeChatPay, orders: OrderBook) -> None:
        super().__init__(settings, keys, pay, orders)
        assert isinstance(pay, Channel)
        self._channel = pay

    async def take(self, request: web.Request) -> None:
        body = await self.body(request)
        await self.check_genuine(request, body)
        try:
            envelope = msgspec.json.decode(body, type=Envelope)
            told = msgspec.json.decode(crypto.decrypt(envelope.resource, self._keys.usable()), type=dict[str, Any])
        except ValueError as error:
            raise NotAccepted(str(error)) from error
        await self.learn(envelope, told)

    async def check_genuine(self, request: web.Request, body: bytes) -> None:
        """Signed by the platform, just now. Raises NotAccepted."""
        try:
            await self._channel.verify(request.headers, body)
        except (NotGenuine, PlatformFailure) as error:
            raise NotAccepted(str(error)) from error

    async def learn(self, envelope: Envelope, told: dict[str, Any]) -> None:
        """Do what the event asks for. Raises NotAccepted."""
        if envelope.event_type != "TRANSACTION.SUCCESS":
            log.warning("notification %s: %s is nothing that this shop waits for", envelope.id, envelope.event_type)
            return
        try:
            payment = payment_in(told)
        except ValueError as error:
            raise NotAccepted(str(error)) from error
        await self.take_payment(payment)

    def acknowledgement(self) -> web.Response:
        return web.Response(status=204)

    def refusal(self, reason: str) -> web.Response:
        return web.json_response({"code": "FAIL", "message": reason}, status=400)
