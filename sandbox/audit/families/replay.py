"""Is it told again? The platform repeats for a day what it is not sure of, and attackers what they have seen."""

from sandbox.audit.case import Case
from sandbox.audit.judging import did, ruled, settled, shipped_once
from sandbox.audit.probe import DEAF, probe
from sandbox.audit.ruling import Ruling, Severity, Words

TITLE = Words("Replay: is it told again?", "重放：同一件事被再次通知时")

ONCE = Words(
    "Turn the order to paid in one conditional update (… WHERE status = 'unpaid'), and ship only if it changed a row.",
    "用一条带条件的更新把订单置为已支付（… WHERE status = '未支付'），仅当影响行数为 1 时发货。",
)


@probe(
    Severity.CRITICAL,
    cwe=837,
    title=Words("The same payment, told three times", "同一笔支付通知三次"),
    sent=Words(
        "Three notices of one payment, one after the other, each signed anew.",
        "同一笔支付的三次通知，依次到达，每次重新签名。",
    ),
    safe=Words("Ships once.", "只发货一次。"),
    fix=ONCE,
    catches=("not-idempotent",),
    posts=3,
)
async def duplicate(case: Case) -> Ruling:
    """Each copy must find the order paid."""
    deal = await case.paid()
    notice = await case.notice(deal)
    heard = [await case.send(await case.letter(notice)) for _ in range(3)]
    return await shipped_once(case, deal, heard[-1])


@probe(
    Severity.CRITICAL,
    cwe=294,
    title=Words("The very same bytes again", "原样重放"),
    sent=Words(
        "A genuine notice, and once more with the same headers and body.",
        "真实通知，随后用完全相同的头与报文再发一次。",
    ),
    safe=Words("Ships once.", "只发货一次。"),
    fix=ONCE,
    catches=("not-idempotent",),
    posts=2,
)
async def same_bytes(case: Case) -> Ruling:
    """What somebody who listened could send."""
    deal = await case.paid()
    letter = await case.letter(await case.notice(deal))
    await case.send(letter)
    return await shipped_once(case, deal, await case.send(letter))


@probe(
    Severity.MEDIUM,
    cwe=694,
    title=Words("The answer to a repeat", "对重复通知的应答"),
    sent=Words(
        "A genuine notice, and the same again as when the first answer was lost.",
        "真实通知，以及因应答丢失而再次发送的同一通知。",
    ),
    safe=Words("Acknowledges the repeat, too.", "对重复的通知同样应答成功。"),
    fix=Words(
        "Acknowledge what you have processed already: otherwise the platform goes on telling it for a day, and takes "
        "the notify URL for a broken one.",
        "已处理过的通知也要应答成功，否则平台会持续重试一天，并认为通知地址异常。",
    ),
    catches=("refuses-repeats", *DEAF),
    posts=2,
)
async def repeat_acknowledged(case: Case) -> Ruling:
    """The platform cannot know that the first one arrived."""
    deal = await case.paid()
    notice = await case.notice(deal)
    await case.send(await case.letter(notice))
    await settled(case, deal)
    heard = await case.send(await case.letter(notice))
    return ruled(heard.acknowledged, did(heard, await case.standing(deal)))
