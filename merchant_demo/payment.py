"""A payment as the platform tells of it, in a notification or in the answer to a query."""

from collections.abc import Mapping

import msgspec

from merchant_demo.config import Settings
from merchant_demo.orders import Order


class Payment(msgspec.Struct, frozen=True):
    """What was paid. Amounts are fen; cash_fee is what is left of total_fee after the platform's coupons."""

    appid: str
    mch_id: str
    out_trade_no: str
    transaction_id: str
    total_fee: int
    cash_fee: int

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> "Payment":
        """Raises ValueError naming the field that is missing or of the wrong kind."""
        try:
            return msgspec.convert(dict(fields), cls, strict=False)
        except msgspec.ValidationError as error:
            raise ValueError(str(error)) from error


def identity_difference(payment: Payment, settings: Settings) -> str | None:
    """How the payment is not ours, if it is not."""
    if payment.appid != settings.appid:
        return f"appid: expected {settings.appid}, came {payment.appid}"
    if payment.mch_id != settings.mch_id:
        return f"mch_id: expected {settings.mch_id}, came {payment.mch_id}"
    return None


def amount_difference(payment: Payment, order: Order) -> str | None:
    """How the amounts are not the order's, if they are not."""
    if payment.total_fee != order.total:
        return f"total_fee: expected {order.total}, came {payment.total_fee}"
    if payment.cash_fee > payment.total_fee:
        return f"cash_fee: expected at most {payment.total_fee}, came {payment.cash_fee}"
    return None
