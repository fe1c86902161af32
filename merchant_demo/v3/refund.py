"""A refund in the JSON of APIv3: the same in an answer and in a notification, but for the name of its state."""

from collections.abc import Mapping
from typing import Any

import msgspec

from merchant_demo.refunds import RefundStanding


class _Amount(msgspec.Struct, frozen=True):
    refund: int
    total: int


class _Answer(msgspec.Struct, frozen=True):
    out_trade_no: str
    out_refund_no: str
    status: str
    amount: _Amount


class _Notice(msgspec.Struct, frozen=True):
    mchid: str
    out_trade_no: str
    out_refund_no: str
    refund_status: str
    amount: _Amount


def standing_in(answer: Mapping[str, Any]) -> RefundStanding:
    """Of an answer. Raises ValueError naming the member that is missing or of the wrong kind."""
    found = _converted(answer, _Answer)
    return RefundStanding(
        found.out_refund_no, found.out_trade_no, found.status, found.amount.refund, found.amount.total
    )


def standing_told(notice: Mapping[str, Any], mchid: str) -> RefundStanding:
    """Of a notification, which must be for this merchant. Raises ValueError."""
    found = _converted(notice, _Notice)
    if found.mchid != mchid:
        raise ValueError(f"mchid: expected {mchid}, came {found.mchid}")
    return RefundStanding(
        found.out_refund_no, found.out_trade_no, found.refund_status, found.amount.refund, found.amount.total
    )


def _converted(members: Mapping[str, Any], kind: type[Any]) -> Any:
    try:
        return msgspec.convert(members, kind)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
