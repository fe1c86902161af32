"""What does it survive? Bodies that are no message, too large, nested too deep, or never end."""

import asyncio
import re

from sandbox.audit import notice as notices
from sandbox.audit.case import Case
from sandbox.audit.judging import did, disbelieves, ruled, unmoved
from sandbox.audit.notice import Letter
from sandbox.audit.probe import EASY, probe
from sandbox.audit.ruling import NotJudged, Ruling, Severity, Words
from sandbox.audit.sender import Heard
from sandbox.audit.shopfront import NO_ADAPTER, Deal

TITLE = Words("Abuse: what does it survive?", "滥用：能承受什么？")

QUIET = Words("Refuses it in a word, without telling how it is built.", "简短拒绝，不泄露内部实现。")
FIX_QUIET = Words(
    "Catch what parsing may raise, log it, and answer a plain failure; switch off debug pages in production.",
    "捕获解析异常并记录日志，只返回简单的失败应答；生产环境关闭调试页面。",
)

TRACES = re.compile(
    rb"Traceback \(most recent|\n\s+at [\w$.]+\(|\.java:\d+\)|\.(?:js|ts):\d+:\d+|goroutine \d+ \[|Stack trace:|"
    rb"\.php(?:\(\d+\)| on line)|File \"[^\"]+\", line \d+|System\.\w+Exception|panic:"
)
"""How stack traces of the usual languages look."""

LARGE = 4 * 1024 * 1024
DEEP = 20_000
PROMPT_SECONDS = 3.0


@probe(
    Severity.LOW,
    cwe=209,
    title=Words("An empty body", "空报文"),
    sent=Words("A POST without a body.", "没有报文主体的 POST。"),
    safe=QUIET,
    fix=FIX_QUIET,
    catches=("leaks-traceback", *EASY, "slow-answer"),
)
async def empty_body(case: Case) -> Ruling:
    """The simplest thing to send."""
    deal = await case.order()
    letter = await case.letter(await case.notice(deal))
    return await _quiet(case, deal, await case.send(letter.saying(b"")))


