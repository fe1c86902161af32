"""An order: what was asked for, what became of it, and what may still be done to it."""

from enum import StrEnum

import msgspec

from sandbox.domain.shipping import Shipping
from sandbox.errors import Refusal, pay

MINUTE = 60 * 1000
HOUR = 60 * MINUTE
PREPAY_LIFETIME = 2 * HOUR  # of a prepay_id and a code_url; pay.weixin.qq.com/doc/v3/merchant/4012791869
MWEB_LIFETIME = 5 * MINUTE  # of an H5 link; pay.weixin.qq.com/doc/v3/merchant/4012791845


class TradeType(StrEnum):
    """Where the payer pays."""

    JSAPI = "JSAPI"
    NATIVE = "NATIVE"
    APP = "APP"
    MWEB = "MWEB"
    PAP = "PAP"  # deducted under a contract, without the payer doing anything
    MICROPAY = "MICROPAY"  # the payer shows a payment code, the merchant reads it


class TradeState(StrEnum):
    """What a query answers."""

    NOTPAY = "NOTPAY"
    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    CLOSED = "CLOSED"
    USERPAYING = "USERPAYING"  # payment codes only: the payer is to type the password
    PAYERROR = "PAYERROR"  # payment codes only: the payer would not
    ACCEPT = "ACCEPT"  # deductions only: taken on, to be carried out later
    REVOKED = "REVOKED"  # payment codes only: paid, and reversed by the merchant


STATE_DESCRIPTIONS = {
    TradeState.NOTPAY: "订单未支付",
    TradeState.SUCCESS: "支付成功",
    TradeState.REFUND: "订单发生过退款，退款详情请查询退款单",
    TradeState.CLOSED: "订单已关闭",
    TradeState.USERPAYING: "需要用户输入支付密码",
    TradeState.PAYERROR: "支付失败，请撤销订单",
    TradeState.REVOKED: "订单已撤销",
    TradeState.ACCEPT: "已接收，等待扣款",
}


class ClosedBy(StrEnum):
    """Who closed an order: a merchant's number stays refused in another way than the platform's."""

    NOBODY = ""
    MERCHANT = "merchant"
    PLATFORM = "platform"
    UNBORN = "unborn"  # closed through v3 before it was ever ordered: no order, and never one


class Terms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the merchant asked for; never changes."""

    mchid: str
    out_trade_no: str
    appid: str
    total: int
    trade_type: TradeType
    dialect: str  # "v2" or "v3": the second sign must be of the same
    notify_url: str
    description: str
    fingerprint: bytes  # of every parameter that counts as part of the order
    openid: str = ""
    sub_mchid: str = ""
    sub_appid: str = ""
    sub_openid: str = ""
    sign_type: str = "MD5"
    nonce_str: str = ""
    currency: str = "CNY"
    attach: str | None = None
    device_info: str | None = None
    client_ip: str = ""
    time_expire: int | None = None
    contract_id: str = ""  # signed with the payment, or the one that it is deducted under
    profit_sharing: bool = False  # its money may be shared out
    combine_mchid: str = ""  # of a part of a combined order: who combined it,
    combine_out_trade_no: str = ""  # and under which number

    @property
    def way(self) -> tuple[str, ...]:
        """How it was ordered: a number ordered in another way is a repeated one."""
        return (self.dialect, self.trade_type, self.combine_mchid, self.combine_out_trade_no)

    @property
    def seller(self) -> str:
        """On whose account the money goes."""
        return self.sub_mchid or self.mchid


class Payment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How it was paid."""

    transaction_id: str
    time: int
    openid: str
    user: str
    bank_type: str = "OTHERS"
    sub_openid: str = ""
    fee: int = 0  # fen, kept by the platform
    fee_rate: int = 0  # ten-thousandths
    card: str = ""  # of the payer's that paid; empty: their purse
    subscribed: bool = False  # the payer follows the official account

    @property
    def is_subscribe(self) -> str:
        """As v2 spells it."""
        return "Y" if self.subscribed else "N"


