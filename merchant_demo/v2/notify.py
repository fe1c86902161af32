"""The notification of API v2: signed XML, answered with XML."""

from aiohttp import web

from merchant_demo.notify import NotAccepted, Notifications
from merchant_demo.v2 import signing, xml
from merchant_demo.v2.payment import payment_in


class V2Notifications(Notifications):
    """Only the words SUCCESS and FAIL count, with HTTP 200."""

    async def take(self, request: web.Request) -> None:
        body = await self.body(request)
        try:
            fields = xml.read(body)
        except xml.NotReadable as error:
            raise NotAccepted(f"expected XML: {error}") from error
        self.check_sign(fields)
        if fields.get("return_code") != "SUCCESS":
            raise NotAccepted(f"return_code: expected SUCCESS, came {fields.get('return_code')}")
        if fields.get("result_code") != "SUCCESS":
            return  # a payment that failed: nothing to do, and nothing to send again
        try:
            payment = payment_in(fields)
        except ValueError as error:
            raise NotAccepted(str(error)) from error
        await self.take_payment(payment)

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
