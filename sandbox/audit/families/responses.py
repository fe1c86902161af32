"""Does it verify what it is answered? Whoever stands between a shop and the platform can answer in its place."""

import base64
from typing import Any

from sandbox.audit.case import QUERIES, Case
from sandbox.audit.judging import ruled, unmoved
from sandbox.audit.probe import probe
from sandbox.audit.ruling import NotJudged, Ruling, Severity, Words
from sandbox.audit.shopfront import Deal
from sandbox.protocol import v3auth

TITLE = Words("Answers: does it verify what the platform answers?", "应答：会验证微信支付的应答吗？")

ORDERS = {"v2": "v2.unifiedorder", "v3": "v3.jsapi"}
FALSE = {"v2": "0123456789ABCDEF0123456789ABCDEF", "v3": base64.b64encode(bytes(range(256))).decode()}

TELLINGS = 4

BELIEVERS = ("believes-replies", "ignores-return-code/v3", "ignores-result-code/v3")
"""Shops that do not look whether an answer is genuine; in APIv3 because they take any answer for a good one."""

PAGE_FLAWS = ("trust-client-ok", "paid-on-any-callback")
"""The page reports the payment, so that the shop asks; whoever believes the page needs no answer."""

NO_PAYMENT = Words("Gives its customer nothing to pay with.", "不给前端调起支付的参数。")
UNPAID = Words(
    "Does not believe the answer: the order stays unpaid until a genuine one comes.",
    "不采信该应答：在得到真实应答之前订单保持未支付。",
)
FIX = Words(
    "Verify every answer of the platform as you verify notifications (v2: sign; APIv3: Wechatpay-Signature over "
    "timestamp, nonce and body), and treat one that fails as no answer.",
    "像验证通知一样验证每个应答（v2 的 sign；APIv3 的 Wechatpay-Signature），验签失败视为没有应答。",
)


def _wire(case: Case) -> str:
    """The order endpoint of this API, of whatever trade type."""
    return ORDERS[case.api]


async def _ordered(case: Case, do: dict[str, Any]) -> Ruling:
    """An order whose answer goes wrong in this way."""
    customer = await case.front.customer()
    async with case.rule({"when": "reply.ready", "only": {"endpoint": _wire(case)}, "do": do}) as rule:
        answer = await case.front.place(customer)
        if not await rule.fired():
            raise NotJudged(Words(f"the shop did not call {_wire(case)}", f"商户没有调用 {_wire(case)}"))
    good = not (answer.ok and customer.memory.get("payment"))
    return ruled(good, Words(f"answered its customer {answer.short()}", f"对前端应答 {answer.short()}"))


@probe(
    Severity.MEDIUM,
    cwe=347,
    title=Words("An order's answer with a wrong signature", "下单应答签名错误"),
    sent=Words("The platform's answer to an order, signed wrongly.", "下单的应答，签名错误。"),
    safe=NO_PAYMENT,
    fix=FIX,
    catches=BELIEVERS,
    posts=0,
    alone=True,
)
async def order_answer_forged(case: Case) -> Ruling:
    """Its prepay_id may be of another's order."""
    return await _ordered(case, {"forge": {"sign": FALSE[case.api]}})


@probe(
    Severity.MEDIUM,
    cwe=345,
    title=Words("An order's answer without a signature", "下单应答没有签名"),
    sent=Words("The platform's answer to an order, its signature empty.", "下单的应答，签名为空。"),
    safe=NO_PAYMENT,
    fix=FIX,
    catches=BELIEVERS,
    posts=0,
    alone=True,
)
async def order_answer_unsigned(case: Case) -> Ruling:
    """Likewise."""
    return await _ordered(case, {"forge": {"sign": ""}})


@probe(
    Severity.MEDIUM,
    cwe=347,
    apis=("v3",),
    title=Words("An order's answer with the platform's test signature", "下单应答带签名探测"),
    sent=Words(
        "The answer to an order, its signature beginning with WECHATPAY/SIGNTEST/.",
        "下单的应答，签名以 WECHATPAY/SIGNTEST/ 开头。",
    ),
    safe=NO_PAYMENT,
    fix=FIX,
    catches=BELIEVERS,
    posts=0,
    alone=True,
)
async def order_answer_test(case: Case) -> Ruling:
    """The platform probes its answers, too."""
    return await _ordered(case, {"forge": {"sign": v3auth.sign_test(b"wechatpay-sandbox audit")}})


async def _queried(case: Case, do: dict[str, Any]) -> Ruling:
    """A paid order, of which the shop is told nothing but by an answer that goes wrong in this way."""
    deal = await case.order()
    only = {"endpoint": QUERIES[case.api], "out_trade_no": deal.no}
    async with case.rule({"when": "reply.ready", "only": only, "do": do}) as rule:
        await case.front.pay(deal)
        ruling = await unmoved(case, deal, await case.nudge(deal))
        if not await rule.fired() and not await _paid(case, deal):
            raise NotJudged(Words("the shop did not query the order", "商户没有查单"))
    return ruling


async def _paid(case: Case, deal: Deal) -> bool:
    standing = await case.standing(deal)
    return standing is not None and standing.paid


@probe(
    Severity.HIGH,
    cwe=347,
    title=Words("A query's answer with a wrong signature", "查单应答签名错误"),
    sent=Words("The answer that the order is paid, signed wrongly.", "“已支付”的查单应答，签名错误。"),
    safe=UNPAID,
    fix=FIX,
    catches=(*BELIEVERS, *PAGE_FLAWS),
    posts=0,
)
async def query_answer_forged(case: Case) -> Ruling:
    """Whoever can answer can pay."""
    return await _queried(case, {"forge": {"sign": FALSE[case.api]}})


