"""The notification of APIv3: signed JSON around an encrypted resource, answered with an HTTP status."""

import logging
from typing import Any

import msgspec
from aiohttp import web

from merchant_demo.config import Settings
from merchant_demo.errors import PlatformFailure
from merchant_demo.keys import KeyRing, OneKey
from merchant_demo.notify import NotAccepted, Notifications
from merchant_demo.orders import OrderBook
from merchant_demo.refunding import Refunder
from merchant_demo.v2.notify import V2Notifications
from merchant_demo.v3 import crypto
from merchant_demo.v3.channel import Channel, NotGenuine
from merchant_demo.v3.payment import payment_in
from merchant_demo.v3.refund import standing_told
from merchant_demo.wechatpay import WeChatPay

log = logging.getLogger(__name__)


class Envelope(msgspec.Struct, frozen=True):
    """What can be read without a key."""

    id: str
    event_type: str
    resource: dict[str, str]


class V3Notifications(Notifications):
    """204 ends the telling; any 4xx goes on with it."""

    def __init__(
        self, settings: Settings, keys: KeyRing, pay: WeChatPay, orders: OrderBook, refunder: Refunder
    ) -> None:
        super().__init__(settings, keys, pay, orders, refunder)
        assert isinstance(pay, Channel)
        self._channel = pay
        self._v2 = V2Notifications(settings, OneKey(settings.api_key), pay, orders, refunder)

    async def handle(self, request: web.Request) -> web.Response:
        """A refund made on the merchant platform is told in API v2's XML, whichever API the shop speaks."""
        if request.content_type in ("text/xml", "application/xml"):
            return await self._v2.handle(request)
        return await super().handle(request)

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
        try:
            if envelope.event_type == "TRANSACTION.SUCCESS":
                await self.take_payment(payment_in(told))
            elif envelope.event_type.startswith("REFUND."):
                await self.take_refund(standing_told(told, self._settings.mch_id))
            else:
                log.warning("notification %s: nobody here waits for %s", envelope.id, envelope.event_type)
        except ValueError as error:
            raise NotAccepted(str(error)) from error

    def acknowledgement(self) -> web.Response:
        return web.Response(status=204)

    def refusal(self, reason: str) -> web.Response:
        return web.json_response({"code": "FAIL", "message": reason}, status=400)
