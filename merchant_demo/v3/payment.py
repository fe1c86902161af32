"""A payment in the JSON of APIv3."""

from collections.abc import Mapping
from typing import Any

import msgspec

from merchant_demo.payment import CURRENCY, Payment


class _Amount(msgspec.Struct, frozen=True):
    total: int
    payer_total: int
    currency: str = CURRENCY


class _Transaction(msgspec.Struct, frozen=True):
    """What a notification and the answer to a query have in common."""

    appid: str
    mchid: str
    out_trade_no: str
    transaction_id: str
    amount: _Amount
    success_time: str = ""


def payment_in(transaction: Mapping[str, Any]) -> Payment:
    """Raises ValueError naming the member that is missing or of the wrong kind."""
    try:
        found = msgspec.convert(transaction, _Transaction)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
    return Payment(
        appid=found.appid,
        mchid=found.mchid,
        out_trade_no=found.out_trade_no,
        transaction_id=found.transaction_id,
        total=found.amount.total,
        payer_total=found.amount.payer_total,
        currency=found.amount.currency,
        date=found.success_time[:10] or None,
    )
