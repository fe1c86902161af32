"""Mistakes in reading what arrives at the notify URL."""

import asyncio
import re
import traceback
from collections.abc import Mapping

from aiohttp import HttpVersion11, web
from lxml import etree

from merchant_demo.config import NOTIFY_PATH, Settings
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.keys import KeyRing
from merchant_demo.notify import NotAccepted, Notifications
from merchant_demo.orders import OrderBook
from merchant_demo.payment import Payment
from merchant_demo.refunding import Refunder
from merchant_demo.v2 import xml
from merchant_demo.v2.notify import V2Notifications
from merchant_demo.wechatpay import WeChatPay

LABELS = {"v2": "text/xml", "v3": "application/json"}


def _trusting(body: bytes) -> list[tuple[str, str]]:
    """The fields as an open parser sees them: entities resolved, from files too."""
    return _pairs(body, etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=True, huge_tree=True))


def _pairs(body: bytes, parser: etree.XMLParser) -> list[tuple[str, str]]:
    try:
        return [(str(child.tag), child.text or "") for child in etree.fromstring(body, parser)]
    except (etree.XMLSyntaxError, ValueError) as error:
        raise xml.NotReadable(str(error)) from error


class ResolvesEntities(V2Notifications):
    def read(self, body: bytes) -> dict[str, str]:
        return dict(_trusting(body))


class FiltersDoctype(V2Notifications):
    def read(self, body: bytes) -> dict[str, str]:
        if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
            raise xml.NotReadable("a DOCTYPE is not accepted")
        return dict(_trusting(body))


class LastOfRepeated(V2Notifications):
    def read(self, body: bytes) -> dict[str, str]:
        fields = _pairs(body, etree.XMLParser(encoding="utf-8", resolve_entities=False))
        # Between here and `payment` nothing waits, so no other notification comes between.
        self._last = dict(fields)
        return dict(reversed(fields))

    def payment(self, told: Mapping[str, str]) -> Payment:
        return super().payment(self._last)


class ReadsByRegex(V2Notifications):
    def read(self, body: bytes) -> dict[str, str]:
        self._text = body.decode(errors="replace")
        return super().read(body)

    def payment(self, told: Mapping[str, str]) -> Payment:
        found = {name: re.search(rf"<{name}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{name}>", self._text) for name in told}
        return super().payment({name: match[1] for name, match in found.items() if match})


class LeaksTraceback(Notifications):
    def refusal(self, reason: str) -> web.Response:
        return web.Response(status=500, text=traceback.format_exc())


class NoSizeLimit(Notifications):
    async def body(self, request: web.Request) -> bytes:
        return b"".join([chunk async for chunk in request.content.iter_any()])


class OneAtATime(Notifications):
    def __init__(
        self, settings: Settings, keys: KeyRing, pay: WeChatPay, orders: OrderBook, refunder: Refunder
    ) -> None:
        super().__init__(settings, keys, pay, orders, refunder)
        self._turn = asyncio.Lock()

    async def handle(self, request: web.Request) -> web.Response:
        async with self._turn:
            return await super().handle(request)


class TakesQuery(Notifications):
    def routes(self) -> list[web.RouteDef]:
        return [*super().routes(), web.get(NOTIFY_PATH, self.returned)]

    async def returned(self, request: web.Request) -> web.Response:
        return _settle(self._orders, self, request.query)


class TakesForm(Notifications):
    async def handle(self, request: web.Request) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            return await super().handle(request)
        form = await request.post()
        return _settle(self._orders, self, {name: str(value) for name, value in form.items()})


def _settle(orders: OrderBook, notifications: Notifications, fields: Mapping[str, str]) -> web.Response:
    order = orders.find(fields.get("out_trade_no", ""))
    if order is None:
        return notifications.refusal("no such order")
    orders.settle(order.no, fields.get("transaction_id"), "notification")
    return notifications.acknowledgement()


class NeedsContentLength(Notifications):
    async def body(self, request: web.Request) -> bytes:
        if request.content_length is None:
            raise NotAccepted("expected a Content-Length")
        return await super().body(request)


class NeedsHttp11(Notifications):
    async def body(self, request: web.Request) -> bytes:
        if request.version != HttpVersion11:
            raise NotAccepted("expected HTTP/1.1")
        return await super().body(request)


class InsistsOnContentType(Notifications):
    async def body(self, request: web.Request) -> bytes:
        if request.headers.get("Content-Type") not in LABELS.values():
            raise NotAccepted(f"Content-Type: came {request.headers.get('Content-Type')}")
        return await super().body(request)


FLAWS = (
    Flaw(
        "resolves-entities",
        "reads XML with a parser that resolves entities, from files too",
        "解析 XML 时展开实体，包括本地文件（XXE）",
        (ResolvesEntities,),
        only="v2",
    ),
    Flaw(
        "filters-doctype",
        "refuses the text <!DOCTYPE, and lets the parser resolve entities in other encodings",
        "只按文本过滤 <!DOCTYPE，换一种编码就能绕过",
        (FiltersDoctype,),
        only="v2",
    ),
    Flaw(
        "last-of-repeated",
        "verifies the first of a repeated field and believes the last",
        "重复字段：验签用第一个，业务用最后一个",
        (LastOfRepeated,),
        only="v2",
    ),
    Flaw(
        "reads-by-regex",
        "verifies the XML, then reads it again with regular expressions",
        "验签后又用正则表达式从原文里取字段",
        (ReadsByRegex,),
        only="v2",
    ),
    Flaw(
        "leaks-traceback",
        "answers what it cannot read with a stack trace",
        "解析失败时把异常堆栈返回给对方",
        (LeaksTraceback,),
    ),
    Flaw("no-size-limit", "reads a notification of any size", "不限制通知报文的大小", (NoSizeLimit,)),
    Flaw(
        "one-at-a-time",
        "takes one notification after the other, the reading included",
        "串行处理通知，一个慢请求会堵住所有通知",
        (OneAtATime,),
    ),
    Flaw(
        "takes-query",
        "takes the fields of a GET for a payment",
        "GET 请求的查询参数也当作支付结果",
        (TakesQuery,),
    ),
    Flaw("takes-form", "takes the fields of a form for a payment", "表单参数也当作支付结果", (TakesForm,)),
    Flaw(
        "needs-content-length",
        "refuses a notification without Content-Length",
        "没有 Content-Length 的通知一律拒绝",
        (NeedsContentLength,),
    ),
    Flaw(
        "needs-http11", "refuses HTTP/1.0, which proxies speak", "拒绝 HTTP/1.0（反向代理的默认版本）", (NeedsHttp11,)
    ),
    Flaw(
        "insists-on-content-type",
        "wants a Content-Type to the letter, without a charset",
        "Content-Type 多了 charset 就拒绝",
        (InsistsOnContentType,),
    ),
)
