"""Is it told again? The platform repeats for a day what it is not sure of, and attackers what they have seen."""

from sandbox.audit.case import Case
from sandbox.audit.judging import did, ruled, settled
from sandbox.audit.probe import NotJudged, Ruling, Severity, Words, probe

TITLE = Words("Replay: is it told again?", "重放：同一件事被再次通知时")

UNTOLD = Words(
    "the adapter's step status does not say how often it shipped (shipped)",
    "适配文件的 status 步骤没有给出发货次数（shipped）",
)


@probe(
    Severity.CRITICAL,
    cwe=837,
    title=Words("The same payment, told three times", "同一笔支付通知三次"),
    sent=Words(
        "Three notices of one payment, one after the other, each rightly signed.",
        "同一笔支付的三次通知，依次到达，签名均正确。",
    ),
    safe=Words("Ships once, and acknowledges each.", "只发货一次，并对每次都应答成功。"),
    fix=Words(
        "Turn the order to paid in one conditional update (… WHERE status = 'unpaid'), and ship only if it changed a "
        "row.",
        "用一条带条件的更新把订单置为已支付（… WHERE status = '未支付'），仅当影响行数为 1 时发货。",
    ),
    catches=("not-idempotent",),
    posts=3,
)
async def duplicate(case: Case) -> Ruling:
    """Each copy must find the order paid."""
    deal = await case.order()
    await case.pay(deal)
    notice = await case.notice(deal)
    heard = [await case.send(await case.letter(notice)) for _ in range(3)]
    standing = await settled(case, deal)
    if standing is None or standing.shipped is None:
        raise NotJudged(UNTOLD)
    return ruled(standing.shipped <= 1, did(heard[-1], standing))
