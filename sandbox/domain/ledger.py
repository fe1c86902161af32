"""A merchant's account: one entry for each movement of money, and the fee on what is collected."""

from enum import StrEnum

import msgspec


class Business(StrEnum):
    """Why money moved, as the fund-flow bill names it."""

    PAYMENT = "交易"
    FEE = "扣除交易手续费"
    REFUND = "退款"
    FEE_RETURNED = "退还交易手续费"
    REFUND_CLOSED = "退款关闭"
    SHARE = "分账"
    SHARE_RETURNED = "分账回退"
    TRANSFER = "商家转账"
    TRANSFER_RETURNED = "商家转账退回"
    RED_PACKET = "现金红包"
    RED_PACKET_RETURNED = "现金红包退回"
    TOP_UP = "充值"
    WITHDRAWAL = "提现"


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One movement on a merchant's basic account. `amount` is fen, negative when money leaves; `balance` is after it.

    `business_no` is the platform's number of what moved it (transaction_id, refund_id …), `voucher` the merchant's.
    """

    mchid: str
    number: int  # 1, 2 … on this account
    time: int
    business: Business
    amount: int
    balance: int
    flow_id: str
    business_no: str
    voucher: str
    applicant: str = "system"
    remark: str = ""


def fee(total: int, rate: int) -> int:
    """The fee on `total` fen at `rate` ten-thousandths, half up to the fen."""
    return (total * rate + 5_000) // 10_000


def fee_share(paid_fee: int, total: int, refunded: int) -> int:
    """How much of a fee belongs to `refunded` of `total` fen, half up to the fen; all of it to all of the money."""
    return (2 * paid_fee * refunded + total) // (2 * total)
