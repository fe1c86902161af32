"""Is it from the platform? Notifications that anybody could have written."""

import base64

from sandbox.audit import notice as notices
from sandbox.audit.case import Case
from sandbox.audit.judging import disbelieves
from sandbox.audit.notice import Letter, Notice
from sandbox.audit.probe import EASY, probe
from sandbox.audit.ruling import Ruling, Severity, Words
from sandbox.audit.shopfront import Deal
from sandbox.protocol import v3auth

TITLE = Words("Authenticity: is it from the platform?", "真实性：通知真的来自微信支付吗？")

SAFE = Words("Does not believe it: the order stays unpaid.", "不采信：订单保持未支付。")
FIX = Words(
    "Verify the signature before anything else, over the bytes as they came, and refuse what has none. "
    "v2: every field but sign, with the API key. APIv3: Wechatpay-Timestamp, Wechatpay-Nonce and the body, with the "
    "platform's key that Wechatpay-Serial names.",
    "先验签再处理业务，对收到的原始报文验签，没有签名的一律拒绝。v2：除 sign 外的全部字段加 API 密钥；"
    "APIv3：用 Wechatpay-Serial 指定的平台公钥，对时间戳、随机串、报文主体验签。",
)
ACKNOWLEDGED = Words(
    "Answers a failure: v2 return_code FAIL, APIv3 a status of 4xx or 5xx.",
    "应答失败：v2 返回 return_code=FAIL，APIv3 返回 4xx 或 5xx。",
)

WRONG_V2 = "0123456789ABCDEF0123456789ABCDEF"
WRONG_V3 = base64.b64encode(bytes(range(256))).decode()


async def _about(case: Case) -> tuple[Deal, Notice]:
    deal = await case.order()
    return deal, await case.notice(deal)


@probe(
    Severity.CRITICAL,
    cwe=345,
    title=Words("No signature at all", "完全没有签名"),
    sent=Words(
        "A payment notice of an unpaid order; v2 without sign, APIv3 without any Wechatpay-* header.",
        "未支付订单的支付通知；v2 去掉 sign，APIv3 去掉全部 Wechatpay-* 头。",
    ),
    safe=SAFE,
    fix=FIX,
    catches=("accept-unsigned", "verifies-only-signed", "verifies-only-complete/v3"),
)
async def no_signature(case: Case) -> Ruling:
    """Nothing vouches for it."""
    deal, notice = await _about(case)
    letter = notices.v2_with_sign(notice, None) if case.api == "v2" else (await case.letter(notice)).unsigned()
    return await disbelieves(case, deal, letter)


@probe(
    Severity.CRITICAL,
    cwe=347,
    title=Words("An empty signature", "签名为空"),
    sent=Words("sign, or Wechatpay-Signature, is there and empty.", "sign 或 Wechatpay-Signature 存在但为空。"),
    safe=SAFE,
    fix=FIX,
    catches=("accept-unsigned", "verifies-only-signed", "verifies-only-complete/v3"),
)
async def empty_signature(case: Case) -> Ruling:
    """An empty text is not "no signature to verify"."""
    deal, notice = await _about(case)
    if case.api == "v2":
        return await disbelieves(case, deal, notices.v2_with_sign(notice, ""))
    return await disbelieves(case, deal, (await case.letter(notice)).heads(Wechatpay_Signature=""))


@probe(
    Severity.CRITICAL,
    cwe=347,
    title=Words("A signature that is right in form only", "格式正确但错误的签名"),
    sent=Words(
        "The signature is as long as a genuine one, and made of nothing.", "签名长度与真实签名相同，但内容是编造的。"
    ),
    safe=SAFE,
    fix=FIX,
    catches=("accept-unsigned",),
)
async def wrong_signature(case: Case) -> Ruling:
    """Looking at its length is no verification."""
    deal, notice = await _about(case)
    if case.api == "v2":
        return await disbelieves(case, deal, notices.v2_with_sign(notice, WRONG_V2))
    return await disbelieves(case, deal, (await case.letter(notice)).heads(Wechatpay_Signature=WRONG_V3))


