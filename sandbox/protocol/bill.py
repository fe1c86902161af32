"""Bill files: UTF-8 with a BOM, a line of column names, back-quoted cells, then a line of totals under their names.

pay.weixin.qq.com/doc/v3/merchant/4013071246 and 4013071249; v2 and v3 share them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from sandbox.protocol import wiretime

Kind = Literal["ALL", "SUCCESS", "REFUND", "RECHARGE_REFUND"]

_LEAD = (
    "交易时间", "公众账号ID", "商户号", "特约商户号", "设备号", "微信订单号", "商户订单号", "用户标识", "交易类型",
    "交易状态", "付款银行", "货币种类", "应结订单金额", "代金券金额",
)  # fmt: skip
_TIMES = ("退款申请时间", "退款成功时间")
_REFUND = ("微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态")
_GOODS = ("商品名称", "商户数据包", "手续费", "费率", "订单金额")
_REFUNDED = (*_LEAD, *_TIMES, *_REFUND, *_GOODS, "申请退款金额", "费率备注")
COLUMNS: dict[Kind, tuple[str, ...]] = {
    "ALL": (*_LEAD, *_REFUND, *_GOODS, "申请退款金额", "费率备注"),
    "SUCCESS": (*_LEAD, *_GOODS, "费率备注"),
    "REFUND": _REFUNDED,
    "RECHARGE_REFUND": (*_REFUNDED, "返还手续费"),
}
TOTALS = (
    "总交易单数",
    "应结订单总金额",
    "退款总金额",
    "充值券退款总金额",
    "手续费总金额",
    "订单总金额",
    "申请退款总金额",
)
SUCCESS_TOTALS = ("总交易单数", "应结订单总金额", "手续费总金额", "订单总金额")
OLD_NAMES = {
    "特约商户号": "子商户号",
    "应结订单金额": "总金额",
    "代金券金额": "代金券或立减优惠金额",
    "充值券退款金额": "代金券或立减优惠退款金额",
    "应结订单总金额": "总交易额",
    "退款总金额": "总退款金额",
    "充值券退款总金额": "总代金券或立减优惠退款金额",
}
"""What the format of merchants without coupons of their own calls a column."""
NOT_OLD = frozenset({"订单金额", "申请退款金额", "费率备注", "订单总金额", "申请退款总金额"})
"""The columns that it lacks."""
FLOW_COLUMNS = (
    "记账时间", "微信支付业务单号", "资金流水单号", "业务名称", "业务类型", "收支类型", "收支金额(元)", "账户结余(元)",
    "资金变更提交申请人", "备注", "业务凭证号",
)  # fmt: skip
FLOW_TOTALS = ("资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额")

_ESCAPES = {"\\": r"\\", '"': r"\"", ",": "\\ ", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\ue000": "\\ "}
_IN_PAYMENT = str.maketrans({**_ESCAPES, "'": r"\'", "`": r"\`"})
_IN_REFUND = str.maketrans({**_ESCAPES, "`": r"\140"})


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """How a tenant's bills are written."""

    newline: str = "\r\n"
    old: bool = False  # the columns of merchants without coupons of their own
    success_totals: int = 4  # or 7: the totals below SUCCESS


USUAL = Style()


class RefundCells(msgspec.Struct, frozen=True, kw_only=True):
    """What a row of a refund says besides its order."""

    created: int
    success_time: int | None
    refund_id: str
    out_refund_no: str
    refund: int
    channel: str
    state: str  # SUCCESS, PROCESSING, FAIL or CHANGE
    reversal: bool = False  # the order was called off (撤销)


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """One row: a payment, or with `refund` a refund of it. `fee` is fen, negative when it is given back."""

    time: int
    appid: str
    mchid: str
    sub_mchid: str
    device_info: str
    transaction_id: str
    out_trade_no: str
    openid: str
    trade_type: str
    bank_type: str
    currency: str
    total: int
    description: str
    attach: str
    fee: int
    fee_rate: int  # ten-thousandths
    refund: RefundCells | None = None


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """One movement on an account. `amount` is fen, negative when it leaves; `balance` is after it."""

    time: int
    business_no: str
    flow_id: str
    business: str
    amount: int
    balance: int
    applicant: str
    remark: str
    voucher: str


