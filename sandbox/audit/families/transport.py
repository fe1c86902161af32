"""Does it arrive? Genuine notifications as other servers and proxies would carry them, and requests that are none."""

from urllib.parse import urlencode

from sandbox.audit.case import Case
from sandbox.audit.judging import believes, did, disbelieves, moved, ruled
from sandbox.audit.notice import Letter
from sandbox.audit.probe import DEAF, probe
from sandbox.audit.ruling import Ruling, Severity, Words
from sandbox.audit.sender import PLATFORM_SECONDS
from sandbox.audit.shopfront import Deal

TITLE = Words("Transport: does it arrive?", "传输：能正确送达吗？")

TAKEN = Words("Acknowledges it, and ships once.", "应答成功，并发货一次。")


async def _paid(case: Case) -> tuple[Deal, Letter]:
    deal = await case.paid()
    return deal, await case.letter(await case.notice(deal))


@probe(
    Severity.HIGH,
    cwe=754,
    title=Words("A genuine notification", "真实的通知"),
    sent=Words(
        "A notice of a real payment, just as the platform sends it.", "一笔真实支付的通知，与平台发送的完全一致。"
    ),
    safe=TAKEN,
    fix=Words(
        "Answer it directly, without login, redirect or page: v2 with HTTP 200 and "
        "<xml><return_code>SUCCESS</return_code></xml>, APIv3 with 200 or 204.",
        "直接应答，不要求登录、不重定向、不返回页面：v2 返回 HTTP 200 和 return_code 为 SUCCESS 的 XML，"
        "APIv3 返回 200 或 204。",
    ),
    catches=DEAF,
)
async def genuine(case: Case) -> Ruling:
    """Who refuses everything is safe from nothing."""
    deal, letter = await _paid(case)
    return await believes(case, deal, letter)


@probe(
    Severity.MEDIUM,
    cwe=1088,
    title=Words("The answer in time", "按时应答"),
    sent=Words("A genuine notice, with a clock beside it.", "真实通知，并计时。"),
    safe=Words(f"Answers within {PLATFORM_SECONDS:g} seconds.", f"在 {PLATFORM_SECONDS:g} 秒内应答。"),
    fix=Words("Store it, acknowledge, and do what takes long afterwards.", "先落库并应答，耗时的工作放到之后。"),
    catches=("slow-answer",),
)
async def in_time(case: Case) -> Ruling:
    """After that the platform takes it for undelivered, and tells it again."""
    _, letter = await _paid(case)
    heard = await case.send(letter)
    return ruled(heard.status is not None, did(heard, None))


@probe(
    Severity.CRITICAL,
    cwe=650,
    title=Words("A GET with the fields of a payment", "GET 携带支付字段"),
    sent=Words(
        "GET with out_trade_no, total_fee and the rest in the query string, unsigned.",
        "GET 请求，查询串中带 out_trade_no、total_fee 等字段，没有签名。",
    ),
    safe=Words("Answers 404 or 405, and believes nothing.", "返回 404 或 405，不采信。"),
    fix=Words("Accept POST only.", "只接受 POST。"),
    catches=("takes-query",),
)
async def get(case: Case) -> Ruling:
    """A return URL is not a notification."""
    deal = await case.order()
    return await disbelieves(case, deal, Letter({}, b"", method="GET", query=urlencode(_fields(deal))))


@probe(
    Severity.CRITICAL,
    cwe=345,
    title=Words("A form with the fields of a payment", "表单携带支付字段"),
    sent=Words(
        "POST of a form with out_trade_no, total_fee and the rest, unsigned.",
        "以表单 POST out_trade_no、total_fee 等字段，没有签名。",
    ),
    safe=Words("Believes nothing.", "不采信。"),
    fix=Words("Read the raw body; take no parameters of the request for it.", "读取原始报文，不要从请求参数中取值。"),
    catches=("takes-form",),
)
async def form(case: Case) -> Ruling:
    """Frameworks mix query, form and body if one lets them."""
    deal = await case.order()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await disbelieves(case, deal, Letter(headers, urlencode(_fields(deal)).encode()))


def _fields(deal: Deal) -> dict[str, str]:
    return {
        "return_code": "SUCCESS",
        "result_code": "SUCCESS",
        "trade_state": "SUCCESS",
        "out_trade_no": deal.no,
        "total_fee": str(deal.total),
        "cash_fee": str(deal.total),
        "transaction_id": "4200000000000000000000000000",
    }


@probe(
    Severity.LOW,
    cwe=444,
    title=Words("Chunked, without Content-Length", "分块传输，没有 Content-Length"),
    sent=Words(
        "A genuine notice with Transfer-Encoding: chunked, as a proxy may pass it on.",
        "真实通知，以 Transfer-Encoding: chunked 传输（代理转发时常见）。",
    ),
    safe=TAKEN,
    fix=Words(
        "Let the framework read the body; do not rely on Content-Length.", "由框架读取报文，不要依赖 Content-Length。"
    ),
    catches=("needs-content-length", *DEAF),
)
async def chunked(case: Case) -> Ruling:
    """The bytes are the same."""
    deal, letter = await _paid(case)
    return await moved(case, deal, await case.send(letter, chunked=True))


@probe(
    Severity.LOW,
    title=Words("HTTP/1.0", "HTTP/1.0"),
    sent=Words(
        "A genuine notice over HTTP/1.0, which nginx speaks to what is behind it by default.",
        "真实通知，使用 HTTP/1.0（nginx 反向代理的默认版本）。",
    ),
    safe=TAKEN,
    fix=Words("Accept HTTP/1.0, or set proxy_http_version 1.1.", "兼容 HTTP/1.0，或设置 proxy_http_version 1.1。"),
    catches=("needs-http11", *DEAF),
)
async def http_1_0(case: Case) -> Ruling:
    """Old, and everywhere."""
    deal, letter = await _paid(case)
    return await moved(case, deal, await case.send(letter, http10=True))


@probe(
    Severity.LOW,
    title=Words("A Content-Type with a charset", "带 charset 的 Content-Type"),
    sent=Words(
        "A genuine notice whose Content-Type says charset=utf-8 as well.", "真实通知，Content-Type 多了 charset=utf-8。"
    ),
    safe=TAKEN,
    fix=Words("Read the body whatever its Content-Type says.", "不论 Content-Type 如何都读取报文。"),
    catches=("insists-on-content-type", *DEAF),
)
async def with_charset(case: Case) -> Ruling:
    """Documentation promises no exact value."""
    deal, letter = await _paid(case)
    kind = letter.headers["Content-Type"]
    return await believes(case, deal, letter.heads(Content_Type=f"{kind}; charset=utf-8"))


@probe(
    Severity.MEDIUM,
    cwe=178,
    apis=("v3",),
    title=Words("Header names in lower case", "小写的请求头名"),
    sent=Words(
        "A genuine notice with wechatpay-signature and the rest in lower case, as HTTP/2 writes them.",
        "真实通知，wechatpay-signature 等头名为小写（HTTP/2 的写法）。",
    ),
    safe=TAKEN,
    fix=Words("Look up headers without regard to case.", "按不区分大小写的方式读取请求头。"),
    catches=("case-sensitive-headers", *DEAF),
)
async def lower_case_headers(case: Case) -> Ruling:
    """The day a gateway is put in front, every payment stops."""
    deal, letter = await _paid(case)
    headers = {name.lower(): value for name, value in letter.headers.items()}
    return await believes(case, deal, Letter(headers, letter.body))
