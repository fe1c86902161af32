"""The profit-sharing bill: one line for each share that arrived and for each that was given back.

pay.weixin.qq.com/doc/v3/merchant/4012529628; the columns are unconfirmed.
"""

from collections.abc import Sequence

import msgspec

from sandbox.protocol import wiretime
from sandbox.protocol.bill import bill_file, cell, yuan

COLUMNS = (
    "分账时间", "分账发起方", "分账方", "微信订单号", "微信分账/回退单号", "分账明细单号", "商户分账/回退单号",
    "订单金额", "分账接收方", "分账金额", "业务类型", "处理状态", "分账描述", "备注",
)  # fmt: skip
TOTALS = ("分账总笔数", "分账总金额", "回退总笔数", "回退总金额")
SHARED, RELEASED, RETURNED = "分账", "解冻", "分账回退"


class SharingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line. `time` is when it was asked for (ms), `total` the order's fen."""

    time: int
    mchid: str
    seller: str
    transaction_id: str
    order_id: str
    detail_id: str
    out_order_no: str
    total: int
    receiver: str
    amount: int
    business: str
    description: str


def sharing_bill(lines: Sequence[SharingLine], newline: str = "\r\n") -> bytes:
    """The bill of these lines, in their order."""
    rows = [
        (
            wiretime.dashed(one.time), one.mchid, one.seller, one.transaction_id, one.order_id, one.detail_id,
            one.out_order_no, yuan(one.total), one.receiver, yuan(one.amount), one.business, "处理成功",
            cell(one.description), "",
        )
        for one in lines
    ]  # fmt: skip
    shared = [one.amount for one in lines if one.business != RETURNED]
    back = [one.amount for one in lines if one.business == RETURNED]
    totals = (str(len(shared)), yuan(sum(shared)), str(len(back)), yuan(sum(back)))
    return bill_file(COLUMNS, rows, TOTALS, totals, newline)
