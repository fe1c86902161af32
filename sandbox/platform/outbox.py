"""What is to be told to merchants: an event becomes a delivery and a timer in the transaction that made it happen."""

from sandbox.domain.delivery import Delivery
from sandbox.domain.order import Order, TradeType
from sandbox.platform.ids import Ids
from sandbox.store import Transaction

NOTIFY = "notify"  # the timer's kind; its subject is the delivery's id
PAYMENT = "payment"
COMBINED = "combined"
REFUND = "refund"
PROFIT_SHARING = "profitsharing"
TRANSFER = "transfer"
ECHO = "echo"
CONTRACT = "contract"
DEDUCTION = "deduction"
REHEARSAL = "rehearsal"


def announce(
    tx: Transaction,
    ids: Ids,
    *,
    event: str,
    mchid: str,
    subject: str,
    url: str,
    dialect: str,
    now: int,
    out_trade_no: str = "",
    turn: str = "",
) -> Delivery:
    """Book a notification, due at once.

    `subject` is what the event happened to: an out_trade_no, an out_refund_no … ; `turn` tells apart events of one kind
    that happen to it one after the other. `dialect` is the message's, v2 or v3.
    """
    delivery = Delivery(
        id=ids.entropy("delivery", event, mchid, subject, turn).hex()[:16],
        tenant=tx.tenant,
        mchid=mchid,
        event=event,
        subject=subject,
        url=url,
        dialect=dialect,
        out_trade_no=out_trade_no,
        turn=turn,
        first_due=now,
        next_due=now,
    )
    tx.put_delivery(delivery)
    tx.book(now, NOTIFY, delivery.id)
    return delivery


def announce_payment(tx: Transaction, ids: Ids, order: Order, now: int) -> Delivery | None:
    """Book the payment notification of an order that names an address for it; a deduction has one of its own."""
    if not order.terms.notify_url or order.terms.trade_type is TradeType.PAP:
        return None
    return _announce_order(tx, ids, PAYMENT, order, now)


def announce_combined(tx: Transaction, ids: Ids, whole: Order, now: int) -> Delivery:
    """Book the one notification of a combined order's payment."""
    return _announce_order(tx, ids, COMBINED, whole, now)


def _announce_order(tx: Transaction, ids: Ids, event: str, order: Order, now: int) -> Delivery:
    terms = order.terms
    return announce(
        tx,
        ids,
        event=event,
        mchid=terms.mchid,
        subject=terms.out_trade_no,
        url=terms.notify_url,
        dialect=terms.dialect,
        now=now,
        out_trade_no=terms.out_trade_no,
    )