class Order(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One out_trade_no of one mchid. `prepay_id` is the newest of the `posts` that were issued for it."""

    terms: Terms
    created: int
    prepay_id: str
    posts: int = 1
    closed: int | None = None
    closed_by: ClosedBy = ClosedBy.NOBODY
    payment: Payment | None = None
    opened_by: str = ""  # the payer who scanned or opened a NATIVE, MWEB or APP order first
    shipping: Shipping | None = None  # what the mini program has reported
    refunds: int = 0  # how many were accepted, whatever became of them
    refunded: int = 0  # fen, of all that were not closed
    fee_returned: int = 0  # fen, with them
    charging: TradeState | None = None  # unpaid, of a payment code USERPAYING or PAYERROR, of a deduction ACCEPT too
    reversed: int | None = None  # when the merchant called a payment-code order off

    @property
    def hidden(self) -> bool:
        """Whether ordinary queries do not see it: a part of a combined order, or closed before it was ordered.

        pay.weixin.qq.com/doc/v3/merchant/4013421298.
        """
        return self.closed_by is ClosedBy.UNBORN or bool(self.terms.combine_out_trade_no)

    def state(self, now: int, auto_close: int | None) -> TradeState:
        """What a query at `now` answers; the platform's own closing is computed here, it is no timer."""
        if self.payment is not None:
            if self.reversed is not None:
                return TradeState.REVOKED
            return TradeState.REFUND if self.refunds else TradeState.SUCCESS
        if self.closed is not None or self.reversed is not None or self._closed_by_age(now, auto_close):
            return TradeState.CLOSED
        return self.charging or TradeState.NOTPAY

    def expired(self, now: int) -> bool:
        """Whether time_expire forbids paying at `now`."""
        return self.terms.time_expire is not None and now >= self.terms.time_expire

    def ensure_repeats(self, terms: Terms, now: int, auto_close: int | None) -> None:
        """A number ordered again must be the same, unpaid and open.

        Raises Refusal: ORDER_PAID, ORDER_CLOSED, ORDER_EXPIRED, ORDER_CHANGED or OUT_TRADE_NO_REPEATED
        (developers.weixin.qq.com/community/pay/doc/00004a95a90228ebc05c54dfb5bc00, 000ae86d1049f0625e4cfeeef51800).
        """
        mine, number = self.terms, self.terms.out_trade_no
        if self.closed_by is ClosedBy.UNBORN:
            raise Refusal(pay.ORDER_CHANGED, came=number, expected="a number that was not closed before")
        if self.payment is not None:
            raise Refusal(pay.ORDER_PAID, came=number)
        if self.closed is not None:
            raise Refusal(pay.ORDER_CLOSED, came=number)
        if self.expired(now):
            raise Refusal(pay.ORDER_EXPIRED, came=number)
        if mine.way != terms.way or self._closed_by_age(now, auto_close):
            raise Refusal(pay.OUT_TRADE_NO_REPEATED, came=number, expected=f"{mine.trade_type} through {mine.dialect}")
        if mine.fingerprint != terms.fingerprint:
            raise Refusal(pay.ORDER_CHANGED, came=number, expected="the parameters of the first time")

    def reposted(self, prepay_id: str) -> "Order":
        """The order with one more prepay_id; a code_url of an older one is dead from now on."""
        return msgspec.structs.replace(self, posts=self.posts + 1, prepay_id=prepay_id)

    def closed_now(self, now: int, auto_close: int | None, *, reentrant: bool) -> "Order":
        """The order closed by its merchant. Raises Refusal: ORDER_PAID, or ORDER_CLOSED unless `reentrant`."""
        state = self.state(now, auto_close)
        if state is TradeState.CLOSED:
            if reentrant:
                return self
            raise Refusal(pay.ORDER_CLOSED)
        if state is not TradeState.NOTPAY:
            raise Refusal(pay.ORDER_PAID)
        return msgspec.structs.replace(self, closed=now, closed_by=ClosedBy.MERCHANT)

    def paid(self, payment: Payment) -> "Order":
        """The order paid."""
        return msgspec.structs.replace(self, payment=payment)

    def _closed_by_age(self, now: int, auto_close: int | None) -> bool:
        if auto_close is None:
            return False
        return now >= max(self.created + auto_close, self.terms.time_expire or 0)


class Prepay(msgspec.Struct, frozen=True, kw_only=True):
    """A prepay_id and, for NATIVE, its code_url; the handle by which a phone finds the order."""

    prepay_id: str
    mchid: str
    out_trade_no: str
    created: int
    code_url: str = ""
    combined: bool = False  # the number is a combined order's

    def expired(self, now: int) -> bool:
        """Whether its two hours are over at `now`."""
        return now - self.created >= PREPAY_LIFETIME
