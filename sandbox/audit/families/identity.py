"""Is it ours? Notices that are rightly signed, and not for this merchant or this order."""

from sandbox.audit import notice as notices
from sandbox.audit.case import Case
from sandbox.audit.judging import disbelieves
from sandbox.audit.probe import EASY, probe
from sandbox.audit.ruling import Ruling, Severity, Words
from sandbox.audit.shopfront import Deal

TITLE = Words("Identity: is it ours?", "身份：是发给本商户的吗？")

SAFE = Words("Does not believe it: the order stays unpaid.", "不采信：订单保持未支付。")
FIX = Words(
    "Compare appid and mch_id (mchid) of every notification with your own before the order is looked up.",
    "查找订单之前，先核对通知中的 appid、mch_id（mchid）是否为自己的。",
)


@probe(
    Severity.MEDIUM,
    cwe=346,
    title=Words("Of another mchid", "其他商户号的通知"),
    sent=Words("A rightly signed notice that names another mchid.", "签名正确，但商户号是别人的。"),
    safe=SAFE,
    fix=FIX,
    catches=("ignores-mchid",),
)
async def other_mchid(case: Case) -> Ruling:
    """Where several merchants share keys, out_trade_no is not unique among them."""
    deal = await case.order()
    return await disbelieves(case, deal, await case.letter((await case.notice(deal)).says(mchid="1900009999")))


@probe(
    Severity.MEDIUM,
    cwe=346,
    title=Words("Of another appid", "其他 appid 的通知"),
    sent=Words("A rightly signed notice that names another appid.", "签名正确，但 appid 是别人的。"),
    safe=SAFE,
    fix=FIX,
    catches=("ignores-appid",),
)
async def other_appid(case: Case) -> Ruling:
    """One merchant may sell through several apps, each with orders of its own."""
    deal = await case.order()
    return await disbelieves(case, deal, await case.letter((await case.notice(deal)).says(appid="wx00000000000000ff")))


@probe(
    Severity.HIGH,
    cwe=346,
    apis=("v3",),
    title=Words("Encrypted for another merchant", "为其他商户加密的通知"),
    sent=Words(
        "A notice signed by the platform, whose resource is encrypted under the APIv3 key of another merchant.",
        "由微信支付签名，但 resource 用另一个商户的 APIv3 密钥加密。",
    ),
    safe=Words("Refuses what it cannot decrypt.", "解不开就拒绝。"),
    fix=Words(
        "Answer 4xx or 5xx when the resource does not open: right after an APIv3 key was reset, it is your own "
        "payment.",
        "resource 解密失败时应答 4xx 或 5xx：APIv3 密钥刚重置时，这可能正是你自己的支付。",
    ),
    catches=EASY,
)
async def anothers_resource(case: Case) -> Ruling:
    """The platform's signature is the same for all merchants."""
    deal = await case.order()
    notice = await case.notice(deal)
    others = [one["apiv3_key"] for one in case.made["merchants"] if one["apiv3_key"] != notice.key]
    key = others[0] if others else notice.key[::-1]
    letter = await case.signed(notices.v3_body(notice.under(key)))
    return await disbelieves(case, deal, letter, may_acknowledge=False)


@probe(
    Severity.MEDIUM,
    cwe=754,
    title=Words("Of an order that nobody placed", "不存在的订单"),
    sent=Words(
        "A rightly signed notice of an out_trade_no that the shop does not know.",
        "签名正确，但商户没有这个 out_trade_no。",
    ),
    safe=Words(
        "Does not acknowledge it: somebody has paid, and nobody would know.", "不应答成功：有人付了款，却没有人知道。"
    ),
    fix=Words(
        "Answer a failure until the order is found, and raise an alarm: after a restore from a backup, or with a "
        "replica that lags behind, it is a real payment.",
        "在查到订单之前应答失败并告警：数据回滚或从库延迟时，这就是一笔真实的支付。",
    ),
    catches=(*EASY, "acks-unknown-order"),
)
async def unknown_order(case: Case) -> Ruling:
    """An acknowledgement is the end of it."""
    placed = await case.order()
    unknown = Deal(f"X{placed.no}"[:32], placed.total)
    notice = (await case.notice(placed)).says(number=unknown.no)
    return await disbelieves(case, placed, await case.letter(notice), may_acknowledge=False)
