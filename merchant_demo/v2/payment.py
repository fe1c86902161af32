"""A payment in the flat fields of API v2."""

from collections.abc import Mapping

import msgspec

from merchant_demo.payment import CURRENCY, Payment


class _Fields(msgspec.Struct, frozen=True):
    """What a notification and the answer to a query have in common."""

    appid: str
    mch_id: str
    out_trade_no: str
    transaction_id: str
    total_fee: int
    cash_fee: int
    fee_type: str = CURRENCY
    time_end: str = ""


def payment_in(fields: Mapping[str, str]) -> Payment:
    """Raises ValueError naming the field that is missing or of the wrong kind."""
    try:
        found = msgspec.convert(dict(fields), _Fields, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
    return Payment(
        appid=found.appid,
        mchid=found.mch_id,
        out_trade_no=found.out_trade_no,
        transaction_id=found.transaction_id,
        total=found.total_fee,
        payer_total=found.cash_fee,
        currency=found.fee_type,
        date=f"{found.time_end[:4]}-{found.time_end[4:6]}-{found.time_end[6:8]}" if found.time_end else None,
    )
