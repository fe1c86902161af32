"""Puts the shop together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import msgspec
from aiohttp import web

from merchant_demo.billing import Auditor
from merchant_demo.cashier import Cashier
from merchant_demo.config import Api, Settings
from merchant_demo.database import open_database
from merchant_demo.hints import listening
from merchant_demo.keys import KeyRing
from merchant_demo.login import Login, Sessions
from merchant_demo.notify import Notifications
from merchant_demo.orders import OrderBook
from merchant_demo.reconcile import Reconciler
from merchant_demo.refunding import Refunder
from merchant_demo.refunds import RefundBook
from merchant_demo.static_codes import StaticCodes
from merchant_demo.till import Till
from merchant_demo.tls import Tls
from merchant_demo.v2.client import V2WeChatPay
from merchant_demo.v2.notify import V2Notifications
from merchant_demo.v2.static_codes import V2StaticCodes
from merchant_demo.v3.client import V3WeChatPay
from merchant_demo.v3.notify import V3Notifications
from merchant_demo.views import Desk, Views, refusals
from merchant_demo.wechatpay import WeChatPay

PLATFORM_SECONDS = 10
BODY_BYTES = 64 * 1024
STATIC = Path(__file__).parent / "static"


class Parts(msgspec.Struct, frozen=True):
    """The classes the shop is made of; any may be replaced by one that keeps its methods."""

    pay: type[WeChatPay]
    notifications: type[Notifications]
    keys: type[KeyRing] = KeyRing
    orders: type[OrderBook] = OrderBook
    refunds: type[RefundBook] = RefundBook
    login: type[Login] = Login
    reconciler: type[Reconciler] = Reconciler
    cashier: type[Cashier] = Cashier
    till: type[Till] = Till
    refunder: type[Refunder] = Refunder
    auditor: type[Auditor] = Auditor
    sessions: type[Sessions] = Sessions
    views: type[Views] = Views
    tls: type[Tls] = Tls
    static_codes: type[StaticCodes] = StaticCodes


CLEAN: Mapping[Api, Parts] = {
    "v2": Parts(V2WeChatPay, V2Notifications, static_codes=V2StaticCodes),
    "v3": Parts(V3WeChatPay, V3Notifications),
}
"""The shop without a mistake, by the API it speaks."""


@contextlib.asynccontextmanager
async def open_shop(settings: Settings, parts: Parts | None = None) -> AsyncIterator[web.Application]:
    """The shop as an aiohttp application to serve while the context lasts. Raises NotConfigured."""
    parts = parts or CLEAN[settings.api]
    timeout = aiohttp.ClientTimeout(total=PLATFORM_SECONDS)
    with contextlib.closing(open_database(settings.store)) as db:
        connector = aiohttp.TCPConnector(ssl=parts.tls(settings).context()) if settings.secure else None
        async with aiohttp.ClientSession(timeout=timeout, connector=connector, trace_configs=[listening()]) as http:
            keys = parts.keys(db, settings.apiv3_key if settings.api == "v3" else settings.api_key)
            orders, refunds = parts.orders(db), parts.refunds(db)
            pay = parts.pay(settings, keys, http)
            reconciler = parts.reconciler(settings, pay, orders)
            cashier = parts.cashier(settings, pay, orders, reconciler)
            refunder = parts.refunder(settings, pay, orders, refunds)
            till = parts.till(settings, pay, orders, reconciler)
            desk = Desk(cashier, till, refunder, parts.auditor(pay, orders))
            views = parts.views(settings, parts.login(settings, http), parts.sessions(db), keys, orders, refunds, desk)

            app = web.Application(middlewares=[refusals], client_max_size=BODY_BYTES)
            app.add_routes(views.routes())
            app.add_routes(parts.notifications(settings, keys, pay, orders, refunder).routes())
            app.add_routes(parts.static_codes(settings, keys, pay, orders).routes())
            app.router.add_static("/static", STATIC)

            asking = [asyncio.create_task(one.run()) for one in (reconciler, till, refunder)]
            try:
                yield app
            finally:
                for task in asking:
                    task.cancel()
                await asyncio.gather(*asking, return_exceptions=True)
