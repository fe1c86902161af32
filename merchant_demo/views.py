"""The shop's HTTP API and its page."""

import ipaddress
from typing import TypeVar

import jinja2
import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from merchant_demo.billing import Auditor
from merchant_demo.cashier import Buyer, Cart, Cashier, Offer
from merchant_demo.config import Settings
from merchant_demo.errors import NotFound, NotLoggedIn, Refusal
from merchant_demo.hints import hint
from merchant_demo.keys import KeyRing
from merchant_demo.login import SESSION_SECONDS, Login, Sessions
from merchant_demo.orders import Order, OrderBook
from merchant_demo.refunding import Refunder
from merchant_demo.refunds import Refund, RefundBook
from merchant_demo.requests import (
    AuditRequest,
    KeyRequest,
    LoginRequest,
    OrderRequest,
    PayRequest,
    RefundRequest,
    RehearsalRequest,
    ReportRequest,
    TillRequest,
)
from merchant_demo.static_codes import GOODS
from merchant_demo.till import Till

COOKIE = "shop_session"

# What is on the shelf: title and price in fen.

T = TypeVar("T", bound=msgspec.Struct)


class Desk(msgspec.Struct, frozen=True):
    """Who does what is asked: takes orders, sells at the till, gives money back, compares the books."""

    cashier: Cashier
    till: Till
    refunder: Refunder
    auditor: Auditor