def trade_bill(trades: Sequence[Trade], kind: Kind, style: Style = USUAL) -> bytes:
    """The trade bill of these rows, in their order."""
    paid = yuan(sum(trade.total for trade in trades if trade.refund is None))
    refunded = yuan(sum(trade.refund.refund for trade in trades if trade.refund is not None))
    fees = five_decimals(sum(trade.fee for trade in trades))
    totals = (str(len(trades)), paid, refunded, yuan(0), fees, paid, refunded)
    few = kind == "SUCCESS" and not style.old and style.success_totals == len(SUCCESS_TOTALS)
    columns = _titles(COLUMNS[kind], style)
    names = _titles(SUCCESS_TOTALS if few else TOTALS, style)
    rows = [_below(columns, COLUMNS[kind], _row(trade, kind)) for trade in trades]
    return bill_file(columns.values(), rows, names.values(), _below(names, TOTALS, totals), style.newline)


def _titles(names: Sequence[str], style: Style) -> dict[str, str]:
    """The columns that are written, and how they are called."""
    if not style.old:
        return {name: name for name in names}
    return {name: OLD_NAMES.get(name, name) for name in names if name not in NOT_OLD}


def _below(titles: Mapping[str, str], names: Sequence[str], cells: Sequence[str]) -> list[str]:
    """The cells of the columns that are written."""
    return [cell for name, cell in zip(names, cells, strict=True) if name in titles]


def fund_flow_bill(flows: Sequence[Flow], newline: str = "\r\n") -> bytes:
    """The fund-flow bill of these movements, in their order."""
    rows = [
        (
            wiretime.dashed(flow.time), flow.business_no, flow.flow_id, flow.business, flow.business,
            "收入" if flow.amount > 0 else "支出", yuan(abs(flow.amount)), yuan(flow.balance), flow.applicant,
            flow.remark.translate(_IN_REFUND), flow.voucher,
        )
        for flow in flows
    ]  # fmt: skip
    came = [flow.amount for flow in flows if flow.amount > 0]
    left = [-flow.amount for flow in flows if flow.amount <= 0]
    totals = (str(len(flows)), str(len(came)), yuan(sum(came)), str(len(left)), yuan(sum(left)))
    return bill_file(FLOW_COLUMNS, rows, FLOW_TOTALS, totals, newline)


def cell(text: str) -> str:
    """A text of the merchant's, what would break the table escaped."""
    return text.translate(_IN_PAYMENT)


def yuan(fen: int) -> str:
    """Two decimals."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def five_decimals(fen: int) -> str:
    """As fees are written."""
    return f"{yuan(fen)}000"


def _row(trade: Trade, kind: Kind) -> tuple[str, ...]:
    refund = trade.refund
    escapes = _IN_PAYMENT if refund is None else _IN_REFUND
    total = yuan(trade.total if refund is None else 0)
    lead = (
        wiretime.dashed(trade.time), trade.appid, trade.mchid, trade.sub_mchid or "0",
        trade.device_info.translate(escapes), trade.transaction_id, trade.out_trade_no, trade.openid, trade.trade_type,
        _state(refund), trade.bank_type, trade.currency, total, yuan(0),
    )  # fmt: skip
    rate = f"{trade.fee_rate // 100}.{trade.fee_rate % 100:02}%"
    goods = (
        trade.description.translate(escapes), trade.attach.translate(escapes), five_decimals(trade.fee), rate, total,
    )  # fmt: skip
    if kind == "SUCCESS":
        return (*lead, *goods, "")
    times = ("", "") if refund is None else (wiretime.dashed(refund.created), _dashed(refund.success_time))
    return (
        *lead,
        *(times if kind.endswith("REFUND") else ()),
        *_refund(refund),
        *goods,
        yuan(0 if refund is None else refund.refund),
        "",
        *((five_decimals(-trade.fee),) if kind == "RECHARGE_REFUND" else ()),
    )


def _state(refund: RefundCells | None) -> str:
    if refund is None:
        return "SUCCESS"
    return "REVOKED" if refund.reversal else "REFUND"


def _refund(refund: RefundCells | None) -> tuple[str, ...]:
    if refund is None:
        return ("0", "0", yuan(0), yuan(0), "", "")
    return (
        refund.refund_id, refund.out_refund_no, yuan(refund.refund), yuan(0), refund.channel, refund.state,
    )  # fmt: skip


def _dashed(instant: int | None) -> str:
    return "" if instant is None else wiretime.dashed(instant)


def bill_file(
    columns: Iterable[str], rows: Iterable[Sequence[str]], names: Iterable[str], totals: Sequence[str], newline: str
) -> bytes:
    """Two tables, each below the names of its columns."""
    lines = [",".join(columns), *(_cells(row) for row in rows), ",".join(names), _cells(totals), ""]
    return newline.join(lines).encode("utf-8-sig")


def _cells(row: Sequence[str]) -> str:
    return ",".join([f"`{cell}" for cell in row])
