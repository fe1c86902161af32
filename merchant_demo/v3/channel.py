"""The line to the platform: requests signed with the merchant's key, answers believed when signed by the platform."""

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from yarl import URL

from merchant_demo.config import Settings
from merchant_demo.errors import PlatformFailure, ResultFail, Unreachable
from merchant_demo.keys import KeyRing
from merchant_demo.v3 import crypto
from merchant_demo.v3.credentials import load, public_key_of, serial_of
from merchant_demo.wechatpay import WeChatPay

SCHEME = "WECHATPAY2-SHA256-RSA2048"
PUBLIC_KEY = "PUB_KEY_ID_"

# How far the platform's clock and ours may differ; an older message may be a replay.
TOLERANCE_SECONDS = 300


class NotGenuine(Exception):
    """The bytes are not what the platform signed, or not just now."""


class Reply(msgspec.Struct, frozen=True):
    """An answer of the platform as it came."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object; empty when there is none. Raises ValueError."""
        body = json.loads(self.content or b"{}")
        if not isinstance(body, dict):
            raise ValueError("not a JSON object")
        return body


class Channel(WeChatPay):
    """Sends, and verifies what comes back; notifications are verified here too."""

    def __init__(self, settings: Settings, keys: KeyRing, http: aiohttp.ClientSession) -> None:
        super().__init__(settings, keys, http)
        self._credentials = load(settings)
        self._platform = dict(self._credentials.platform)
        self._refreshed = float("-inf")

    async def call(self, method: str, target: str, body: object = None, *, needs: tuple[str, ...] = ()) -> Reply:
        """One call that was answered with success; `target` is path and query."""
        reply = await self.send(method, target, b"" if body is None else self.encode(body))
        await self.accept(target, reply, needs)
        return reply

    def encode(self, body: object) -> bytes:
        """The request's bytes: what is signed must be what is sent."""
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    async def send(self, method: str, target: str, content: bytes = b"") -> Reply:
        url = URL(self._settings.platform.rstrip("/") + target, encoded=True)
        headers = {
            "Authorization": self.authorization(method, target, content),
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "merchant_demo",
            **self.asked_signature(),
        }
        try:
            async with self._http.request(method, url, data=content or None, headers=headers) as answer:
                return Reply(answer.status, answer.headers, await answer.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(
                "platform-unreachable", f"no answer from {url}: {str(error) or type(error).__name__}"
            ) from error

    def authorization(self, method: str, target: str, content: bytes) -> str:
        """Who asks, and a signature over all that is asked."""
        timestamp, nonce = str(int(time.time())), secrets.token_hex(16).upper()
        signature = crypto.sign(crypto.lines(method, target, timestamp, nonce, content), self._credentials.key)
        said = {
            "mchid": self._settings.mch_id,
            "nonce_str": nonce,
            "signature": signature,
            "timestamp": timestamp,
            "serial_no": self._credentials.serial_no,
        }
        return f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in said.items())

    def asked_signature(self) -> dict[str, str]:
        """Asks to be answered under the platform's public key, where we have one."""
        return {"Wechatpay-Serial": self._settings.pub_key_id} if self._settings.pub_key else {}

    async def accept(self, target: str, reply: Reply, needs: tuple[str, ...]) -> None:
        """Genuine? agreed? complete? Raises what is not so. A refusal before authentication is not signed."""
        if reply.status < 300 or "Wechatpay-Signature" in reply.headers:
            try:
                await self.check_reply(reply)
            except NotGenuine as error:
                raise Unreachable("reply-not-signed", f"{target}: {error}") from error
        try:
            body = reply.body
        except ValueError as error:
            message = f"{target}: HTTP {reply.status}, expected a JSON object, came {reply.content[:60]!r}"
            raise PlatformFailure("platform-unreadable", message) from error
        if reply.status >= 300:
            raise refusal(target, reply.status, body)
        for name in needs:
            if not body.get(name):
                raise PlatformFailure("platform-unreadable", f"{target}: expected {name}, came {sorted(body)}")

    async def check_reply(self, reply: Reply) -> None:
        """Whoever stands between us and the platform can answer in its place. Raises NotGenuine."""
        await self.verify(reply.headers, reply.content)

    async def verify(self, headers: Mapping[str, str], content: bytes) -> None:
        """Signed by the platform, just now. Raises NotGenuine."""
        serial = headers.get("Wechatpay-Serial", "")
        if self.platform_key(serial) is None and not serial.startswith(PUBLIC_KEY):
            await self.refresh()
        self.check_signature(headers, content, self.platform_key(serial))
        self.check_time(headers)

    def platform_key(self, serial: str) -> RSAPublicKey | None:
        """The platform's key of this number; which key to use is for the number to say."""
        return self._platform.get(serial)

    def check_signature(self, headers: Mapping[str, str], content: bytes, key: RSAPublicKey | None) -> None:
        """Over the bytes as they came. A test signature (WECHATPAY/SIGNTEST/) is a wrong one like any other."""
        if key is None:
            raise NotGenuine(f"Wechatpay-Serial: no key {headers.get('Wechatpay-Serial')} here, nor on the platform")
        message = crypto.lines(headers.get("Wechatpay-Timestamp", ""), headers.get("Wechatpay-Nonce", ""), content)
        if not crypto.is_signed(message, headers.get("Wechatpay-Signature", ""), key):
            raise NotGenuine("Wechatpay-Signature: missing, or not the platform's")

    def check_time(self, headers: Mapping[str, str]) -> None:
        """The time is under the signature. Raises NotGenuine."""
        given = headers.get("Wechatpay-Timestamp", "")
        if not given.isdecimal() or abs(time.time() - int(given)) > TOLERANCE_SECONDS:
            raise NotGenuine(f"Wechatpay-Timestamp: expected now, give or take {TOLERANCE_SECONDS} s, came {given}")

    async def refresh(self) -> None:
        """Take the platform's present certificates, instead of those we had."""
        if time.monotonic() - self._refreshed < self._settings.refresh_seconds:
            return
        self._refreshed = time.monotonic()
        reply = await self.send("GET", "/v3/certificates")
        if reply.status != 200:
            return  # a merchant that has only the public key
        found = self._certificates_in(reply)
        # They come signed by one of themselves: only who knows the APIv3 key can have encrypted them.
        self.check_certificates(reply, {**self._platform, **found})
        public = {serial: key for serial, key in self._platform.items() if serial.startswith(PUBLIC_KEY)}
        self._platform = found | public

    def check_certificates(self, reply: Reply, known: Mapping[str, RSAPublicKey]) -> None:
        """The certificates' own answer, too, is signed by one that we know or that came with it. Raises NotGenuine."""
        self.check_signature(reply.headers, reply.content, known.get(reply.headers.get("Wechatpay-Serial", "")))

    def _certificates_in(self, reply: Reply) -> dict[str, RSAPublicKey]:
        """By serial number. Raises NotGenuine."""
        try:
            entries = [entry["encrypt_certificate"] for entry in reply.body["data"]]
            pems = [crypto.decrypt(entry, self._keys.usable()) for entry in entries]
            certificates = [x509.load_pem_x509_certificate(pem) for pem in pems]
        except (KeyError, TypeError, ValueError) as error:
            raise NotGenuine(f"/v3/certificates: {error}") from error
        return {serial_of(certificate): public_key_of(certificate) for certificate in certificates}


def refusal(target: str, status: int, body: Mapping[str, Any]) -> Exception:
    """What a refusal means to the shop: whether it had an effect, and whose fault it is."""
    code, message = str(body.get("code", f"HTTP {status}")), str(body.get("message", ""))
    if status == 429 or status >= 500:
        return Unreachable(code, f"{target}: HTTP {status}, {code} {message}; whether it had an effect is unknown")
    if status == 401 or code == "PARAM_ERROR":
        return PlatformFailure(code, f"{target}: HTTP {status}, {code} {message}")
    return ResultFail(target, code, message)
