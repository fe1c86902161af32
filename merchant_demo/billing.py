"""The day's bill: the last resort for whatever neither notifications nor queries have told."""

import csv
import io
from decimal import Decimal, InvalidOperation

import msgspec

from merchant_demo.errors import PlatformFailure
from merchant_demo.orders import OrderBook
from merchant_demo.wechatpay import BilledPayment, WeChatPay

# The columns that matter here; the file names in its first line what stands in which.
NUMBER, TRANSACTION, STATE, TOTAL = "商户订单号", "微信订单号", "交易状态", "订单金额"


class Reconciliation(msgspec.Struct, frozen=True):
    """A day: how many payments are billed, which of them were missing here, and what we alone call paid."""

    date: str
    billed: int
    missing: list[str]
    extra: list[str]


class Auditor:
    """Compares our books of a day with the platform's."""

    def __init__(self, pay: WeChatPay, orders: OrderBook) -> None:
        self._pay = pay
        self._orders = orders

    async def audit(self, date: str) -> Reconciliation:
        """Take over what was missing, and say what must be looked into. Raises what the platform says against it."""
        billed = await self._pay.bill(date)
        missing = self.missing(billed)
        for payment in missing:
            self._take(payment)
        ours = {order.no for order in self._orders.paid_on(date)}
        extra = sorted(ours - {payment.no for payment in billed})
        return Reconciliation(date, len(billed), [payment.no for payment in missing], extra)

    def missing(self, billed: list[BilledPayment]) -> list[BilledPayment]:
        """Payments that the platform has booked and we have not."""
        orders = [(payment, self._orders.find(payment.no)) for payment in billed]
        return [payment for payment, order in orders if order is None or order.status != "paid"]

    def _take(self, payment: BilledPayment) -> None:
        order = self._orders.find(payment.no)
        if order is not None and order.total != payment.total:
            self._orders.mismatch(order.no)
        elif order is not None:
            self._orders.settle(order.no, payment.transaction_id, "bill", payment.date)


def payments_in(bill: str, date: str) -> list[BilledPayment]:
    """The payments in a bill's text; its cells begin with a backtick, its amounts are yuan. Raises PlatformFailure."""
    rows = list(csv.reader(io.StringIO(bill.removeprefix("\ufeff"))))
    try:
        names = rows[0]
        details = rows[1 : next(n for n, row in enumerate(rows) if n and not row[0].startswith("`"))]
        cells = [dict(zip(names, (cell.removeprefix("`") for cell in row), strict=True)) for row in details]
        return [
            BilledPayment(cell[NUMBER], cell[TRANSACTION], int(Decimal(cell[TOTAL]) * 100), date)
            for cell in cells
            if cell[STATE] == "SUCCESS"
        ]
    except (IndexError, KeyError, StopIteration, ValueError, InvalidOperation) as error:
        raise PlatformFailure("platform-unreadable", f"bill of {date}: {error!r} in {bill[:60]!r}") from error
