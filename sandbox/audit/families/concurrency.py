"""What if it comes at once? The platform's copies, and the shop's own questions, meet."""

import asyncio

from sandbox.audit.case import QUERIES, Case
from sandbox.audit.judging import shipped_once
from sandbox.audit.probe import probe
from sandbox.audit.ruling import Ruling, Severity, Words

TITLE = Words("Concurrency: what if it comes at once?", "并发：同时到达会怎样？")

COPIES = 10
ONCE = Words("Ships once.", "只发货一次。")
FIX = Words(
    "Let the database decide: UPDATE … SET status = 'paid' WHERE no = ? AND status = 'unpaid', and ship only if one "
    "row changed. Reading the status first and writing it later is a race.",
    "由数据库裁决：UPDATE … SET status='已支付' WHERE 订单号=? AND status='未支付'，影响 1 行才发货。"
    "先读状态、后写状态存在竞态。",
)


@probe(
    Severity.CRITICAL,
    cwe=362,
    title=Words("Ten copies at the same time", "十份通知同时到达"),
    sent=Words(
        f"{COPIES} rightly signed notices of one payment at the same time.",
        f"同一笔支付的 {COPIES} 份通知同时到达，签名均正确。",
    ),
    safe=ONCE,
    fix=FIX,
    catches=("not-idempotent", "checks-then-acts"),
    posts=COPIES,
)
async def at_once(case: Case) -> Ruling:
    """All of them find the order unpaid, unless one can be the first."""
    deal = await case.paid()
    notice = await case.notice(deal)
    letters = [await case.letter(notice) for _ in range(COPIES)]
    heard = await asyncio.gather(*(case.send(letter) for letter in letters))
    return await shipped_once(case, deal, heard[0])


@probe(
    Severity.HIGH,
    cwe=362,
    title=Words("A notification while the shop asks", "查单的同时收到通知"),
    sent=Words(
        "The shop is made to query a paid order; before the query is answered, a genuine notice arrives.",
        "让商户查询已支付的订单；查单应答到达之前，真实通知先到了。",
    ),
    safe=ONCE,
    fix=FIX,
    catches=("not-idempotent", "checks-then-acts"),
)
async def while_asking(case: Case) -> Ruling:
    """Two ways to learn of one payment."""
    deal = await case.paid()
    letter = await case.letter(await case.notice(deal))
    only = {"endpoint": QUERIES[case.api], "out_trade_no": deal.no}
    slowly = {"when": "reply.ready", "only": only, "do": {"delay": {"by": "500ms"}}}
    async with case.rule(slowly) as rule:
        reported = asyncio.create_task(case.nudge(deal))
        deadline = case.deadline()
        while not (await rule.fired() or reported.done() or deadline.over):
            await deadline.pause()
        heard = await case.send(letter)
        await reported
    return await shipped_once(case, deal, heard)
