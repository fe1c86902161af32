"""Mistakes in taking notifications."""

import asyncio
import os

from aiohttp import web

from merchant_demo.config import Settings
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.keys import KeyRing
from merchant_demo.notify import NotAccepted, Notifications
from merchant_demo.orders import LearnedBy, Order, OrderBook
from merchant_demo.payment import Payment


class AcceptUnsigned(Notifications):
    def check_sign(self, fields: dict[str, str]) -> None:
        pass


class IgnoreAmount(Notifications):
    def check_amount(self, payment: Payment, order: Order) -> None:
        pass


class NotIdempotent(OrderBook):
    def claim(self, no: str, transaction_id: str | None, learned_by: LearnedBy) -> bool:
        super().claim(no, transaction_id, learned_by)
        return True


class AckBeforeCommit(Notifications):
    def __init__(self, settings: Settings, keys: KeyRing, orders: OrderBook) -> None:
        super().__init__(settings, keys, orders)
        self._settling: list[asyncio.Task[None]] = []

    async def settle(self, payment: Payment, order: Order) -> None:
        self._settling.append(asyncio.create_task(self._later(payment, order)))

    async def _later(self, payment: Payment, order: Order) -> None:
        await asyncio.sleep(float(os.environ.get("SHOP_COMMIT_SECONDS", "1")))
        await super().settle(payment, order)


class UnparsedBody(Notifications):
    async def fields(self, request: web.Request) -> dict[str, str]:
        form = await request.post()
        if not form:
            raise NotAccepted("empty: {}")
        return {name: str(value) for name, value in form.items()}


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


FLAWS = (
    Flaw("accept-unsigned", "does not check a notification's sign", "不验证通知的签名", (AcceptUnsigned,)),
    Flaw("ignore-amount", "does not compare a notification's amount", "不核对通知里的金额", (IgnoreAmount,)),
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
)
