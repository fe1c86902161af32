"""Is it the amount that was ordered? Notices that are rightly signed and tell of another payment."""

from typing import Any

from sandbox.audit.case import Case
from sandbox.audit.judging import believes, disbelieves
from sandbox.audit.probe import DEAF, probe
from sandbox.audit.ruling import Ruling, Severity, Words

TITLE = Words("Amount: is it what was ordered?", "金额：与订单一致吗？")

SAFE = Words("Does not ship, and puts the order aside for a person.", "不发货，并把订单挂起，等待人工处理。")
FIX = Words(
    "Compare total_fee (v2) or amount.total (APIv3) with your own order's amount in fen, for equality, before the "
    "order becomes paid.",
    "在置为已支付之前，把 total_fee（v2）或 amount.total（APIv3）与自己订单的金额（单位：分）做相等比较。",
)


async def _told(case: Case, **changes: Any) -> Ruling:
    deal = await case.order()
    return await disbelieves(case, deal, await case.letter((await case.notice(deal)).says(**changes)))


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
    return await _told(case, total=1, paid=1)


@probe(
    Severity.LOW,
    cwe=354,
    title=Words("More was paid for it", "实付大于订单金额"),
    sent=Words("A rightly signed notice with ten times the total.", "签名正确的支付通知，但总金额是订单的十倍。"),
    safe=SAFE,
    fix=FIX,
    catches=("ignore-amount", "accepts-more"),
)
async def more_paid(case: Case) -> Ruling:
    """It is another order's payment, or a mistake that will cost a refund."""
    deal = await case.order()
    notice = (await case.notice(deal)).says(total=deal.total * 10, paid=deal.total * 10)
    return await disbelieves(case, deal, await case.letter(notice))


@probe(
    Severity.HIGH,
    cwe=354,
    title=Words("The amount is in another currency", "币种不同"),
    sent=Words(
        "A rightly signed notice with the order's number of units, but of JPY.",
        "签名正确，数值与订单相同，但币种为 JPY。",
    ),
    safe=SAFE,
    fix=Words(
        "Compare fee_type (v2) or amount.currency (APIv3) as well.",
        "同时核对 fee_type（v2）或 amount.currency（APIv3）。",
    ),
    catches=("ignore-amount", "ignores-currency"),
)
async def other_currency(case: Case) -> Ruling:
    """1234 yen are not 1234 fen."""
    return await _told(case, currency="JPY")


@probe(
    Severity.LOW,
    cwe=681,
    title=Words("An amount with a fraction", "带小数的金额"),
    sent=Words("A rightly signed notice whose total has nine tenths of a fen more.", "签名正确，但总金额多了 0.9 分。"),
    safe=SAFE,
    fix=Words(
        "Read amounts as integers of fen, and refuse whatever is none.", "金额按整数分解析，不是整数的一律拒绝。"
    ),
    catches=("rounds-amount",),
)
async def fraction(case: Case) -> Ruling:
    """A floating-point number that is cut fits by chance."""
    deal = await case.order()
    much: Any = deal.total + 0.9 if case.api == "v3" else f"{deal.total}.9"
    return await disbelieves(case, deal, await case.letter((await case.notice(deal)).says(total=much, paid=much)))


@probe(
    Severity.HIGH,
    cwe=754,
    title=Words("No amount at all", "没有金额"),
    sent=Words("A rightly signed notice without any amount.", "签名正确，但没有任何金额字段。"),
    safe=SAFE,
    fix=Words("A notification without an amount is none: refuse it.", "没有金额的通知不是支付通知，应拒绝。"),
    catches=("amount-if-present",),
)
async def no_amount(case: Case) -> Ruling:
    """`if total_fee and total_fee != …` compares nothing with nothing."""
    return await _told(case, total=None, paid=None)


@probe(
    Severity.MEDIUM,
    title=Words("Paid with a coupon", "使用了优惠券的支付"),
    sent=Words(
        "A genuine notice: the total is the order's, the payer paid 100 fen less, the platform's coupon the rest.",
        "真实通知：总金额与订单一致，用户少付 100 分，其余由代金券支付。",
    ),
    safe=Words("Takes it for paid.", "视为已支付。"),
    fix=Words(
        "Compare the total, not cash_fee (v2) or amount.payer_total (APIv3), which are what is left after coupons.",
        "核对总金额，而不是扣券后的 cash_fee（v2）或 amount.payer_total（APIv3）。",
    ),
    catches=("compares-cash-fee", *DEAF),
)
async def coupon(case: Case) -> Ruling:
    """The merchant gets the whole."""
    deal = await case.paid()
    return await believes(case, deal, await case.letter((await case.notice(deal)).says(paid=deal.total - 100)))