@probe(
    Severity.CRITICAL,
    cwe=347,
    title=Words("Signed with somebody else's key", "用别人的密钥签名"),
    sent=Words(
        "v2: signed with the API key of another merchant. APIv3: signed with a stranger's RSA key, under the serial "
        "number of the platform's.",
        "v2：用另一个商户的 API 密钥签名。APIv3：用陌生人的 RSA 私钥签名，但序列号写成微信支付的。",
    ),
    safe=SAFE,
    fix=FIX,
    catches=("accept-unsigned",),
)
async def anothers_key(case: Case) -> Ruling:
    """A signature that verifies, with a key that is not the one."""
    deal, notice = await _about(case)
    if case.api == "v2":
        own = str(case.made["mch_id"])
        keys = [one["api_key"] for one in case.made["merchants"] if one["mchid"] != own] or [WRONG_V2]
        return await disbelieves(case, deal, notices.v2_letter(notice, notices.v2_fields(notice, key=keys[0])))
    return await disbelieves(case, deal, notices.by_a_stranger(await case.letter(notice)))


MISSING = Words(
    "Each of the four headers is needed: refuse a notification that lacks one.",
    "四个头缺一不可，缺少任何一个都应拒绝。",
)


@probe(
    Severity.CRITICAL,
    cwe=345,
    apis=("v3",),
    title=Words("Wechatpay-Timestamp is missing", "缺少 Wechatpay-Timestamp"),
    sent=Words("A forged notice without Wechatpay-Timestamp.", "伪造的通知，没有 Wechatpay-Timestamp。"),
    safe=SAFE,
    fix=MISSING,
    catches=("accept-unsigned", "verifies-only-complete"),
)
async def no_timestamp(case: Case) -> Ruling:
    """Verifying only what is complete lets the incomplete pass."""
    deal, notice = await _about(case)
    letter = notices.by_a_stranger(await case.letter(notice))
    return await disbelieves(case, deal, letter.heads(Wechatpay_Timestamp=None))


@probe(
    Severity.CRITICAL,
    cwe=345,
    apis=("v3",),
    title=Words("Wechatpay-Nonce is missing", "缺少 Wechatpay-Nonce"),
    sent=Words("A forged notice without Wechatpay-Nonce.", "伪造的通知，没有 Wechatpay-Nonce。"),
    safe=SAFE,
    fix=MISSING,
    catches=("accept-unsigned", "verifies-only-complete"),
)
async def no_nonce(case: Case) -> Ruling:
    """Likewise."""
    deal, notice = await _about(case)
    return await disbelieves(case, deal, notices.by_a_stranger(await case.letter(notice)).heads(Wechatpay_Nonce=None))


@probe(
    Severity.CRITICAL,
    cwe=345,
    apis=("v3",),
    title=Words("Wechatpay-Serial is missing", "缺少 Wechatpay-Serial"),
    sent=Words("A forged notice without Wechatpay-Serial.", "伪造的通知，没有 Wechatpay-Serial。"),
    safe=SAFE,
    fix=MISSING,
    catches=("accept-unsigned", "verifies-only-complete"),
)
async def no_serial(case: Case) -> Ruling:
    """Likewise."""
    deal, notice = await _about(case)
    return await disbelieves(case, deal, notices.by_a_stranger(await case.letter(notice)).heads(Wechatpay_Serial=None))


