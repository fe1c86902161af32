"""Mistakes in comparing the books."""

from merchant_demo.billing import Auditor
from merchant_demo.errors import ResultFail
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.wechatpay import BilledPayment, WeChatPay


class TrustsOwnBooks(Auditor):
    def missing(self, billed: list[BilledPayment]) -> list[BilledPayment]:
        return []


class RefusalIsEmptyBill(WeChatPay):
    async def bill(self, date: str) -> list[BilledPayment]:
        try:
            # Made part of a real client, whose method this calls.
            return await super().bill(date)  # type: ignore[safe-super]
        except ResultFail:
            return []


FLAWS = (
    Flaw(
        "trusts-own-books",
        "looks in the bill only for what it has booked itself",
        "对账只核对自己有的订单，不看平台多出来的",
        (TrustsOwnBooks,),
    ),
    Flaw(
        "refusal-is-empty-bill",
        "takes the answer that there is no bill yet for a bill without payments",
        "把“账单未生成”的应答当作没有交易的空账单",
        (RefusalIsEmptyBill,),
    ),
)
