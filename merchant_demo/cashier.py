"""Ordering and paying: what the shop sends to the platform for an order, and what it hands to the page."""

from datetime import datetime, timedelta, timezone

import msgspec

from merchant_demo.config import Settings
from merchant_demo.errors import Conflict, PlatformFailure, ResultFail, Unreachable
from merchant_demo.orders import Order, OrderBook, new_number
from merchant_demo.reconcile import Reconciler
from merchant_demo.wechatpay import Fields, WeChatPay

# The platform's times are Beijing's, wherever the server stands.
BEIJING = timezone(timedelta(hours=8))

# The platform counts UTF-8 bytes, not characters.
BODY_BYTES = 127


class Buyer(msgspec.Struct, frozen=True):
    """Who orders: the openid of the session, the address of the request, and the openid that the page claims."""

    openid: str
    ip: str
    claimed_openid: str | None = None


class Offer(msgspec.Struct, frozen=True):
    """An order that waits for its payer: `payment` is what the page passes to `wx.requestPayment`."""

    order: Order
    payment: Fields


class Cashier:
    """Takes orders and asks the platform for the right to be paid for them."""

    def __init__(self, settings: Settings, pay: WeChatPay, orders: OrderBook, reconciler: Reconciler) -> None:
        self._settings = settings
        self._pay = pay
        self._orders = orders
        self._reconciler = reconciler

    async def place(self, buyer: Buyer, title: str, total: int) -> Offer:
        """A new order. Raises what the platform says against it."""
        now = datetime.now(BEIJING)
        order = self._orders.add(
            new_number(now), buyer.openid, self.payer(buyer), title, total, time_expire=self.expiry(now)
        )
        try:
            return await self.offer(order, buyer.ip)
        except Unreachable:
            raise
        except (PlatformFailure, ResultFail):
            self._orders.close(order.no)
            raise

    async def pay_again(self, order: Order, total: int, ip: str) -> Offer:
        """Another try at an unpaid order; with another total it is another order. Raises Conflict."""
        self.check_payable(order)
        if total != order.total:
            return await self.replace(order, total, ip)
        return await self.renew(order, ip)

    async def report(self, order: Order, err_msg: str) -> Order:
        """The page heard `err_msg` from `wx.requestPayment`. A page can be wrong or lie, so we ask the platform."""
        return order if order.status == "paid" else await self._reconciler.query(order)

    def check_payable(self, order: Order) -> None:
        if order.status == "paid":
            raise Conflict("already-paid", f"expected an unpaid order, but {order.no} is paid")
        if order.status == "mismatch":
            raise Conflict("mismatch", f"{order.no}: the platform spoke of another payment; wait for the shop's people")

    async def renew(self, order: Order, ip: str) -> Offer:
        """A fresh prepay_id for the same order; when its time is over, for a new one like it."""
        try:
            return await self.offer(order, ip)
        except ResultFail as refused:
            if refused.err_code != "ORDERCLOSED":
                raise
            self._orders.close(order.no)
            return await self.place(Buyer(order.user, ip), order.title, order.total)

    async def replace(self, order: Order, total: int, ip: str) -> Offer:
        """A new number for a changed cart: a number belongs to one amount for ever. The old one is closed first."""
        try:
            await self._pay.close_order(order.no)
        except ResultFail as refused:
            if refused.err_code not in ("ORDERCLOSED", "ORDERNOTEXIST"):
                raise
        self._orders.close(order.no)
        return await self.place(Buyer(order.user, ip), order.title, total)

    async def offer(self, order: Order, ip: str) -> Offer:
        reply = await self._pay.unified_order(self.order_fields(order, ip))
        return Offer(order, self._pay.launch(reply))

    def order_fields(self, order: Order, ip: str) -> Fields:
        """What `/pay/unifiedorder` is sent, identity and signature apart."""
        return {
            "body": self.body(order.title),
            "out_trade_no": order.no,
            "total_fee": self.total_fee(order.total),
            "spbill_create_ip": ip,
            "time_expire": order.time_expire,
            "notify_url": self._settings.notify_url,
            "trade_type": "JSAPI",
            "openid": order.openid,
        }

    def payer(self, buyer: Buyer) -> str:
        """Who is going to pay: the one who logged in, whatever the page claims."""
        return buyer.openid

    def body(self, title: str) -> str:
        """The title, cut between two characters where it is too long."""
        return title.encode()[:BODY_BYTES].decode(errors="ignore")

    def total_fee(self, total: int) -> str:
        """Whole fen, no decimal point."""
        return str(total)

    def expiry(self, now: datetime) -> str:
        """Until when it may be paid, as the platform writes times."""
        return f"{now.astimezone(BEIJING) + timedelta(minutes=self._settings.expire_minutes):%Y%m%d%H%M%S}"
