"""Is it the amount that was ordered? Notices that are rightly signed and tell of another payment."""

from sandbox.audit.case import Case
from sandbox.audit.judging import disbelieves
from sandbox.audit.probe import Ruling, Severity, Words, probe

TITLE = Words("Amount: is it what was ordered?", "金额：与订单一致吗？")

SAFE = Words("Does not ship, and puts the order aside for a person.", "不发货，并把订单挂起，等待人工处理。")
FIX = Words(
    "Compare total_fee (v2) or amount.total (APIv3) with your own order's amount in fen, for equality, before the "
    "order becomes paid.",
    "在置为已支付之前，把 total_fee（v2）或 amount.total（APIv3）与自己订单的金额（单位：分）做相等比较。",
)


@probe(
    Severity.CRITICAL,
    cwe=354,
    title=Words("One fen was paid for it", "只付了一分钱"),
    sent=Words("A rightly signed notice of the order, with a total of 1 fen.", "签名正确的支付通知，但总金额为 1 分。"),
    safe=SAFE,
    fix=FIX,
    catches=("ignore-amount",),
)
async def less_paid(case: Case) -> Ruling:
    """Whoever can change the price of an order at the platform has everything for nothing."""
    deal = await case.order()
    notice = (await case.notice(deal)).says(total=1, paid=1)
    return await disbelieves(case, deal, await case.letter(notice))