@probe(
    Severity.HIGH,
    cwe=347,
    apis=("v3",),
    title=Words("The platform's own test signature", "微信支付的签名探测"),
    sent=Words(
        "A notice whose Wechatpay-Signature begins with WECHATPAY/SIGNTEST/, as the platform sends now and then to see "
        "whether you verify.",
        "Wechatpay-Signature 以 WECHATPAY/SIGNTEST/ 开头的通知：微信支付会不定期发送，以检查商户是否验签。",
    ),
    safe=ACKNOWLEDGED,
    fix=Words(
        "Verify it like any other: it is wrong, so answer 4xx or 5xx. Do not look for the prefix.",
        "与其他签名一样验签：它必然失败，应答 4xx 或 5xx。不要识别前缀做特殊处理。",
    ),
    catches=("accept-unsigned", "acks-probes", *EASY),
)
async def signature_test(case: Case) -> Ruling:
    """pay.weixin.qq.com/doc/v3/merchant/4012075420."""
    deal, notice = await _about(case)
    letter = (await case.letter(notice)).heads(Wechatpay_Signature=v3auth.sign_test(b"wechatpay-sandbox audit"))
    return await disbelieves(case, deal, letter, may_acknowledge=False)


@probe(
    Severity.MEDIUM,
    cwe=754,
    title=Words("The answer to what cannot be verified", "对验签失败的通知的应答"),
    sent=Words("A notice with a wrong signature; only the answer counts.", "签名错误的通知，只看应答。"),
    safe=ACKNOWLEDGED,
    fix=Words(
        "Answer a failure. After a key or a certificate has changed, genuine notifications fail your verification too: "
        "an acknowledgement ends the platform's repeats, and the payment is lost.",
        "应答失败。密钥或证书更换后，真实通知也会验签失败；此时应答成功，平台就不再重试，这笔支付就丢了。",
    ),
    catches=("accept-unsigned", *EASY),
)
async def acknowledges_unverified(case: Case) -> Ruling:
    """An acknowledgement is a promise to have understood."""
    deal, notice = await _about(case)
    if case.api == "v2":
        letter = notices.v2_with_sign(notice, WRONG_V2)
    else:
        letter = (await case.letter(notice)).heads(Wechatpay_Signature=WRONG_V3)
    return await disbelieves(case, deal, letter, may_acknowledge=False)


@probe(
    Severity.CRITICAL,
    cwe=1104,
    apis=("v3",),
    title=Words("API v2's XML at an APIv3 URL", "向 APIv3 地址发送 v2 的 XML"),
    sent=Words(
        "An unsigned payment notice of API v2 for an order of APIv3.", "针对 APIv3 订单、没有签名的 v2 支付通知。"
    ),
    safe=SAFE,
    fix=Words(
        "Remove what is left of API v2, or verify it just as strictly. (A refund made in the merchant console may "
        "still be told in XML.)",
        "下线遗留的 v2 入口，或同样严格验签。（商户平台发起的退款仍可能以 XML 通知。）",
    ),
    catches=("forgotten-xml",),
)
async def forgotten_xml(case: Case) -> Ruling:
    """The old door behind the new one."""
    deal = await case.order()
    made = await case.composed(out_trade_no=deal.no, api="v2", tamper={"sign": ""})
    return await disbelieves(case, deal, Letter(made["headers"], made["body"].encode()))


@probe(
    Severity.CRITICAL,
    cwe=489,
    apis=("v3",),
    title=Words("Plain members beside the encrypted resource", "密文旁边的明文字段"),
    sent=Words(
        "An unsigned notice that also carries out_trade_no, amount and trade_state in plain text, as home-made mocks "
        "do.",
        "没有签名、同时带有 out_trade_no、amount、trade_state 明文字段的通知（自制模拟器的常见写法）。",
    ),
    safe=SAFE,
    fix=Words(
        "Read nothing but what you decrypted from resource of a verified notification; test with notifications that "
        "are signed and encrypted.",
        "只使用验签后从 resource 解密出的内容；用签名并加密的通知来联调。",
    ),
    catches=("mock-path",),
)
async def plain_members(case: Case) -> Ruling:
    """What was put in for a test stays in."""
    deal, notice = await _about(case)
    framed = notice.framed(**notice.told, resource={"ciphertext": "mock_ciphertext"})
    return await disbelieves(case, deal, Letter({"Content-Type": "application/json"}, notices.v3_body(framed).encode()))
