"""Bill files: columns, cells, totals and bytes."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sandbox.protocol.bill import (
    COLUMNS,
    Flow,
    Kind,
    RefundCells,
    Style,
    Trade,
    five_decimals,
    fund_flow_bill,
    trade_bill,
    yuan,
)

PAID = Trade(
    time=1_767_225_600_000, appid="wx5a4d8bf0c0de0001", mchid="1900000001", sub_mchid="", device_info="",
    transaction_id="4200000000202601010000000001", out_trade_no="T1", openid="oA", trade_type="JSAPI",
    bank_type="OTHERS", currency="CNY", total=199, description="茶叶", attach="", fee=1, fee_rate=60,
)  # fmt: skip
CELLS = RefundCells(
    created=1_767_229_200_000, success_time=1_767_229_201_000, refund_id="50300000002026010100000000001",
    out_refund_no="R1", refund=99, channel="ORIGINAL", state="SUCCESS",
)  # fmt: skip
REFUNDED = msgspec.structs.replace(PAID, time=1_767_229_200_000, fee=-1, refund=CELLS)


def lines(file: bytes) -> list[str]:
    return file.decode("utf-8-sig").split("\r\n")


def test_all_has_27_columns_and_7_totals() -> None:
    """A payment and its refund, every cell behind a back-quote, fees with five decimals."""
    header, refund, payment, names, totals, end = lines(trade_bill([REFUNDED, PAID], "ALL"))

    assert len(header.split(",")) == 27
    assert payment == (
        "`2026-01-01 08:00:00,`wx5a4d8bf0c0de0001,`1900000001,`0,`,`4200000000202601010000000001,`T1,`oA,`JSAPI,"
        "`SUCCESS,`OTHERS,`CNY,`1.99,`0.00,`0,`0,`0.00,`0.00,`,`,`茶叶,`,`0.01000,`0.60%,`1.99,`0.00,`"
    )
    assert refund == (
        "`2026-01-01 09:00:00,`wx5a4d8bf0c0de0001,`1900000001,`0,`,`4200000000202601010000000001,`T1,`oA,`JSAPI,"
        "`REFUND,`OTHERS,`CNY,`0.00,`0.00,`50300000002026010100000000001,`R1,`0.99,`0.00,`ORIGINAL,`SUCCESS,`茶叶,`,"
        "`-0.01000,`0.60%,`0.00,`0.99,`"
    )
    assert names == "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
    assert totals == "`2,`1.99,`0.99,`0.00,`0.00000,`1.99,`0.99"
    assert end == ""


def test_success_has_20_columns_and_4_totals() -> None:
    """No refund columns."""
    header, payment, names, totals, _ = lines(trade_bill([PAID], "SUCCESS"))

    assert len(header.split(",")) == len(payment.split(",")) == 20
    assert names == "总交易单数,应结订单总金额,手续费总金额,订单总金额"
    assert totals == "`1,`1.99,`0.01000,`1.99"


def test_refund_has_29_columns() -> None:
    """When it was asked for and when it arrived stand before the platform's number; empty while it has not."""
    waiting = msgspec.structs.replace(CELLS, success_time=None, state="PROCESSING")
    header, done, pending, *_ = lines(
        trade_bill([REFUNDED, msgspec.structs.replace(REFUNDED, refund=waiting)], "REFUND")
    )

    assert header.split(",")[13:17] == ["代金券金额", "退款申请时间", "退款成功时间", "微信退款单号"]
    assert len(header.split(",")) == len(done.split(",")) == 29
    assert done.split(",")[14:16] == ["`2026-01-01 09:00:00", "`2026-01-01 09:00:01"]
    assert pending.split(",")[15] == "`"


def test_a_reversal_is_a_row_of_its_own_state() -> None:
    """REVOKED where a refund says REFUND; all else is a refund's."""
    undone = msgspec.structs.replace(REFUNDED, refund=msgspec.structs.replace(CELLS, reversal=True))

    rows = [lines(trade_bill([one], "ALL"))[1] for one in (REFUNDED, undone)]

    assert rows[0].replace("`REFUND,", "`REVOKED,") == rows[1] != rows[0]


OLD = (
    "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "总金额,代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额,退款类型,退款状态,"
    "商品名称,商户数据包,手续费,费率"
)


