"""The notifications of API v2: XML, signed or (a refund's) encrypted, answered with XML."""

from collections.abc import Mapping

from aiohttp import web

from merchant_demo.notify import NotAccepted, Notifications
from merchant_demo.payment import Payment
from merchant_demo.v2 import signing, xml
from merchant_demo.v2.payment import payment_in
from merchant_demo.v2.refund import standing_told


class V2Notifications(Notifications):
    """Only the words SUCCESS and FAIL count, with HTTP 200."""

    async def take(self, request: web.Request) -> None:
        body = await self.body(request)
        try:
            fields = self.read(body)
        except xml.NotReadable as error:
            raise NotAccepted(f"expected XML: {error}") from error
        if "req_info" in fields:
            await self.take_refund_notice(fields)
        else:
            await self.take_payment_notice(fields)

    async def take_payment_notice(self, fields: dict[str, str]) -> None:
        self.check_sign(fields)
        if not self.tells_success(fields):
            return  # a payment that failed: nothing to do, and nothing to send again
        try:
            payment = self.payment(fields)
        except ValueError as error:
            raise NotAccepted(str(error)) from error
        await self.take_payment(payment)

    async def take_refund_notice(self, fields: dict[str, str]) -> None:
        if fields.get("mch_id") != self._settings.mch_id:
            raise NotAccepted(f"mch_id: expected {self._settings.mch_id}, came {fields.get('mch_id')}")
        try:
            standing = standing_told(fields["req_info"], self._keys.usable())
        except ValueError as error:
            raise NotAccepted(str(error)) from error
        await self.take_refund(standing)

    def read(self, body: bytes) -> dict[str, str]:
        """The fields. Raises xml.NotReadable."""
        return xml.read(body)

    def payment(self, told: Mapping[str, str]) -> Payment:
        """The payment in the fields. Raises ValueError."""
        return payment_in(told)

    def tells_success(self, fields: dict[str, str]) -> bool:
        """Whether the payment succeeded. Raises NotAccepted when the platform itself says that this is no answer."""
        if fields.get("return_code") != "SUCCESS":
            raise NotAccepted(f"return_code: expected SUCCESS, came {fields.get('return_code')}")
        return fields.get("result_code") == "SUCCESS"

    def check_sign(self, fields: dict[str, str]) -> None:
        """Signed with a key of ours, or not from the platform. Raises NotAccepted."""
        if not signing.is_signed(fields, self._keys.usable()):
            raise NotAccepted("sign: missing, or not made with this merchant's key")

    def acknowledgement(self) -> web.Response:
        return _answer("SUCCESS", "OK")

    def refusal(self, reason: str) -> web.Response:
        return _answer("FAIL", reason)


def _answer(return_code: str, return_msg: str) -> web.Response:
    """The only thing the platform understands: this XML, nothing around it, HTTP 200."""
    body = xml.write({"return_code": return_code, "return_msg": return_msg})
    return web.Response(text=body, content_type="text/xml", charset="utf-8")
