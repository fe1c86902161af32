"""What is to be told to merchants: an event becomes a delivery and a timer in the transaction that made it happen."""

from sandbox.domain.delivery import Delivery
from sandbox.domain.order import Order
from sandbox.platform.ids import Ids
from sandbox.store import Transaction

NOTIFY = "notify"  # the timer's kind; its subject is the delivery's id
PAYMENT = "payment"


def announce_payment(tx: Transaction, ids: Ids, order: Order, now: int) -> Delivery:
    """Book the payment notification of an order, due at once."""
    terms = order.terms
    delivery = Delivery(
        id=ids.entropy("delivery", PAYMENT, terms.mchid, terms.out_trade_no).hex()[:16],
        tenant=tx.tenant,
        mchid=terms.mchid,
        event=PAYMENT,
        subject=terms.out_trade_no,
        url=terms.notify_url,
        dialect=terms.dialect,
        first_due=now,
        next_due=now,
    )
    tx.put_delivery(delivery)
    tx.book(now, NOTIFY, delivery.id)
    return delivery
