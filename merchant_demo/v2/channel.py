"""The line to the platform in API v2: requests and answers are signed with the API key, which both sides know."""

import secrets

import aiohttp
import msgspec

from merchant_demo.errors import PlatformFailure, ResultFail, ReturnFail, Unreachable
from merchant_demo.v2 import signing, xml
from merchant_demo.wechatpay import Fields, WeChatPay

# The platform's own troubles: whether the call had an effect is unknown, and the same call again is right.
UNKNOWN = frozenset({"SYSTEMERROR", "BANKERROR", "BIZERR_NEED_RETRY"})


# The platform's acceptance rehearsal: the same paths below this one, under a key of its own.
REHEARSAL = "/sandboxnew"


class Reply(msgspec.Struct, frozen=True):
    """A reply of the platform, and the API key under which the two understood each other."""

    fields: Fields
    key: str


class Channel(WeChatPay):
    """Sends, and verifies what comes back."""

    async def call(self, path: str, fields: Fields, needs: tuple[str, ...] = ()) -> Reply:
        newest, *older = self._keys.usable()
        reply = await self._ask(path, fields, newest)
        for key in older:
            if not is_wrong_sign(reply):
                break
            reply = await self._ask(path, fields, key)
        self.accept(path, reply, needs)
        return reply

    async def rehearse(self, active: bool) -> None:
        """The rehearsal's key is handed out to whoever signs with the production key."""
        self._keys.rehearse(None)
        if not active:
            return
        asked = {"mch_id": self._settings.mch_id, "nonce_str": secrets.token_hex(16)}
        path = f"{REHEARSAL}/pay/getsignkey"
        signed = {**asked, "sign": signing.sign(asked, self._keys.usable()[0], "MD5")}
        told = _read(path, await self._send(path, self.encode(signed)))
        if not told.get("sandbox_signkey"):
            raise ReturnFail(path, told.get("return_msg", ""))
        self._keys.rehearse(told["sandbox_signkey"])

    async def download(self, path: str, fields: Fields) -> bytes:
        """A file; in its place, and whatever was asked for, a refusal is XML. Nothing of this is signed."""
        refused: Fields = {}
        for key in self._keys.usable():
            content = await self._send(path, self.encode(self.signed(fields, key)))
            if not content.startswith(b"<xml"):
                return content
            refused = _read(path, content)
            if not is_wrong_sign(Reply(refused, key)):
                break
        raise ResultFail(path, refused.get("return_msg", "FAIL"), refused.get("error_code", ""))

    async def _ask(self, path: str, fields: Fields, key: str) -> Reply:
        return Reply(_read(path, await self._send(path, self.encode(self.signed(fields, key)))), key)

    def signed(self, fields: Fields, key: str) -> Fields:
        """The fields with identity, nonce and signature."""
        complete = {
            "appid": self._settings.appid,
            "mch_id": self._settings.mch_id,
            "nonce_str": secrets.token_hex(16),
            "sign_type": self._settings.sign_type,
            **fields,
        }
        to_sign = self.bytes_to_sign(signing.text_to_sign(complete, key))
        return {**complete, "sign": signing.digest(to_sign, key, self._settings.sign_type)}

    def bytes_to_sign(self, text: str) -> bytes:
        """UTF-8, as the body itself: what is signed must be what is sent."""
        return text.encode()

    def encode(self, fields: Fields) -> bytes:
        """The request body."""
        return xml.write(fields).encode()

    async def _send(self, path: str, body: bytes) -> bytes:
        url = self._settings.platform.rstrip("/") + (REHEARSAL if self._keys.rehearsing else "") + path
        try:
            async with self._http.post(url, data=body, headers={"Content-Type": "text/xml; charset=utf-8"}) as answer:
                content = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable("platform-unreachable", f"no answer from {url}: {_reason(error)}") from error
        if answer.status >= 500:
            unknown = f"{url}: HTTP {answer.status}; whether it had an effect is unknown"
            raise Unreachable("platform-unreachable", unknown)
        if answer.status != 200:
            # Without the right client certificate it is nginx that answers: HTTP 400 and a page.
            came = f"{answer.status} and {content[:60]!r}"
            raise PlatformFailure("platform-unreadable", f"{url}: expected HTTP 200, came {came}")
        return content

    def accept(self, path: str, reply: Reply, needs: tuple[str, ...]) -> None:
        """The three questions in their order: understood? genuine? agreed? Raises what is not so."""
        if reply.fields.get("return_code") != "SUCCESS":
            raise ReturnFail(path, reply.fields.get("return_msg", ""))
        self.check_reply(path, reply)
        self.check_result(path, reply, needs)

    def check_reply(self, path: str, reply: Reply) -> None:
        """Whoever stands between us and the platform can answer in its place."""
        if not signing.is_signed(reply.fields, [reply.key]):
            raise Unreachable("reply-not-signed", f"{path}: the reply's sign is missing or not made with our key")

    def check_result(self, path: str, reply: Reply, needs: tuple[str, ...]) -> None:
        """result_code must be SUCCESS, and what comes with a success must be there."""
        fields = reply.fields
        if fields.get("result_code") != "SUCCESS":
            code, text = fields.get("err_code", "FAIL"), fields.get("err_code_des", "")
            if code in UNKNOWN:
                raise Unreachable(code, f"{path}: {code} {text}; whether it had an effect is unknown")
            raise ResultFail(path, code, text)
        for name in needs:
            if not fields.get(name):
                raise PlatformFailure(
                    "platform-unreadable", f"{path}: expected {name} in the reply, came {sorted(fields)}"
                )


def is_wrong_sign(reply: Reply) -> bool:
    """Whether the platform did not accept our key; this has no code, only a text that begins so."""
    text = reply.fields.get("return_msg", "")
    return reply.fields.get("return_code") == "FAIL" and text.lower().startswith(("签名错误", "sign error"))


def _read(path: str, content: bytes) -> Fields:
    try:
        return xml.read(content)
    except xml.NotReadable as error:
        came = f"{path}: expected XML, came {content[:60]!r}: {error}"
        raise Unreachable("platform-unreadable", came) from error


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
