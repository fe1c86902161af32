"""Has it been paid? What tells of an order without a payment, and what a merchant must have done when it says so."""

from sandbox.audit.case import Case
from sandbox.audit.judging import did, disbelieves, ruled, unmoved
from sandbox.audit.probe import DEAF, probe
from sandbox.audit.ruling import Ruling, Severity, Words

TITLE = Words("State: has it been paid?", "状态：真的支付成功了吗？")

UNPAID = Words("The order stays unpaid.", "订单保持未支付。")
PAGE = Words(
    "What the page says is a hint: ask the platform (order query), and believe only a trade_state of SUCCESS.",
    "前端的结果只是提示：应主动查单，且仅当 trade_state 为 SUCCESS 时才算支付成功。",
)


@probe(
    Severity.CRITICAL,
    cwe=754,
    title=Words("A payment that failed", "支付失败的通知"),
    sent=Words(
        "A rightly signed notice; v2 with result_code FAIL, APIv3 with trade_state NOTPAY.",
        "签名正确的通知；v2 的 result_code 为 FAIL，APIv3 的 trade_state 为 NOTPAY。",
    ),
    safe=UNPAID,
    fix=Words(
        "v2: return_code and result_code must both be SUCCESS. APIv3: trade_state must be SUCCESS.",
        "v2：return_code 与 result_code 都必须为 SUCCESS。APIv3：trade_state 必须为 SUCCESS。",
    ),
    catches=("ignores-notice-state",),
)
async def failed_payment(case: Case) -> Ruling:
    """A notification is news, not a payment."""
    deal = await case.order()
    state = "FAIL" if case.api == "v2" else "NOTPAY"
    return await disbelieves(case, deal, await case.letter((await case.notice(deal)).says(state=state)))


@probe(
    Severity.MEDIUM,
    cwe=754,
    apis=("v2",),
    title=Words("return_code is FAIL", "return_code 为 FAIL"),
    sent=Words(
        "A rightly signed notice with return_code FAIL and result_code SUCCESS.",
        "签名正确，return_code 为 FAIL 而 result_code 为 SUCCESS。",
    ),
    safe=UNPAID,
    fix=Words("Look at return_code first.", "先判断 return_code。"),
    catches=("ignores-notice-state",),
)
async def return_code_fail(case: Case) -> Ruling:
    """Whatever else is in it."""
    deal = await case.order()
    return await disbelieves(case, deal, await case.letter((await case.notice(deal)).says(return_code="FAIL")))


@probe(
    Severity.HIGH,
    cwe=754,
    apis=("v3",),
    title=Words("Another event about the order", "关于该订单的其他事件"),
    sent=Words(
        "A rightly signed notice of the event REFUND.CLOSED with the members of a transaction.",
        "签名正确，事件类型为 REFUND.CLOSED，但内容是交易字段。",
    ),
    safe=UNPAID,
    fix=Words(
        "Take a payment only from event_type TRANSACTION.SUCCESS.",
        "仅当 event_type 为 TRANSACTION.SUCCESS 时按支付处理。",
    ),
    catches=("ignores-event-type",),
)
async def other_event(case: Case) -> Ruling:
    """One URL hears of payments, refunds and more."""
    deal = await case.order()
    notice = (await case.notice(deal)).framed(event_type="REFUND.CLOSED", summary="退款关闭")
    return await disbelieves(case, deal, await case.letter(notice))


@probe(
    Severity.MEDIUM,
    cwe=662,
    title=Words("Stored before it is acknowledged", "先落库、后应答"),
    sent=Words(
        "A genuine notice; the order is looked at as soon as the answer is there.", "真实通知；收到应答后立即查看订单。"
    ),
    safe=Words("The order is paid when the notification is acknowledged.", "应答成功时，订单已经是已支付。"),
    fix=Words(
        "Commit, then acknowledge; or put the message into a durable queue first. A crash in between loses the "
        "payment: the platform does not tell what was acknowledged.",
        "先提交、后应答；或先写入持久化队列。中间一旦宕机支付就丢了：已应答的通知平台不会再发。",
    ),
    catches=("ack-before-commit", *DEAF),
)
async def stored_first(case: Case) -> Ruling:
    """The answer is the last thing to do."""
    deal = await case.paid()
    heard = await case.send(await case.letter(await case.notice(deal)))
    standing = await case.standing(deal)
    return ruled(heard.acknowledged and standing is not None and standing.paid, did(heard, standing))


@probe(
    Severity.CRITICAL,
    cwe=602,
    title=Words("The page says it was paid", "前端声称已支付"),
    sent=Words(
        "Nothing to the notify URL: the customer's page reports requestPayment:ok of an order that nobody paid.",
        "不向通知地址发送任何内容；由前端上报 requestPayment:ok，而订单并未支付。",
    ),
    safe=UNPAID,
    fix=PAGE,
    catches=("trust-client-ok", "paid-on-any-callback", "ignores-trade-state"),
    posts=0,
)
async def page_says_ok(case: Case) -> Ruling:
    """Anybody can call that API."""
    return await _page_says(case, "requestPayment:ok")


@probe(
    Severity.HIGH,
    cwe=602,
    title=Words("The page says it was cancelled", "前端上报取消"),
    sent=Words(
        "Nothing to the notify URL: the page reports requestPayment:fail cancel of an order that nobody paid.",
        "不向通知地址发送任何内容；由前端上报 requestPayment:fail cancel。",
    ),
    safe=UNPAID,
    fix=PAGE,
    catches=("paid-on-any-callback", "ignores-trade-state"),
    posts=0,
)
async def page_says_cancel(case: Case) -> Ruling:
    """`complete` is called after a cancellation, too."""
    return await _page_says(case, "requestPayment:fail cancel")


async def _page_says(case: Case, message: str) -> Ruling:
    deal = await case.order()
    return await unmoved(case, deal, await case.report(deal, message))