class Views:
    """One method for each call."""

    def __init__(
        self,
        settings: Settings,
        login: Login,
        sessions: Sessions,
        keys: KeyRing,
        orders: OrderBook,
        refunds: RefundBook,
        desk: Desk,
    ) -> None:
        self._settings = settings
        self._login = login
        self._sessions = sessions
        self._keys = keys
        self._orders = orders
        self._refunds = refunds
        self._desk = desk
        loader = jinja2.PackageLoader(__package__ or "merchant_demo")
        self._templates = jinja2.Environment(loader=loader, autoescape=True)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.page),
            web.get("/health", self.health),
            web.post("/login", self.login),
            web.post("/orders", self.order),
            web.get("/orders", self.list_orders),
            web.get("/orders/{no}", self.status),
            web.post("/orders/{no}/pay", self.pay_again),
            web.post("/orders/{no}/report", self.report),
            web.post("/orders/{no}/refund", self.refund),
            web.post("/till", self.sell),
            web.post("/keys", self.new_key),
            web.post("/reconcile", self.audit),
            web.post("/rehearsal", self.rehearse),
        ]

    async def page(self, request: web.Request) -> web.Response:
        html = self._templates.get_template("shop.html").render(settings=self._settings, catalogue=GOODS)
        return web.Response(text=html, content_type="text/html", charset="utf-8")

    async def health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def login(self, request: web.Request) -> web.Response:
        wanted = await _body(request, LoginRequest)
        openid = await self._login.openid(wanted.code)
        token = self._sessions.open(openid)
        response = web.json_response(self.welcome(openid, token))
        response.set_cookie(COOKIE, token, max_age=SESSION_SECONDS, httponly=True, samesite="Strict")
        return response

    def welcome(self, openid: str, token: str) -> dict[str, object]:
        """What the page learns of its login."""
        return {"token": token, "user": {"openid": openid}}

    async def order(self, request: web.Request) -> web.Response:
        openid = self._user(request)
        wanted = await _body(request, OrderRequest)
        if wanted.item not in GOODS:
            raise Refusal("bad-request", f"item: expected one of {', '.join(GOODS)}, came {wanted.item!r}")
        title, price = GOODS[wanted.item]
        if wanted.title is not None and not wanted.title.isprintable():
            raise Refusal("bad-request", f"title: expected printable text, came {wanted.title!a}")
        buyer = Buyer(openid, _ip(request), claimed_openid=wanted.openid)
        total = price * wanted.number if wanted.total is None else wanted.total
        return self.offered(
            await self._desk.cashier.place(buyer, Cart(wanted.title or title, total, wanted.trade_type))
        )

    def offered(self, offer: Offer) -> web.Response:
        """What the page pays with."""
        return web.json_response({"order_no": offer.order.no, "total": offer.order.total, "payment": offer.payment})

    async def list_orders(self, request: web.Request) -> web.Response:
        return web.json_response([self._shown(order) for order in self._orders.of(self._user(request))])

    async def status(self, request: web.Request) -> web.Response:
        return web.json_response(self._shown(self._own(request)))

    async def pay_again(self, request: web.Request) -> web.Response:
        order = self._own(request)
        wanted = await _body(request, PayRequest)
        total = order.total if wanted.total is None else wanted.total
        return self.offered(await self._desk.cashier.pay_again(order, total, _ip(request)))

    async def report(self, request: web.Request) -> web.Response:
        order = self._own(request)
        wanted = await _body(request, ReportRequest)
        return web.json_response(self._shown(await self._desk.cashier.report(order, wanted.err_msg)))

    async def refund(self, request: web.Request) -> web.Response:
        """No questions asked: this shop takes everything back."""
        order = self._own(request)
        wanted = await _body(request, RefundRequest)
        return web.json_response(_of_refund(await self._desk.refunder.refund(order, wanted.amount)))

    async def sell(self, request: web.Request) -> web.Response:
        """For a payment code. The clerk is logged in like everybody, and the order is in their account."""
        clerk = self._user(request)
        wanted = await _body(request, TillRequest)
        return web.json_response(
            self._shown(await self._desk.till.sell(clerk, wanted.auth_code, wanted.total, _ip(request)))
        )

    async def audit(self, request: web.Request) -> web.Response:
        """Compare a day's orders with the platform's bill."""
        _ensure_operator(request)
        wanted = await _body(request, AuditRequest)
        return web.json_response(msgspec.to_builtins(await self._desk.auditor.audit(wanted.date)))

    async def new_key(self, request: web.Request) -> web.Response:
        _ensure_operator(request)
        self._keys.enter((await _body(request, KeyRequest)).api_key)
        return web.json_response({"keys": len(self._keys.usable())})

    async def rehearse(self, request: web.Request) -> web.Response:
        """Before a shop may sell, the platform has it rehearse what can happen; the amounts say what does."""
        _ensure_operator(request)
        wanted = await _body(request, RehearsalRequest)
        await self._desk.cashier.rehearse(wanted.active)
        return web.json_response({"rehearsing": wanted.active})

    def _shown(self, order: Order) -> dict[str, object]:
        refunds = self._refunds.of(order.no)
        return {
            "order_no": order.no,
            "out_trade_no": order.no,
            "title": order.title,
            "total": order.total,
            "status": order.status,
            "shipped": order.shipped,
            "learned_by": order.learned_by,
            "transaction_id": order.transaction_id,
            "notifications": order.notifications,
            "refunded": sum(refund.amount for refund in refunds if refund.status == "refunded"),
            "refunds": [_of_refund(refund) for refund in refunds],
        }

    def _user(self, request: web.Request) -> str:
        """The openid of the session. Raises NotLoggedIn."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            token = request.cookies.get(COOKIE, "")
        if not token:
            raise NotLoggedIn(
                "not-logged-in", "expected the token of POST /login as a Bearer token or cookie, came none"
            )
        return self._sessions.openid(token.strip())

    def _own(self, request: web.Request) -> Order:
        """The order in the path; another user's is as good as none. Raises NotFound."""
        user = self._user(request)
        order = self._orders.find(request.match_info["no"])
        if order is None or not self.may_see(user, order):
            raise NotFound("no-such-order", f"you have no order {request.match_info['no']}")
        return order

    def may_see(self, user: str, order: Order) -> bool:
        return order.user == user


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error is JSON with `error` and `message`, and `hint` where the platform gave one."""
    hint.set("")
    try:
        return await handler(request)
    except Refusal as refusal:
        return _refused(refusal.status, refusal.error, str(refusal))
    except web.HTTPError as error:
        reason = error.reason.lower()
        return _refused(error.status, reason.replace(" ", "-"), f"{request.method} {request.path}: {reason}")


def _refused(status: int, error: str, message: str) -> web.Response:
    said = {"error": error, "message": message}
    if hint.get():
        said["hint"] = hint.get()
    return web.json_response(said, status=status)


def _of_refund(refund: Refund) -> dict[str, object]:
    return {"refund_no": refund.no, "amount": refund.amount, "status": refund.status}


def _ensure_operator(request: web.Request) -> None:
    """For the shop's operator, who sits at this machine."""
    if not ipaddress.ip_address(_ip(request)).is_loopback:
        raise NotFound("not-found", "this is done on the shop's own machine")


def _ip(request: web.Request) -> str:
    return request.remote or "127.0.0.1"


async def _body(request: web.Request, kind: type[T]) -> T:
    """The JSON body. Its Content-Type must say so: a page of another site cannot send that without asking first."""
    raw = await request.read()
    if raw and request.content_type != "application/json":
        raise Refusal("bad-request", f"Content-Type: expected application/json, came {request.content_type}")
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except msgspec.DecodeError as error:
        raise Refusal("bad-request", f"{request.method} {request.path}: {error}") from error
