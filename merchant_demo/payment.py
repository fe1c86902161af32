"""A payment as the platform tells of it, in a notification or in the answer to a query."""

import msgspec

from merchant_demo.config import Settings
from merchant_demo.orders import Order

# The shop sells in one currency; 100 fen of another are another price.
CURRENCY = "CNY"


class Payment(msgspec.Struct, frozen=True):
    """What was paid. Amounts are fen; payer_total is what is left of total after the platform's coupons.

    `date` (YYYY-MM-DD) is the day of whose bill it is.
    """

    appid: str
    mchid: str
    out_trade_no: str
    transaction_id: str
    total: int
    payer_total: int
    currency: str = CURRENCY
    date: str | None = None


class Standing(msgspec.Struct, frozen=True):
    """How an order stands on the platform: its trade_state and, once it is paid, the payment."""

    state: str
    payment: Payment | None = None


def identity_difference(payment: Payment, settings: Settings) -> str | None:
    """How the payment is not ours, if it is not."""
    if payment.appid != settings.appid:
        return f"appid: expected {settings.appid}, came {payment.appid}"
    if payment.mchid != settings.mch_id:
        return f"mchid: expected {settings.mch_id}, came {payment.mchid}"
    return None


def amount_difference(payment: Payment, order: Order) -> str | None:
    """How the amounts are not the order's, if they are not."""
    if payment.currency != CURRENCY:
        return f"currency: expected {CURRENCY}, came {payment.currency}"
    if payment.total != order.total:
        return f"total: expected {order.total}, came {payment.total}"
    if payment.payer_total > payment.total:
        return f"payer_total: expected at most {payment.total}, came {payment.payer_total}"
    return None