@probe(
    Severity.LOW,
    cwe=209,
    title=Words("A body that cannot be parsed", "无法解析的报文"),
    sent=Words(
        "Half a message, with a NUL and bytes that are no UTF-8; APIv3: rightly signed.",
        "半截报文，含 NUL 与非 UTF-8 字节；APIv3 签名正确。",
    ),
    safe=QUIET,
    fix=FIX_QUIET,
    catches=("leaks-traceback", *EASY, "slow-answer"),
)
async def garbage_body(case: Case) -> Ruling:
    """A stack trace tells versions and paths."""
    deal = await case.order()
    if case.api == "v2":
        letter = await case.letter(await case.notice(deal))
        garbage = letter.saying(letter.body[: len(letter.body) // 2] + b"\x00\xff\xfe")
    else:
        garbage = await case.signed('{"id":"\x00\ufffe","event_type":"TRANSACTION.SUC')
    return await _quiet(case, deal, await case.send(garbage))


@probe(
    Severity.LOW,
    cwe=674,
    title=Words("A body that is nested too deep", "嵌套过深的报文"),
    sent=Words(
        f"{DEEP} elements or arrays within each other; APIv3: rightly signed.",
        f"{DEEP} 层嵌套的元素或数组；APIv3 签名正确。",
    ),
    safe=QUIET,
    fix=FIX_QUIET,
    catches=("leaks-traceback", *EASY, "slow-answer"),
)
async def deep_body(case: Case) -> Ruling:
    """What ends in the stack of a recursive parser."""
    deal = await case.order()
    if case.api == "v2":
        letter = await case.letter(await case.notice(deal))
        deep = letter.saying(b"<xml>" + b"<a>" * (DEEP // 4) + b"</a>" * (DEEP // 4) + b"</xml>")
    else:
        deep = await case.signed('{"id":' + "[" * DEEP + "]" * DEEP + "}")
    return await _quiet(case, deal, await case.send(deep))


@probe(
    Severity.LOW,
    cwe=754,
    apis=("v3",),
    title=Words("A byte order mark before the message", "报文前带有 BOM"),
    sent=Words(
        "A rightly signed notice that begins with a byte order mark, which not every JSON parser reads.",
        "签名正确、但以 BOM 开头的通知；并非所有 JSON 解析器都能读取。",
    ),
    safe=Words(
        "Takes it and acknowledges, or refuses it; but does not acknowledge what it did not take.",
        "要么处理并应答成功，要么拒绝；不能没有处理却应答成功。",
    ),
    fix=FIX_QUIET,
    catches=EASY,
)
async def byte_order_mark(case: Case) -> Ruling:
    """Either way will do, as long as answer and state agree."""
    deal = await case.order()
    letter = await case.signed(f"\ufeff{notices.v3_body(await case.notice(deal))}")
    heard = await case.send(letter)
    await case.rest()
    standing = await case.standing(deal)
    if standing is None:
        raise NotJudged(NO_ADAPTER)
    return ruled(heard.acknowledged == standing.paid or heard.status is None, did(heard, standing))


TOO_LARGE = Words(
    "Limit the size of a notification's body (64 KiB is plenty) in the server or in front of it, after decompression.",
    "在服务端或网关限制通知报文大小（64 KiB 足够），解压后的大小同样受限。",
)


@probe(
    Severity.LOW,
    cwe=770,
    title=Words("A body of four megabytes", "4 MiB 的报文"),
    sent=Words("A genuine notice, padded with blanks to 4 MiB.", "真实通知，用空白填充到 4 MiB。"),
    safe=Words("Refuses it unread.", "不读取，直接拒绝。"),
    fix=TOO_LARGE,
    catches=("no-size-limit",),
)
async def large_body(case: Case) -> Ruling:
    """Memory for everybody who asks."""
    deal = await case.order()
    return await disbelieves(case, deal, await _padded(case, deal))


@probe(
    Severity.LOW,
    cwe=409,
    title=Words("Four megabytes in a few kilobytes (gzip)", "几 KB 的 gzip 解压后为 4 MiB"),
    sent=Words("The same with Content-Encoding: gzip.", "同上，但以 Content-Encoding: gzip 压缩。"),
    safe=Words("Refuses it.", "拒绝。"),
    fix=TOO_LARGE,
    catches=("no-size-limit",),
)
async def compressed_body(case: Case) -> Ruling:
    """A limit before decompression is none."""
    deal = await case.order()
    return await unmoved(case, deal, await case.spend().send_gzipped(await _padded(case, deal)))


@probe(
    Severity.MEDIUM,
    cwe=400,
    title=Words("A body that does not end", "迟迟不发完的报文"),
    sent=Words(
        "Half a notification, and then nothing; meanwhile a second, whole one.",
        "只发送一半的通知后停住；同时发送另一条完整的通知。",
    ),
    safe=Words("Answers the second one at once.", "立即应答第二条。"),
    fix=Words(
        "Do not read a body while holding a lock or the only worker; let a proxy buffer requests; limit how long a "
        "body may take.",
        "不要在持锁或唯一的工作线程中读取报文；由反向代理缓冲请求；限制读取报文的时长。",
    ),
    catches=("one-at-a-time", "slow-answer"),
    posts=2,
    alone=True,
)
async def slow_body(case: Case) -> Ruling:
    """One slow connection must not stop all payments."""
    deal = await case.order()
    letter = await case.letter(await case.notice(deal))
    go_on = asyncio.Event()
    stalled = asyncio.create_task(case.spend().send_slowly(letter.saying(b"<" + letter.body), go_on))
    try:
        await case.rest()
        heard = await case.send(letter.saying(b"{}"))
    finally:
        go_on.set()
        await stalled
    return ruled(heard.status is not None and heard.seconds < PROMPT_SECONDS, did(heard, None))


async def _padded(case: Case, deal: Deal) -> Letter:
    notice = await case.notice(deal)
    if case.api == "v2":
        letter = notices.v2_letter(notice, notices.v2_fields(notice))
        return letter.saying(letter.body.replace(b"</xml>", b" " * LARGE + b"</xml>"))
    body = notices.v3_body(notice)
    return await case.signed(body, pad=LARGE)


async def _quiet(case: Case, deal: Deal, heard: Heard) -> Ruling:
    """Nothing believed, nothing told."""
    ruling = await unmoved(case, deal, heard, may_acknowledge=False)
    if TRACES.search(heard.body):
        return ruled(False, ruling.did)
    if heard.status is None:
        return ruled(False, did(heard, None))
    return ruling