def test_the_old_format_has_fewer_columns_of_other_names() -> None:
    """24, 18 and 26 of them, and five totals below each kind."""
    kinds: tuple[Kind, ...] = ("ALL", "SUCCESS", "REFUND")
    files = {kind: lines(trade_bill([REFUNDED, PAID], kind, Style(old=True))) for kind in kinds}

    assert files["ALL"][0] == OLD
    assert [len(file[0].split(",")) for file in files.values()] == [24, 18, 26]
    assert all(len(file[0].split(",")) == len(row.split(",")) for file in files.values() for row in file[1:3])
    assert files["ALL"][2].endswith("`SUCCESS,`OTHERS,`CNY,`1.99,`0.00,`0,`0,`0.00,`0.00,`,`,`茶叶,`,`0.01000,`0.60%")
    for file in files.values():
        assert file[3] == "总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额"
        assert file[4] == "`2,`1.99,`0.99,`0.00,`0.00000"


def test_success_may_have_the_seven_totals() -> None:
    """As a bill of 2019 had."""
    *_, names, totals, _ = lines(trade_bill([PAID], "SUCCESS", Style(success_totals=7)))

    assert names == "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
    assert totals == "`1,`1.99,`0.00,`0.00,`0.01000,`1.99,`0.00"


def test_a_sub_merchants_row_names_both() -> None:
    """The provider's number, then the sub-merchant's instead of 0."""
    row = lines(trade_bill([msgspec.structs.replace(PAID, sub_mchid="1900000005")], "ALL"))[1].split(",")

    assert row[2:4] == ["`1900000001", "`1900000005"]


def test_fund_flow_has_11_columns_and_5_totals() -> None:
    """What came and what left, counted apart, amounts without a sign."""
    came = Flow(
        time=1_767_225_600_000, business_no="42", flow_id="19", business="交易", amount=199, balance=299,
        applicant="system", remark="", voucher="T1",
    )  # fmt: skip
    left = msgspec.structs.replace(came, business="扣除交易手续费", amount=-1, balance=298, remark="a,b\n")

    header, second, first, names, totals, _ = lines(fund_flow_bill([left, came]))

    assert len(header.split(",")) == 11
    assert first == "`2026-01-01 08:00:00,`42,`19,`交易,`交易,`收入,`1.99,`2.99,`system,`,`T1"
    assert second.split(",")[3:7] == ["`扣除交易手续费", "`扣除交易手续费", "`支出", "`0.01"]
    assert second.split(",")[9] == "`a\\ b\\n"
    assert names == "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
    assert totals == "`2,`1,`1.99,`1,`0.01"


def test_bytes_begin_with_a_bom_and_end_with_a_line() -> None:
    """What SDKs cut off blindly; line ends can be chosen."""
    file = trade_bill([PAID], "ALL")

    assert file.startswith(b"\xef\xbb\xbf")
    assert file.endswith(b"\r\n")
    assert file.count(b"\n") == 4
    assert b"\r" not in trade_bill([PAID], "ALL", Style(newline="\n"))


@given(text=st.text(st.characters(exclude_categories=["Cs"])), refund=st.booleans())
def test_no_text_breaks_a_row(text: str, refund: bool) -> None:
    """Whatever a merchant writes in a description or attach, the line keeps its cells and the file its lines."""
    trade: Any = REFUNDED if refund else PAID
    row = msgspec.structs.replace(trade, description=text, attach=text, device_info=text)

    split = lines(trade_bill([row], "ALL"))

    assert len(split) == 5
    assert len(split[1].split(",")) == 27


@given(st.integers(-(10**12), 10**12))
def test_money_is_written_exactly(fen: int) -> None:
    """Two decimals, and five for fees, without a float on the way."""
    assert round(float(yuan(fen)) * 100) == fen
    assert five_decimals(fen) == f"{yuan(fen)}000"


def test_every_kind_has_its_columns() -> None:
    """As counted in the documentation."""
    counted: dict[Kind, int] = {"ALL": 27, "SUCCESS": 20, "REFUND": 29, "RECHARGE_REFUND": 30}

    assert {kind: len(columns) for kind, columns in COLUMNS.items()} == counted
