"""Is it of now? APIv3 signs the time, so that what was overheard is worth nothing five minutes later."""

from sandbox.audit.case import Case
from sandbox.audit.judging import disbelieves
from sandbox.audit.probe import probe
from sandbox.audit.ruling import Ruling, Severity, Words

TITLE = Words("Time: is it of now?", "时间：是刚刚发出的吗？")

TEN_MINUTES = 600
DAY = 24 * 3600

SAFE = Words("Refuses it.", "拒绝。")
FIX = Words(
    "Refuse a Wechatpay-Timestamp that is more than five minutes from your own clock, on either side, and keep that "
    "clock right (NTP).",
    "Wechatpay-Timestamp 与本机时间相差超过五分钟（无论早晚）一律拒绝，并用 NTP 校准本机时间。",
)


@probe(
    Severity.MEDIUM,
    cwe=294,
    apis=("v3",),
    title=Words("Ten minutes old", "十分钟前的签名"),
    sent=Words("A rightly signed notice with a timestamp of ten minutes ago.", "签名正确，时间戳为十分钟前。"),
    safe=SAFE,
    fix=FIX,
    catches=(
        "accept-unsigned",
        "ignores-timestamp",
    ),
)
async def stale(case: Case) -> Ruling:
    """A replay."""
    deal = await case.order()
    return await disbelieves(case, deal, await case.letter(await case.notice(deal), age=TEN_MINUTES))


@probe(
    Severity.MEDIUM,
    cwe=294,
    apis=("v3",),
    title=Words("A day old", "一天前的签名"),
    sent=Words("A rightly signed notice with a timestamp of yesterday.", "签名正确，时间戳为昨天。"),
    safe=SAFE,
    fix=FIX,
    catches=(
        "accept-unsigned",
        "ignores-timestamp",
    ),
)
async def yesterdays(case: Case) -> Ruling:
    """A tolerance of hours is none."""
    deal = await case.order()
    return await disbelieves(case, deal, await case.letter(await case.notice(deal), age=DAY))


@probe(
    Severity.LOW,
    cwe=294,
    apis=("v3",),
    title=Words("Ten minutes ahead", "十分钟后的签名"),
    sent=Words("A rightly signed notice with a timestamp of ten minutes from now.", "签名正确，时间戳为十分钟后。"),
    safe=SAFE,
    fix=FIX,
    catches=("accept-unsigned", "ignores-timestamp", "only-checks-past"),
)
async def future(case: Case) -> Ruling:
    """It could be replayed for all the time until then."""
    deal = await case.order()
    return await disbelieves(case, deal, await case.letter(await case.notice(deal), age=-TEN_MINUTES))
