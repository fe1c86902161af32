"""Mistakes in verifying that a notification is the platform's."""

import base64
import struct
import time
from collections.abc import Mapping

import msgspec
from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from merchant_demo.config import Settings
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.keys import KeyRing
from merchant_demo.notify import NotAccepted
from merchant_demo.orders import OrderBook
from merchant_demo.refunding import Refunder
from merchant_demo.v2 import signing
from merchant_demo.v2.notify import V2Notifications
from merchant_demo.v3.channel import TOLERANCE_SECONDS, Channel, NotGenuine
from merchant_demo.v3.notify import V3Notifications
from merchant_demo.wechatpay import WeChatPay

# The key of the signing example in the platform's own documentation.
SAMPLE_KEY = "192006250b4c09247ec02edce69f6a2d"

FIELDS = (
    "appid", "attach", "bank_type", "cash_fee", "device_info", "fee_type", "is_subscribe", "mch_id", "nonce_str",
    "openid", "out_trade_no", "result_code", "return_code", "sign", "time_end", "total_fee", "trade_type",
    "transaction_id",
)  # fmt: skip

HEADERS = ("Wechatpay-Serial", "Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature")


class VerifiesOnlySigned(V2Notifications):
    def check_sign(self, fields: dict[str, str]) -> None:
        if fields.get("sign"):
            super().check_sign(fields)


class VerifiesOnlySignedV3(V3Notifications):
    async def check_genuine(self, request: web.Request, body: bytes) -> None:
        if request.headers.get("Wechatpay-Signature"):
            await super().check_genuine(request, body)


class VerifiesOnlyComplete(V3Notifications):
    async def check_genuine(self, request: web.Request, body: bytes) -> None:
        if all(request.headers.get(name) for name in HEADERS):
            await super().check_genuine(request, body)


class EmptyKey(V2Notifications):
    def check_sign(self, fields: dict[str, str]) -> None:
        if not signing.is_signed(fields, [""]):
            super().check_sign(fields)


class SampleKey(V2Notifications):
    def check_sign(self, fields: dict[str, str]) -> None:
        if not signing.is_signed(fields, [SAMPLE_KEY]):
            super().check_sign(fields)


class BelievesSignType(V2Notifications):
    def check_sign(self, fields: dict[str, str]) -> None:
        if fields.get("sign_type", "MD5") in ("MD5", "HMAC-SHA256"):
            super().check_sign(fields)


class VerifiesListedFields(V2Notifications):
    def check_sign(self, fields: dict[str, str]) -> None:
        super().check_sign({name: fields[name] for name in FIELDS if name in fields})


class _Unverified(V2Notifications):
    def check_sign(self, fields: dict[str, str]) -> None:
        pass


class ForgottenXml(V3Notifications):
    def __init__(
        self, settings: Settings, keys: KeyRing, pay: WeChatPay, orders: OrderBook, refunder: Refunder
    ) -> None:
        super().__init__(settings, keys, pay, orders, refunder)
        self._v2 = _Unverified(settings, keys, pay, orders, refunder)


class MockPath(V3Notifications):
    async def take(self, request: web.Request) -> None:
        try:
            told = msgspec.json.decode(await self.body(request))
            plain = isinstance(told, dict) and "out_trade_no" in told
            payment = self.payment(told) if plain else None
        except ValueError as error:
            raise NotAccepted(str(error)) from error
        if payment is None:
            await super().take(request)
        else:
            await self.take_payment(payment)


class IgnoresTag(V3Notifications):
    def opened(self, resource: dict[str, str]) -> bytes:
        (key,) = self._keys.usable()[:1]
        counter = resource["nonce"].encode() + struct.pack(">I", 2)
        decryptor = Cipher(algorithms.AES(key.encode()), modes.CTR(counter)).decryptor()
        return decryptor.update(base64.b64decode(resource["ciphertext"])[:-16])


class IgnoresAlgorithm(V3Notifications):
    def check_algorithm(self, resource: dict[str, str]) -> None:
        pass


class OnlyChecksPast(Channel):
    def check_time(self, headers: Mapping[str, str]) -> None:
        given = headers.get("Wechatpay-Timestamp", "")
        if not given.isdecimal() or time.time() - int(given) > TOLERANCE_SECONDS:
            raise NotGenuine(f"Wechatpay-Timestamp: too old, came {given}")


class CaseSensitiveHeaders(V3Notifications):
    async def check_genuine(self, request: web.Request, body: bytes) -> None:
        raw = {name.decode(): value.decode() for name, value in request.raw_headers}
        if not all(name in raw for name in HEADERS):
            raise NotAccepted(f"expected the headers {', '.join(HEADERS)}")
        await super().check_genuine(request, body)


FLAWS = (
    Flaw(
        "verifies-only-signed",
        "verifies a notification's signature only when there is one",
        "只有带签名的通知才验签，没有签名就跳过",
        (VerifiesOnlySigned, VerifiesOnlySignedV3),
    ),
    Flaw(
        "verifies-only-complete",
        "verifies only when all four Wechatpay-* headers are there",
        "四个 Wechatpay-* 头齐全时才验签，缺一个就跳过",
        (VerifiesOnlyComplete,),
    ),
    Flaw(
        "accepts-empty-key",
        "accepts what is signed with an empty API key",
        "密钥没有配置时按空密钥验签",
        (EmptyKey,),
    ),
    Flaw(
        "accepts-sample-key",
        "accepts what is signed with the sample key of the documentation",
        "仍然接受用文档示例密钥签名的通知",
        (SampleKey,),
    ),
    Flaw(
        "believes-sign-type",
        "skips the verification for a sign_type that it does not know",
        "通知里的 sign_type 不认识时跳过验签",
        (BelievesSignType,),
    ),
    Flaw(
        "verifies-listed-fields",
        "verifies the signature over the fields that it knows, and believes the others",
        "只用写死的字段列表验签，其余字段照单全收",
        (VerifiesListedFields,),
    ),
    Flaw(
        "forgotten-xml",
        "still takes API v2's notifications at an APIv3 URL, without verifying them",
        "升级到 APIv3 后，旧的 XML 通知入口仍在，且不验签",
        (ForgottenXml,),
    ),
    Flaw(
        "mock-path",
        "believes plain members beside the encrypted resource, as its own tests send them",
        "为联调留下的后门：通知里有明文字段就直接采信",
        (MockPath,),
    ),
    Flaw(
        "ignores-tag",
        "decrypts a resource without checking its authentication tag",
        "解密 resource 时不校验 GCM 认证标签",
        (IgnoresTag,),
    ),
    Flaw(
        "ignores-algorithm",
        "decrypts a resource whatever algorithm it names",
        "不看 resource.algorithm，一律按 AES-GCM 解密",
        (IgnoresAlgorithm,),
    ),
    Flaw(
        "only-checks-past",
        "refuses a notification that is too old, but not one from the future",
        "只拒绝过旧的时间戳，不拒绝未来的",
        (OnlyChecksPast,),
    ),
    Flaw(
        "case-sensitive-headers",
        "looks for Wechatpay-* headers by upper and lower case",
        "按大小写严格匹配 Wechatpay-* 头",
        (CaseSensitiveHeaders,),
    ),
)