@probe(
    Severity.HIGH,
    cwe=345,
    title=Words("A query's answer without a signature", "查单应答没有签名"),
    sent=Words("The answer that the order is paid, its signature empty.", "“已支付”的查单应答，签名为空。"),
    safe=UNPAID,
    fix=FIX,
    catches=(*BELIEVERS, *PAGE_FLAWS),
    posts=0,
)
async def query_answer_unsigned(case: Case) -> Ruling:
    """Likewise."""
    return await _queried(case, {"forge": {"sign": ""}})


@probe(
    Severity.MEDIUM,
    cwe=294,
    apis=("v3",),
    title=Words("A query's answer of an hour ago", "一小时前的查单应答"),
    sent=Words(
        "The answer that the order is paid, rightly signed, its timestamp an hour old.",
        "“已支付”的查单应答，签名正确，但时间戳为一小时前。",
    ),
    safe=UNPAID,
    fix=FIX,
    catches=(*BELIEVERS, "ignores-timestamp", *PAGE_FLAWS),
    posts=0,
)
async def query_answer_stale(case: Case) -> Ruling:
    """A replayed answer."""
    return await _queried(case, {"stale": {"by": "1h"}})


@probe(
    Severity.LOW,
    cwe=295,
    apis=("v3",),
    title=Words("A query's answer under an unknown certificate", "查单应答使用未知证书"),
    sent=Words(
        "The answer that the order is paid, under a serial number that is not the platform's.",
        "“已支付”的查单应答，Wechatpay-Serial 不是微信支付的。",
    ),
    safe=UNPAID,
    fix=FIX,
    catches=(*BELIEVERS, "ignores-serial", *PAGE_FLAWS),
    posts=0,
)
async def query_answer_other_serial(case: Case) -> Ruling:
    """The certificate was swapped."""
    return await _queried(case, {"serial": {"serial": "5A4D8BF0C0DE000000000000000000000000DEAD"}})


@probe(
    Severity.HIGH,
    cwe=354,
    title=Words("A query answers another amount", "查单应答金额不符"),
    sent=Words(
        "The rightly signed answer that 1 fen was paid for the order.", "签名正确的查单应答，但支付金额为 1 分。"
    ),
    safe=Words("Does not ship.", "不发货。"),
    fix=Words("Compare the amount after a query just as after a notification.", "查单后与收到通知后一样核对金额。"),
    catches=("query-ignores-amount", "ignores-trade-state", *PAGE_FLAWS),
    posts=0,
)
async def query_answer_other_amount(case: Case) -> Ruling:
    """There are two ways to learn of a payment, and both need the check."""
    if case.api == "v2":
        return await _queried(case, {"rewrite": {"set": {"total_fee": "1", "cash_fee": "1"}}})
    return await _queried(case, {"rewrite": {"set": {"amount.total": "1", "amount.payer_total": "1"}}})


@probe(
    Severity.MEDIUM,
    cwe=345,
    title=Words("A query answers for another order", "查单应答属于另一订单"),
    sent=Words(
        "A rightly signed answer that another out_trade_no is paid.",
        "签名正确的查单应答，但 out_trade_no 是另一笔订单。",
    ),
    safe=UNPAID,
    fix=Words(
        "Compare out_trade_no of an answer with what you asked for: the signature covers the answer, not the question.",
        "核对应答中的 out_trade_no 是否就是所查的：签名只覆盖应答，不覆盖请求。",
    ),
    catches=("believes-any-answer", "ignores-trade-state", *PAGE_FLAWS),
    posts=0,
)
async def query_answer_other_order(case: Case) -> Ruling:
    """Answers can be swapped on the way."""
    return await _queried(case, {"rewrite": {"set": {"out_trade_no": "20260101000000SOMEBODYELSE"}}})


@probe(
    Severity.LOW,
    cwe=295,
    apis=("v3",),
    title=Words("New certificates in an answer that is not genuine", "以伪造应答下发平台证书"),
    sent=Words(
        "After the platform renewed its certificate, a notice signed by the new one; the answer to the shop's "
        "download of certificates has a wrong signature.",
        "平台证书更换后，发送由新证书签名的通知；商户下载证书的应答签名错误。",
    ),
    safe=Words(
        "Does not trust what came in that answer: refuses the notice for now.", "不信任该应答下发的证书：暂时拒绝通知。"
    ),
    fix=Words(
        "Verify the answer of /v3/certificates with a certificate that you know, or with one in it that you decrypted.",
        "用已知证书，或用解密得到的证书，验证 /v3/certificates 的应答签名。",
    ),
    catches=("believes-certificates", "accept-unsigned"),
    posts=TELLINGS,
    alone=True,
)
async def certificates_forged(case: Case) -> Ruling:
    """The certificates are encrypted under the APIv3 key, which is a second lock."""
    deal = await case.order()
    only = {"endpoint": "v3.certificates"}
    async with case.rule({"when": "reply.ready", "only": only, "do": {"forge": {"sign": FALSE["v3"]}}}) as rule:
        await case.renew_certificate()
        heard = await case.send(await case.letter(await case.notice(deal), key="certificate"))
        for _ in range(TELLINGS - 1):
            if heard.acknowledged or await rule.fired():
                break
            await case.wait()  # a shop does not ask for certificates each time that somebody makes it
            heard = await case.send(await case.letter(await case.notice(deal), key="certificate"))
        return await unmoved(case, deal, heard)
