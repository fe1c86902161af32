"""Is it from the platform? Notifications that anybody could have written."""

from sandbox.audit import notice as notices
from sandbox.audit.case import Case
from sandbox.audit.judging import disbelieves
from sandbox.audit.probe import Ruling, Severity, Words, probe

TITLE = Words("Authenticity: is it from the platform?", "真实性：通知真的来自微信支付吗？")

SAFE = Words("Does not believe it: the order stays unpaid.", "不采信：订单保持未支付。")
FIX = Words(
    "Verify the signature before anything else, over the bytes as they came, and refuse what has none. "
    "v2: every field but sign, with the API key. APIv3: Wechatpay-Timestamp, -Nonce and the body, with the "
    "platform's key that Wechatpay-Serial names.",
    "先验签再处理业务，对收到的原始报文验签，没有签名的一律拒绝。v2：除 sign 外的全部字段加 API 密钥；"
    "APIv3：用 Wechatpay-Serial 指定的平台公钥，对时间戳、随机串、报文主体验签。",
)


@probe(
    Severity.CRITICAL,
    cwe=345,
    title=Words("A notification without a signature", "没有签名的通知"),
    sent=Words(
        "A payment notice of an unpaid order; v2 without sign, APIv3 without any Wechatpay-* header.",
        "未支付订单的支付通知；v2 去掉 sign，APIv3 去掉全部 Wechatpay-* 头。",
    ),
    safe=SAFE,
    fix=FIX,
    catches=("accept-unsigned",),
)
async def no_signature(case: Case) -> Ruling:
    """Nothing vouches for it."""
    deal = await case.order()
    notice = await case.notice(deal)
    if case.api == "v2":
        return await disbelieves(case, deal, notices.v2_letter(notice, {k: str(v) for k, v in notice.told.items()}))
    return await disbelieves(case, deal, (await case.letter(notice)).unsigned())
