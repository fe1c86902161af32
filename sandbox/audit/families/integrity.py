"""Is it as it was sent? Genuine notifications, changed on the way."""

import json

from sandbox.audit import notice as notices
from sandbox.audit.case import Case
from sandbox.audit.judging import disbelieves
from sandbox.audit.probe import probe
from sandbox.audit.ruling import Ruling, Severity, Words

TITLE = Words("Integrity: is it as it was sent?", "完整性：通知是否被改动过？")

SAFE = Words("Does not believe it: the order stays unpaid.", "不采信：订单保持未支付。")
FIX_V2 = Words(
    "Verify the signature over every field that came (but sign), whatever it is called.",
    "对收到的全部字段（除 sign 外）验签，不论字段名是否认识。",
)
FIX_V3 = Words(
    "Verify over timestamp, nonce and the raw body exactly as they came; do not parse and serialise in between.",
    "用收到的时间戳、随机串和原始报文验签，中间不要解析后再序列化。",
)
FIX_RESOURCE = Words(
    "Decrypt with AEAD_AES_256_GCM, nonce and associated_data as given, and let the library check the tag; refuse what "
    "does not open, and what names another algorithm.",
    "用 AEAD_AES_256_GCM 解密，nonce 与 associated_data 原样传入，由库校验认证标签；解不开或算法不符的一律拒绝。",
)


@probe(
    Severity.CRITICAL,
    cwe=345,
    apis=("v2",),
    title=Words("A paid order's notice, made to tell of another", "把已支付订单的通知改成另一笔订单"),
    sent=Words(
        "The genuine notice of a payment, its out_trade_no replaced by that of an unpaid order of the same price.",
        "真实的支付通知，但 out_trade_no 换成了另一笔价格相同的未支付订单。",
    ),
    safe=SAFE,
    fix=FIX_V2,
    catches=("accept-unsigned",),
)
async def other_order(case: Case) -> Ruling:
    """Pay once, receive twice."""
    paid, wanted = await case.paid(), await case.order()
    notice = await case.notice(paid)
    fields = {**notices.v2_fields(notice), "out_trade_no": wanted.no}
    return await disbelieves(case, wanted, notices.v2_letter(notice, fields))


@probe(
    Severity.CRITICAL,
    cwe=345,
    apis=("v2",),
    title=Words("The amount was changed after signing", "签名后改动金额"),
    sent=Words(
        "A notice that was signed with a total of 1 fen, and now says the order's.",
        "按 1 分签名、再改成订单金额的通知。",
    ),
    safe=SAFE,
    fix=FIX_V2,
    catches=("accept-unsigned",),
)
async def changed_amount(case: Case) -> Ruling:
    """What a payer of one fen would do."""
    deal = await case.order()
    notice = await case.notice(deal)
    sign = notices.v2_fields(notice.says(total=1, paid=1))["sign"]
    return await disbelieves(case, deal, notices.v2_letter(notice, {**notices.v2_fields(notice), "sign": sign}))


@probe(
    Severity.MEDIUM,
    cwe=354,
    apis=("v2",),
    title=Words("A field was added after signing", "签名后增加字段"),
    sent=Words(
        "A notice with a field coupon_fee that the signature does not cover.", "多出一个未参与签名的 coupon_fee 字段。"
    ),
    safe=SAFE,
    fix=FIX_V2,
    catches=("accept-unsigned", "verifies-listed-fields"),
)
async def added_field(case: Case) -> Ruling:
    """A list of fields to verify is always too short."""
    deal = await case.order()
    notice = await case.notice(deal)
    return await disbelieves(case, deal, notices.v2_letter(notice, {**notices.v2_fields(notice), "coupon_fee": "1"}))


@probe(
    Severity.HIGH,
    cwe=354,
    apis=("v3",),
    title=Words("The body was changed after signing", "签名后改动报文"),
    sent=Words("A genuine notice with another summary.", "真实通知，summary 被改动。"),
    safe=SAFE,
    fix=FIX_V3,
    catches=("accept-unsigned",),
)
async def changed_body(case: Case) -> Ruling:
    """One member of the envelope."""
    deal = await case.order()
    letter = await case.letter(await case.notice(deal))
    return await disbelieves(case, deal, letter.saying(letter.body.replace("支付成功".encode(), "支付完成".encode())))


