"""A refund: what was asked for, which orders may be refunded, and what becomes of it.

pay.weixin.qq.com/doc/v3/merchant/4013071200.
"""

from enum import StrEnum

import msgspec

from sandbox.domain.ledger import fee_share
from sandbox.domain.order import Order
from sandbox.errors import Refusal, refund

DAY = 24 * 60 * 60 * 1000
LATEST = 365 * DAY
MOST = 50
OLD = 30 * DAY  # an order of more than a month


class RefundState(StrEnum):
    """What a query answers. v2 calls ABNORMAL CHANGE, and CLOSED REFUNDCLOSE."""

    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    ABNORMAL = "ABNORMAL"  # the payer's account cannot take it: the merchant must name another
    CLOSED = "CLOSED"  # failed, the merchant has its money back; try again under a new number


AFTER = {
    RefundState.PROCESSING: (RefundState.SUCCESS, RefundState.ABNORMAL, RefundState.CLOSED),
    RefundState.ABNORMAL: (RefundState.PROCESSING, RefundState.SUCCESS, RefundState.CLOSED),
}
"""Which states a refund may go to from here; the others are for good."""


class Source(StrEnum):
    """Who asked for it."""

    API = "API"
    CONSOLE = "VENDOR_PLATFORM"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """How much of it is taken from which of the merchant's accounts."""

    account: str
    amount: int


class Terms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the merchant asked for; never changes."""

    mchid: str
    out_refund_no: str
    out_trade_no: str
    transaction_id: str
    refund: int
    total: int
    dialect: str  # "v2" or "v3": which message notify_url gets
    sub_mchid: str = ""
    currency: str = "CNY"
    notify_url: str = ""
    reason: str = ""
    funds_account: str = "AVAILABLE"
    parts: tuple[Part, ...] = ()
    source: Source = Source.API
    reversal: bool = False  # nobody asked for a refund: the order was called off (撤销)

    @property
    def seller(self) -> str:
        """From whose account the money goes."""
        return self.sub_mchid or self.mchid


class Step(msgspec.Struct, frozen=True):
    """From when on (ms) it was in which state."""

    time: int
    state: RefundState


PURSE = "支付用户零钱"


class Refund(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One out_refund_no of one mchid. `steps` are its states so far, the first PROCESSING."""

    terms: Terms
    refund_id: str
    steps: tuple[Step, ...]
    fee_returned: int  # fen
    channel: str = "ORIGINAL"
    received_account: str = PURSE

    @property
    def state(self) -> RefundState:
        """Where it stands."""
        return self.steps[-1].state

    @property
    def created(self) -> int:
        """When it was accepted."""
        return self.steps[0].time

    @property
    def success_time(self) -> int | None:
        """When the money arrived; None while it has not."""
        return self.steps[-1].time if self.state is RefundState.SUCCESS else None

    def state_at(self, instant: int) -> RefundState:
        """Where it stood at an instant after it was accepted."""
        return next((step.state for step in reversed(self.steps) if step.time <= instant), RefundState.PROCESSING)

    def ensure_repeats(self, terms: Terms) -> None:
        """A number used again must ask for the same. Raises Refusal."""
        mine = self.terms
        if mine.out_trade_no != terms.out_trade_no:
            expected = f"a refund of {mine.out_trade_no}: that is what {mine.out_refund_no} was used for"
            raise Refusal(
                refund.REFUND_NUMBERS_DISAGREE, field="out_refund_no", came=terms.out_trade_no, expected=expected
            )
        if (mine.refund, mine.total) != (terms.refund, terms.total):
            came, expected = f"{terms.refund} of {terms.total}", f"{mine.refund} of {mine.total}, as the first time"
            raise Refusal(refund.REFUND_AMOUNTS_DISAGREE, field="amount", came=came, expected=expected)
        if (mine.parts, mine.funds_account) != (terms.parts, terms.funds_account):
            expected = f"{mine.funds_account} {mine.parts}, as the first time"
            came = f"{terms.funds_account} {terms.parts}"
            raise Refusal(refund.REFUND_PARAMETERS_DISAGREE, field="funds_account", came=came, expected=expected)

    def to(self, state: RefundState, now: int) -> "Refund":
        """The refund in another state. Raises ValueError when it cannot go there."""
        if state not in AFTER.get(self.state, ()):
            raise ValueError(f"a refund that is {self.state} does not become {state}")
        return msgspec.structs.replace(self, steps=(*self.steps, Step(now, state)))


def accepted(order: Order, terms: Terms, refund_id: str, now: int) -> tuple[Order, Refund]:
    """The refund of an order, and the order with it. Raises Refusal when the order may not be refunded so."""
    payment = order.payment
    if payment is None:
        raise Refusal(
            refund.REFUND_ORDER_UNPAID, came=f"order {terms.out_trade_no}, which is not paid", expected="a paid one"
        )
    mine = order.terms.total
    if terms.total != mine:
        raise Refusal(
            refund.REFUND_AMOUNTS_DISAGREE, field="total", came=terms.total, expected=f"{mine}, the order's total"
        )
    if terms.parts and sum(part.amount for part in terms.parts) != terms.refund:
        shown = " + ".join(str(part.amount) for part in terms.parts)
        raise Refusal(refund.REFUND_PARAMETERS_DISAGREE, field="from", came=shown, expected=f"{terms.refund} in all")
    if order.refunded == mine:
        raise Refusal(
            refund.ORDER_FULLY_REFUNDED, field="refund", came=terms.refund, expected="nothing: all is refunded"
        )
    if order.refunded + terms.refund > mine:
        expected = f"at most {mine - order.refunded}: {order.refunded} of {mine} fen are refunded"
        raise Refusal(refund.REFUND_MORE_THAN_PAID, field="refund", came=terms.refund, expected=expected)
    if now - payment.time > LATEST:
        came = f"{(now - payment.time) // DAY} days after the payment"
        raise Refusal(refund.REFUND_TOO_LATE, came=came, expected="at most 365 days")
    if order.refunds >= MOST:
        raise Refusal(refund.REFUND_TOO_MANY, came=f"{order.refunds} refunds already", expected=f"at most {MOST}")
    refunded = order.refunded + terms.refund
    share = max(0, fee_share(payment.fee, mine, refunded) - order.fee_returned)
    after = msgspec.structs.replace(
        order, refunds=order.refunds + 1, refunded=refunded, fee_returned=order.fee_returned + share
    )
    first = Step(now, RefundState.PROCESSING)
    account = payment.card or PURSE
    return after, Refund(terms=terms, refund_id=refund_id, steps=(first,), fee_returned=share, received_account=account)


def undone(order: Order, closed: Refund) -> Order:
    """The order after a refund of it was closed: its money may be refunded again."""
    return msgspec.structs.replace(
        order,
        refunded=order.refunded - closed.terms.refund,
        fee_returned=order.fee_returned - closed.fee_returned,
    )
