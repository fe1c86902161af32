"""Ordering and paying: from a cart to what a phone is launched with."""

import contextlib
from datetime import datetime, timedelta, timezone

import msgspec

from merchant_demo.config import Settings
from merchant_demo.errors import Conflict, PlatformFailure, Refusal, ResultFail, Unreachable
from merchant_demo.orders import Order, OrderBook, TradeType, new_number
from merchant_demo.reconcile import Reconciler
from merchant_demo.wechatpay import Fields, WeChatPay

# The platform's times are Beijing's, wherever the server stands.
BEIJING = timezone(timedelta(hours=8))


class Buyer(msgspec.Struct, frozen=True):
    """Who orders: the openid of the session, the address of the request, and the openid that the page claims."""

    openid: str
    ip: str
    claimed_openid: str | None = None


class Cart(msgspec.Struct, frozen=True):
    """What is ordered, for how many fen, and whether it is paid in the mini program or in the App."""

    title: str
    total: int
    trade_type: TradeType = "JSAPI"


class Offer(msgspec.Struct, frozen=True):
    """An order that waits for its payer: `payment` is what the page passes to `wx.requestPayment`, or the App on."""

    order: Order
    payment: Fields


class Cashier:
    """Takes orders and asks the platform for the right to be paid for them."""

    def __init__(self, settings: Settings, pay: WeChatPay, orders: OrderBook, reconciler: Reconciler) -> None:
        self._settings = settings
        self._pay = pay
        self._orders = orders
        self._reconciler = reconciler

    async def place(self, buyer: Buyer, cart: Cart) -> Offer:
        """A new order. Raises what the platform says against it."""
        now = datetime.now(BEIJING)
        order = self._orders.add(
            Order(
                no=new_number(now),
                user=buyer.openid,
                openid=self.payer(buyer),
                title=cart.title,
                total=cart.total,
                time_expire=self.expiry(now),
                trade_type=cart.trade_type,
            )
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

    async def rehearse(self, active: bool) -> None:
        """Sell at the platform's acceptance rehearsal, or for money again."""
        await self._pay.rehearse(active)

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
            if not refused.closed:
                raise
            self._orders.close(order.no)
            return await self.place(Buyer(order.user, ip), cart_of(order))

    async def replace(self, order: Order, total: int, ip: str) -> Offer:
        """A new number for a changed cart: a number belongs to one amount for ever. The old one is closed first."""
        await self.withdraw(order)
        self._orders.close(order.no)
        return await self.place(Buyer(order.user, ip), msgspec.structs.replace(cart_of(order), total=total))

    async def withdraw(self, order: Order) -> None:
        """See to it that nobody pays the order any more. Raises ResultFail when somebody just has."""
        try:
            await self._pay.close_order(order.no)
        except ResultFail as refused:
            if refused.paid:
                with contextlib.suppress(Refusal):
                    await self._reconciler.query(order)
            if not (refused.closed or refused.unknown):
                raise

    async def offer(self, order: Order, ip: str) -> Offer:
        try:
            return Offer(order, await self._pay.order(order, ip))
        except Unreachable:
            return await self.offer_again(order, ip)

    async def offer_again(self, order: Order, ip: str) -> Offer:
        """No answer: the order may be placed or not. The same order once more is right either way."""
        return Offer(order, await self._pay.order(order, ip))

    def payer(self, buyer: Buyer) -> str:
        """Who is going to pay: the one who logged in, whatever the page claims."""
        return buyer.openid

    def expiry(self, now: datetime) -> str:
        """Until when it may be paid, as the platform writes times."""
        return f"{now.astimezone(BEIJING) + timedelta(minutes=self._settings.expire_minutes):%Y%m%d%H%M%S}"


def cart_of(order: Order) -> Cart:
    """What was in the cart that the order was made of."""
    return Cart(order.title, order.total, order.trade_type)
