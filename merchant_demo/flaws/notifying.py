"""Mistakes in taking notifications."""

import asyncio
import contextlib
import os
from collections.abc import Mapping

import msgspec
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from merchant_demo.config import Settings
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.keys import KeyRing
from merchant_demo.notify import NotAccepted, Notifications
from merchant_demo.orders import LearnedBy, Order, OrderBook
from merchant_demo.payment import Payment
from merchant_demo.refunding import Refunder
from merchant_demo.v2.notify import V2Notifications
from merchant_demo.v3.channel import PUBLIC_KEY, Channel, NotGenuine
from merchant_demo.v3.notify import V3Notifications
from merchant_demo.wechatpay import WeChatPay


class AcceptUnsigned(V2Notifications):
    def check_sign(self, fields: dict[str, str]) -> None:
        pass


class AcceptUngenuine(V3Notifications):
    async def check_genuine(self, request: web.Request, body: bytes) -> None:
        pass


class IgnoreAmount(Notifications):
    def check_amount(self, payment: Payment, order: Order) -> None:
        pass


class ComparesCashFee(Notifications):
    def check_amount(self, payment: Payment, order: Order) -> None:
        super().check_amount(msgspec.structs.replace(payment, total=payment.payer_total), order)


class NotIdempotent(OrderBook):
    def claim(self, no: str, transaction_id: str | None, learned_by: LearnedBy) -> bool:
        super().claim(no, transaction_id, learned_by)
        return True


class AckBeforeCommit(Notifications):
    def __init__(
        self, settings: Settings, keys: KeyRing, pay: WeChatPay, orders: OrderBook, refunder: Refunder
    ) -> None:
        super().__init__(settings, keys, pay, orders, refunder)
        self._settling: list[asyncio.Task[None]] = []

    async def settle(self, payment: Payment, order: Order) -> None:
        self._settling.append(asyncio.create_task(self._later(payment, order)))

    async def _later(self, payment: Payment, order: Order) -> None:
        await asyncio.sleep(float(os.environ.get("SHOP_COMMIT_SECONDS", "1")))
        await super().settle(payment, order)


class UnparsedBody(Notifications):
    async def body(self, request: web.Request) -> bytes:
        if not await request.post():
            raise NotAccepted("empty: {}")
        return await super().body(request)


class HtmlAnswer(Notifications):
    async def handle(self, request: web.Request) -> web.Response:
        await super().handle(request)
        return web.Response(text="<!doctype html><title>shop</title><p>success</p>", content_type="text/html")


class SlowAnswer(Notifications):
    async def handle(self, request: web.Request) -> web.Response:
        answer = await super().handle(request)
        await asyncio.sleep(float(os.environ.get("SHOP_SLOW_SECONDS", "6")))
        return answer


class RedirectToLogin(Notifications):
    async def handle(self, request: web.Request) -> web.Response:
        raise web.HTTPFound("/login")


class AcknowledgesAnything(Notifications):
    async def handle(self, request: web.Request) -> web.Response:
        await super().handle(request)
        return self.acknowledgement()


class AcknowledgesProbes(V3Notifications):
    async def handle(self, request: web.Request) -> web.Response:
        if request.headers.get("Wechatpay-Signature", "").startswith("WECHATPAY/SIGNTEST/"):
            return self.acknowledgement()
        return await super().handle(request)


class IgnoresSerial(Channel):
    def platform_key(self, serial: str) -> RSAPublicKey | None:
        return super().platform_key(serial) or next(iter(self._platform.values()), None)

    def check_signature(self, headers: Mapping[str, str], content: bytes, key: RSAPublicKey | None) -> None:
        *others, last = self._platform.values()
        for known in others:
            with contextlib.suppress(NotGenuine):
                return super().check_signature(headers, content, known)
        return super().check_signature(headers, content, last)


class IgnoresTimestamp(Channel):
    def check_time(self, headers: Mapping[str, str]) -> None:
        pass


class PinsCertificate(Channel):
    async def refresh(self) -> None:
        pass


class CertificatesOnly(Channel):
    def platform_key(self, serial: str) -> RSAPublicKey | None:
        return None if serial.startswith(PUBLIC_KEY) else super().platform_key(serial)

    def asked_signature(self) -> dict[str, str]:
        return {}


FLAWS = (
    Flaw(
        "accept-unsigned", "does not check a notification's sign", "不验证通知的签名", (AcceptUnsigned, AcceptUngenuine)
    ),
    Flaw("ignore-amount", "does not compare a notification's amount", "不核对通知里的金额", (IgnoreAmount,)),
    Flaw(
        "compares-cash-fee",
        "compares the order's amount with what the payer paid after coupons",
        "用扣券后的实付金额（cash_fee、payer_total）核对订单金额",
        (ComparesCashFee,),
    ),
    Flaw("not-idempotent", "ships on every notification", "每收到一次通知就发一次货", (NotIdempotent,)),
    Flaw(
        "ack-before-commit",
        "acknowledges first, commits a second later",
        "先应答成功，一秒后才落库",
        (AckBeforeCommit,),
    ),
    Flaw(
        "unparsed-body", "reads a notification as a form and sees {}", "把通知当表单解析，得到空的 {}", (UnparsedBody,)
    ),
    Flaw("html-answer", "answers a notification with a page", "应答通知时返回 HTML 页面", (HtmlAnswer,)),
    Flaw("slow-answer", "answers a notification after six seconds", "六秒后才应答通知", (SlowAnswer,)),
    Flaw("redirect-to-login", "sends notifications to the login page", "通知地址被重定向到登录页", (RedirectToLogin,)),
    Flaw(
        "acks-anything",
        "acknowledges a notification whatever became of it",
        "无论通知处理成功与否都应答成功",
        (AcknowledgesAnything,),
    ),
    Flaw(
        "acks-probes",
        "knows the platform's test signatures and acknowledges them",
        "识别出签名探测流量并应答成功",
        (AcknowledgesProbes,),
    ),
    Flaw(
        "ignores-serial",
        "verifies with whatever certificate it has, not the one that Wechatpay-Serial names",
        "不看 Wechatpay-Serial，随便用手头的证书验签",
        (IgnoresSerial,),
    ),
    Flaw(
        "ignores-timestamp",
        "takes a message however old its signature is",
        "不检查 Wechatpay-Timestamp，重放的旧消息也接受",
        (IgnoresTimestamp,),
    ),
    Flaw(
        "pins-certificate",
        "never downloads the platform's new certificates",
        "写死平台证书，从不下载新证书",
        (PinsCertificate,),
    ),
    Flaw(
        "certificates-only",
        "knows platform certificates but not the platform's public key",
        "只认平台证书，不认微信支付公钥",
        (CertificatesOnly,),
    ),
)
