"""Whose key is it? Keys that API v2's notifications must not be verified with."""

from sandbox.audit import notice as notices
from sandbox.audit.case import Case
from sandbox.audit.judging import disbelieves
from sandbox.audit.probe import probe
from sandbox.audit.ruling import Ruling, Severity, Words

TITLE = Words("Keys of API v2: whose signature is it?", "API v2 的密钥：由谁签名？")

SAFE = Words("Does not believe it: the order stays unpaid.", "不采信：订单保持未支付。")

SAMPLE_KEY = "192006250b4c09247ec02edce69f6a2d"
"""Of the signing example in the documentation of API v2 (pay.weixin.qq.com/doc/v2/merchant/4011985891)."""


@probe(
    Severity.CRITICAL,
    cwe=1391,
    apis=("v2",),
    title=Words("Signed with an empty key", "用空密钥签名"),
    sent=Words("sign is made with an API key of no characters.", "sign 用空的 API 密钥计算。"),
    safe=SAFE,
    fix=Words(
        "Refuse to start without an API key of 32 characters; do not verify with what is not configured.",
        "没有配置 32 位 API 密钥时拒绝启动，不要用空值验签。",
    ),
    catches=("accept-unsigned", "accepts-empty-key"),
)
async def empty_key(case: Case) -> Ruling:
    """What a forgotten variable amounts to."""
    deal = await case.order()
    notice = await case.notice(deal)
    return await disbelieves(case, deal, notices.v2_letter(notice, notices.v2_fields(notice, key="")))


@probe(
    Severity.CRITICAL,
    cwe=1392,
    apis=("v2",),
    title=Words("Signed with the documentation's sample key", "用文档示例密钥签名"),
    sent=Words(f"sign is made with the key {SAMPLE_KEY}.", f"sign 用示例密钥 {SAMPLE_KEY} 计算。"),
    safe=SAFE,
    fix=Words(
        "Remove sample and test keys from the configuration of what goes live.", "上线前移除示例密钥与测试密钥。"
    ),
    catches=("accept-unsigned", "accepts-sample-key"),
)
async def sample_key(case: Case) -> Ruling:
    """Everybody knows it."""
    deal = await case.order()
    notice = await case.notice(deal)
    return await disbelieves(case, deal, notices.v2_letter(notice, notices.v2_fields(notice, key=SAMPLE_KEY)))


@probe(
    Severity.CRITICAL,
    cwe=757,
    apis=("v2",),
    title=Words("A sign_type that does not exist", "不存在的签名类型"),
    sent=Words("sign_type is NONE, and so is sign.", "sign_type 与 sign 都写成 NONE。"),
    safe=SAFE,
    fix=Words(
        "Decide yourself how you verify (as the order was signed); do not let the message choose, and refuse what you "
        "do not know.",
        "签名算法由自己决定（与下单时一致），不要由通知决定；不认识的一律拒绝。",
    ),
    catches=("accept-unsigned", "believes-sign-type"),
)
async def unknown_sign_type(case: Case) -> Ruling:
    """The attacker chooses not to be verified."""
    deal = await case.order()
    notice = await case.notice(deal)
    return await disbelieves(case, deal, notices.v2_with_sign(notice.says(sign_type="NONE"), "NONE"))