@probe(
    Severity.HIGH,
    cwe=354,
    apis=("v3",),
    title=Words("The body was written anew after signing", "签名后重新序列化报文"),
    sent=Words("The same JSON with blanks after its commas and colons.", "内容相同的 JSON，但逗号、冒号后多了空格。"),
    safe=SAFE,
    fix=FIX_V3,
    catches=("accept-unsigned",),
)
async def rewritten_body(case: Case) -> Ruling:
    """A merchant that accepts it does not verify the bytes."""
    deal = await case.order()
    letter = await case.letter(await case.notice(deal))
    return await disbelieves(case, deal, letter.saying(json.dumps(json.loads(letter.body)).encode()))


@probe(
    Severity.HIGH,
    cwe=354,
    apis=("v3",),
    title=Words("The timestamp was changed after signing", "签名后改动时间戳"),
    sent=Words(
        "A genuine notice with Wechatpay-Timestamp one second later.", "真实通知，Wechatpay-Timestamp 晚了一秒。"
    ),
    safe=SAFE,
    fix=FIX_V3,
    catches=("accept-unsigned",),
)
async def changed_timestamp(case: Case) -> Ruling:
    """Who can renew the timestamp can replay for ever."""
    deal = await case.order()
    letter = await case.letter(await case.notice(deal))
    later = str(int(letter.headers["Wechatpay-Timestamp"]) + 1)
    return await disbelieves(case, deal, letter.heads(Wechatpay_Timestamp=later))


@probe(
    Severity.HIGH,
    cwe=354,
    apis=("v3",),
    title=Words("The nonce was changed after signing", "签名后改动随机串"),
    sent=Words("A genuine notice with another Wechatpay-Nonce.", "真实通知，但 Wechatpay-Nonce 被替换。"),
    safe=SAFE,
    fix=FIX_V3,
    catches=("accept-unsigned",),
)
async def changed_nonce(case: Case) -> Ruling:
    """Who can renew the nonce can pass a check for repeated ones."""
    deal = await case.order()
    letter = await case.letter(await case.notice(deal))
    return await disbelieves(case, deal, letter.heads(Wechatpay_Nonce=letter.headers["Wechatpay-Nonce"][::-1]))


@probe(
    Severity.LOW,
    cwe=354,
    apis=("v3",),
    title=Words("The authentication tag does not fit", "认证标签不符"),
    sent=Words("A signed notice whose resource has a wrong GCM tag.", "签名正确，但 resource 的 GCM 认证标签错误。"),
    safe=SAFE,
    fix=FIX_RESOURCE,
    catches=("ignores-tag",),
)
async def broken_tag(case: Case) -> Ruling:
    """The second lock behind the signature."""
    deal = await case.order()
    body = notices.broken_tag(notices.v3_body(await case.notice(deal)))
    return await disbelieves(case, deal, await case.signed(body))


@probe(
    Severity.LOW,
    cwe=354,
    apis=("v3",),
    title=Words("The associated data does not fit", "附加数据不符"),
    sent=Words(
        "A signed notice whose resource was encrypted with other associated data than it names.",
        "签名正确，但 resource 加密时的附加数据与 associated_data 不一致。",
    ),
    safe=SAFE,
    fix=FIX_RESOURCE,
    catches=("ignores-tag",),
)
async def other_associated_data(case: Case) -> Ruling:
    """A cipher text moved from another envelope."""
    deal = await case.order()
    notice = (await case.notice(deal)).framed(resource={"sealed_with": "refund"})
    return await disbelieves(case, deal, await case.signed(notices.v3_body(notice)))


@probe(
    Severity.LOW,
    cwe=757,
    apis=("v3",),
    title=Words("Another algorithm is named", "声明了其他加密算法"),
    sent=Words(
        "A signed notice whose resource names the algorithm AEAD_NONE.",
        "签名正确，但 resource.algorithm 为 AEAD_NONE。",
    ),
    safe=SAFE,
    fix=FIX_RESOURCE,
    catches=("ignores-algorithm",),
)
async def other_algorithm(case: Case) -> Ruling:
    """What is not understood is not believed."""
    deal = await case.order()
    notice = (await case.notice(deal)).framed(resource={"algorithm": "AEAD_NONE"})
    return await disbelieves(case, deal, await case.signed(notices.v3_body(notice)))
