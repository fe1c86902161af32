"""The cashier: one payer and one order, from the prepay_id to the money, in one transaction."""

from enum import StrEnum

import msgspec

from sandbox.domain.combined import CombinedOrder
from sandbox.domain.order import Order, Prepay, TradeState, TradeType
from sandbox.domain.user import User
from sandbox.errors import Refusal, phone
from sandbox.platform import funds
from sandbox.platform.outbox import announce_combined
from sandbox.platform.tenants import Tenant
from sandbox.protocol import wiretime
from sandbox.store import Transaction


class Deed(StrEnum):
    """What the person does once the cashier is open; `close-dialog` taps away whatever shows first."""

    PAY = "pay"
    CANCEL = "cancel"
    CLOSE_DIALOG = "close-dialog"
    WRONG_PASSWORD = "wrong-password"
    NO_BALANCE = "no-balance"


class Cashier:
    """A payer at the cashier. `order` and `prepay` are there once the handle was recognised.

    Of a combined order `order` is the whole, and `combined` is there too. Without a `deed` the
    cashier only opens. With a `card` of the payer's the purse is not asked.
    """

    def __init__(
        self, tenant: Tenant, tx: Transaction, payer: User, deed: Deed | None = Deed.PAY, card: str = ""
    ) -> None:
        self.tenant = tenant
        self.tx = tx
        self.payer = payer
        self.deed = deed
        self.card = card
        self.now = tenant.clock.now()
        self.prepay: Prepay | None = None
        self.order: Order | None = None
        self.combined: CombinedOrder | None = None

    def find(self, prepay_id: str) -> Order:
        """The order behind a prepay_id of this tenant. Raises Refusal PACKAGE_UNKNOWN."""
        prepay = self.tx.prepay(prepay_id)
        if prepay is None:
            owner = self.tx.tenant_of_prepay(prepay_id) if prepay_id else None
            raise Refusal(
                phone.PACKAGE_UNKNOWN,
                field="package",
                came=prepay_id or "nothing",
                expected="a prepay_id that unifiedorder answered here",
                likely=f"this prepay_id belongs to tenant {owner!r}" if owner else "",
                likely_zh=f"该prepay_id属于租户{owner}" if owner else "",
            )
        return self.take(prepay)

    def take(self, prepay: Prepay) -> Order:
        """The order of a prepay."""
        order = self.tx.ordered(prepay)
        assert order is not None, "a prepay is stored with its order"
        self.prepay, self.order = prepay, order
        self.combined = self.tx.combined(prepay.mchid, prepay.out_trade_no) if prepay.combined else None
        return order

    def ensure_trade_type(self, order: Order, fits: TradeType) -> None:
        """The order was placed for this way of paying. Raises Refusal TRADE_TYPE_MISMATCH."""
        trade_type = order.terms.trade_type
        if trade_type is not fits:
            raise Refusal(phone.TRADE_TYPE_MISMATCH, field="trade_type", came=trade_type.value, expected=fits.value)

    def ensure_open(self, order: Order, prepay: Prepay) -> None:
        """Two hours, time_expire, paid, closed. Raises Refusal."""
        if prepay.expired(self.now):
            age = (self.now - prepay.created) // 60_000
            raise Refusal(
                phone.PREPAY_EXPIRED, field="prepay_id", came=f"one made {age} min ago", expected="one of at most 2 h"
            )
        if order.expired(self.now):
            limit = wiretime.dashed(order.terms.time_expire or 0)
            raise Refusal(
                phone.TIME_EXPIRE_OVER,
                field="time_expire",
                came=f"paying at {wiretime.dashed(self.now)}",
                expected=f"before {limit} (Beijing time)",
            )
        state = order.state(self.now, self.tenant.auto_close())
        if state is TradeState.CLOSED:
            raise Refusal(phone.CASHIER_ORDER_CLOSED, field="prepay_id", came=f"order {order.terms.out_trade_no}")
        if state is not TradeState.NOTPAY:
            raise Refusal(phone.CASHIER_ORDER_PAID, field="prepay_id", came=f"order {order.terms.out_trade_no}")

    def ensure_payer(self, order: Order) -> None:
        """The payer is whom a JSAPI order names; the others belong to whoever opens them first. Raises Refusal."""
        terms = order.terms
        if terms.trade_type is TradeType.JSAPI:
            wanted = terms.sub_openid or terms.openid
            if wanted not in self.payer.openids.values():
                owner = self.tx.openid(wanted)
                raise Refusal(
                    phone.PAYER_MISMATCH,
                    field="openid",
                    came=f"{self.payer.id} pays",
                    expected=f"{wanted}, who is {owner[1] if owner else 'nobody here'}",
                )
            return
        if order.opened_by not in ("", self.payer.id):
            raise Refusal(
                phone.OTHER_PAYER_FIRST,
                field="user",
                came=self.payer.id,
                expected=f"{order.opened_by}, who opened this order first",
            )
        if not order.opened_by:
            self._keep(msgspec.structs.replace(order, opened_by=self.payer.id))

    def settle(self) -> Order:
        """What the person does at the open cashier: the order paid. Raises Refusal when it does not come to that."""
        order = self.order
        assert order is not None, "find the order first"
        if self.deed is None:
            return order
        if self.deed in (Deed.CANCEL, Deed.CLOSE_DIALOG):
            raise Refusal(phone.PAYMENT_CANCELLED)
        if self.deed is Deed.WRONG_PASSWORD:
            raise Refusal(phone.WRONG_PASSWORD)
        balance, total = self.payer.balance, order.terms.total
        if self.deed is Deed.NO_BALANCE or (balance < total and not self.card):
            held = 0 if self.deed is Deed.NO_BALANCE else balance
            raise Refusal(phone.BALANCE_LOW, field="balance", came=f"{held} fen", expected=f"at least {total} fen")
        return self._collect(order)

    def _collect(self, order: Order) -> Order:
        if self.combined is None:
            self.order = funds.pay(self.tenant, self.tx, order, self.payer, self.card)
            return self.order
        funds.spend(self.tx, self.payer, order.terms.total, self.card)
        paid = self._keep(order.paid(funds.payment_of(self.tenant, order.terms, self.payer, self.card)))
        for sub in self.combined.subs:
            part = self.tx.order(sub.mchid, sub.out_trade_no)
            assert part is not None, "a combined order is stored with its parts"
            payment = funds.payment_of(self.tenant, part.terms, self.payer, self.card)
            self.tx.put_order(part.paid(funds.collect(self.tenant, self.tx, part.terms, payment)))
        announce_combined(self.tx, self.tenant.ids, paid, self.now)
        return paid

    def _keep(self, order: Order) -> Order:
        """Store the order's new state, of a combined one as the whole."""
        self.order = order
        if self.combined is None:
            self.tx.put_order(order)
        else:
            self.combined = msgspec.structs.replace(self.combined, whole=order)
            self.tx.put_combined(self.combined)
        return order
