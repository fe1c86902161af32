"""The notification of APIv3: signed JSON around an encrypted resource, answered with an HTTP status."""

import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

from merchant_demo.config import Settings
from merchant_demo.errors import PlatformFailure
from merchant_demo.keys import KeyRing, OneKey
from merchant_demo.notify import NotAccepted, Notifications
from merchant_demo.orders import OrderBook
from merchant_demo.payment import Payment
from merchant_demo.refunding import Refunder
from merchant_demo.v2.notify import V2Notifications
from merchant_demo.v3 import crypto
from merchant_demo.v3.channel import Channel, NotGenuine
from merchant_demo.v3.payment import payment_in
from merchant_demo.v3.refund import standing_told
from merchant_demo.wechatpay import WeChatPay

ALGORITHM = "AEAD_AES_256_GCM"

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
            self.check_algorithm(envelope.resource)
            told = msgspec.json.decode(self.opened(envelope.resource), type=dict[str, Any])
        except (ValueError, RecursionError) as error:
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
            if self.tells_payment(envelope):
                self.check_state(told)
                await self.take_payment(self.payment(told))
            elif envelope.event_type.startswith("REFUND."):
                await self.take_refund(standing_told(told, self._settings.mch_id))
            else:
                log.warning("notification %s: nobody here waits for %s", envelope.id, envelope.event_type)
        except ValueError as error:
            raise NotAccepted(str(error)) from error

    def check_algorithm(self, resource: dict[str, str]) -> None:
        """The one that the platform encrypts with. Raises NotAccepted."""
        if resource.get("algorithm") != ALGORITHM:
            raise NotAccepted(f"resource.algorithm: expected {ALGORITHM}, came {resource.get('algorithm')}")

    def opened(self, resource: dict[str, str]) -> bytes:
        """The plain text of the resource. Raises ValueError."""
        return crypto.decrypt(resource, self._keys.usable())

    def tells_payment(self, envelope: Envelope) -> bool:
        """Whether it is about a payment; other events carry much the same members."""
        return envelope.event_type == "TRANSACTION.SUCCESS"

    def check_state(self, told: dict[str, Any]) -> None:
        """The event's name is one thing, the state of the order is what counts. Raises NotAccepted."""
        if told.get("trade_state") != "SUCCESS":
            raise NotAccepted(f"trade_state: expected SUCCESS, came {told.get('trade_state')}")

    def payment(self, told: Mapping[str, Any]) -> Payment:
        """The payment in the plain text. Raises ValueError."""
        return payment_in(told)

    def acknowledgement(self) -> web.Response:
        return web.Response(status=204)

    def refusal(self, reason: str) -> web.Response:
        return web.json_response({"code": "FAIL", "message": reason}, status=400)
