"""Bills: which day can be had, what was traded and moved on it, and the file that tells."""

from collections.abc import Iterator, Sized

import msgspec

from sandbox.domain.ledger import Business, Entry
from sandbox.domain.refund import DAY, Refund, RefundState
from sandbox.errors import Refusal, bill
from sandbox.gateway.spec import Call
from sandbox.protocol import wiretime
from sandbox.protocol.bill import Flow, Kind, RefundCells, Style, Trade, fund_flow_bill, trade_bill

STATES = {
    RefundState.PROCESSING: "PROCESSING",
    RefundState.SUCCESS: "SUCCESS",
    RefundState.ABNORMAL: "CHANGE",
    RefundState.CLOSED: "FAIL",
}
TOPPED_UP = "AVAILABLE"  # refund_account REFUND_SOURCE_RECHARGE_FUNDS
NEWLINES = {"CRLF": "\r\n", "LF": "\n"}


def trades_of(call: Call, accounts: list[str], day: int, kind: Kind) -> bytes:
    """The trade bill of a day that begins at `day` (ms), for what was sold on these accounts. Raises Refusal."""
    made = made_at(call, day)
    moved = [entry for account in accounts for entry in call.tx.entries(account, day, day + DAY)]
    moved.sort(key=lambda entry: -entry.time)
    rows: list[Trade] = []
    for entry in moved:
        if entry.business is Business.PAYMENT and not kind.endswith("REFUND"):
            rows += _payment(call, entry)
        elif entry.business is Business.REFUND and kind != "SUCCESS":
            rows += _refund(call, entry, made, topped_up=kind == "RECHARGE_REFUND")
    ensure_any(rows, day)
    chosen = call.settings.bill
    style = Style(newline=NEWLINES[chosen.newline], old=chosen.format == "old", success_totals=chosen.success_totals)
    return trade_bill(rows, kind, style)


def flows_of(call: Call, account: str, day: int) -> bytes:
    """The fund-flow bill of an account. Raises Refusal."""
    made_at(call, day)
    flows = [
        Flow(
            time=entry.time,
            business_no=entry.business_no,
            flow_id=entry.flow_id,
            business=entry.business.value,
            amount=entry.amount,
            balance=entry.balance,
            applicant=entry.applicant,
            remark=entry.remark,
            voucher=entry.voucher,
        )
        for entry in call.tx.entries(account, day, day + DAY)
    ]
    ensure_any(flows, day)
    return fund_flow_bill(flows, NEWLINES[call.settings.bill.newline])


def made_at(call: Call, day: int) -> int:
    """When the bill of a day was made. Raises Refusal when it is not to be had."""
    today = wiretime.midnight(call.now)
    made = day + DAY + round(call.settings.bill.ready_at * 1000)
    if day >= today:
        expected = f"a day before {_date(today)}, by the tenant's clock"
        raise Refusal(bill.BILL_NOT_THERE, field="bill_date", came=_date(day), expected=expected)
    if call.now < made:
        expected = f"asking at {wiretime.dashed(made)} or later, by the tenant's clock"
        raise Refusal(bill.BILL_CREATING, field="bill_date", came=_date(day), expected=expected)
    year, month, date = _date(today).split("-")
    months = int(year) * 12 + int(month) - 4
    oldest = f"{months // 12:04}-{months % 12 + 1:02}-{date}"
    if _date(day) < oldest:
        raise Refusal(bill.BILL_DATE_TOO_OLD, field="bill_date", came=_date(day), expected=f"{oldest} or later")
    return made


def ensure_any(rows: Sized, day: int) -> None:
    """A day on which nothing happened has no bill. Raises Refusal."""
    if not rows:
        raise Refusal(bill.BILL_NOT_THERE, field="bill_date", came=_date(day), expected="a day on which money moved")


def _payment(call: Call, entry: Entry) -> Iterator[Trade]:
    order = call.tx.order_by_transaction(entry.business_no)
    if order is None or order.payment is None:
        return
    terms, payment = order.terms, order.payment
    yield Trade(
        time=entry.time,
        appid=terms.appid,
        mchid=terms.mchid,
        sub_mchid=terms.sub_mchid,
        device_info=terms.device_info or "",
        transaction_id=payment.transaction_id,
        out_trade_no=terms.out_trade_no,
        openid=payment.openid,
        trade_type=terms.trade_type.value,
        bank_type=payment.bank_type,
        currency=terms.currency,
        total=terms.total,
        description=terms.description,
        attach=terms.attach or "",
        fee=payment.fee,
        fee_rate=payment.fee_rate,
    )


def _refund(call: Call, entry: Entry, made: int, *, topped_up: bool) -> Iterator[Trade]:
    """The row of a refund: its order, and how it stood when the bill was made. `topped_up`: if out of such money."""
    refund = call.tx.refund_by_id(entry.business_no)
    if refund is None or (topped_up and refund.terms.funds_account != TOPPED_UP):
        return
    terms = refund.terms
    for trade in _payment(call, msgspec.structs.replace(entry, business_no=terms.transaction_id)):
        yield msgspec.structs.replace(trade, fee=-refund.fee_returned, refund=_cells(refund, made))


def _cells(refund: Refund, made: int) -> RefundCells:
    state = refund.state_at(made)
    return RefundCells(
        created=refund.created,
        success_time=refund.success_time if state is RefundState.SUCCESS else None,
        refund_id=refund.refund_id,
        out_refund_no=refund.terms.out_refund_no,
        refund=refund.terms.refund,
        channel=refund.channel,
        state=STATES[state],
        reversal=refund.terms.reversal,
    )


def _date(instant: int) -> str:
    return wiretime.dashed(instant)[:10]
