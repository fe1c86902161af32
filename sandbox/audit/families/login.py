"""What does it tell its customers, and whom does it take them for? Login, orders, and who may see them."""

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any

from sandbox.audit.case import Case
from sandbox.audit.judging import ruled
from sandbox.audit.probe import probe
from sandbox.audit.ruling import NotJudged, Ruling, Severity, Words

TITLE = Words("Login: what does it tell, and whom does it believe?", "登录：泄露了什么，又相信了谁？")

SESSION_KEY = ("session_key", "sessionkey", "sessionKey")


def _members(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a JSON value, with the name it has."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _members(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _members(inner, name)
    elif isinstance(value, str):
        yield name, value


@probe(
    Severity.HIGH,
    cwe=201,
    title=Words("The session_key in an answer", "应答中含有 session_key"),
    sent=Words("A login with a fresh code.", "用新的 code 登录。"),
    safe=Words("Keeps the session_key to itself.", "session_key 只保存在服务端。"),
    fix=Words(
        "Keep session_key on the server; give the mini program a session of your own. Whoever has it can forge the "
        "encrypted data (phone number, profile) that you decrypt with it.",
        "session_key 只保存在服务端，给小程序下发自己的登录态。"
        "拿到它的人可以伪造你用它解密的数据（手机号、用户信息）。",
    ),
    catches=("leaks-session-key",),
    posts=0,
)
async def session_key(case: Case) -> Ruling:
    """By its name, or by what it looks like: 16 bytes in base64."""
    customer = await case.front.stranger()
    answer = await case.front.ask(customer, "login")
    leaked = [name for name, value in _members(answer.body) if name in SESSION_KEY or _looks_like_one(value)]
    if leaked:
        return ruled(
            False, Words(f"the answer to the login has {', '.join(leaked)}", f"登录应答中含有 {', '.join(leaked)}")
        )
    return ruled(True, Words("no session_key in the answer", "应答中没有 session_key"))


def _looks_like_one(value: str) -> bool:
    try:
        return len(value) == 24 and value.endswith("==") and len(base64.b64decode(value, validate=True)) == 16
    except binascii.Error:
        return False


@probe(
    Severity.CRITICAL,
    cwe=522,
    title=Words("A key in an answer", "应答中含有密钥"),
    sent=Words("A login, an order and a look at it.", "登录、下单、查看订单。"),
    safe=Words(
        "No answer holds the app's secret, an API key or a private key.", "任何应答都不含 AppSecret、API 密钥或私钥。"
    ),
    fix=Words(
        "Sign on the server, and hand out the finished paySign. A key that was in a page is known: reset it.",
        "在服务端签名，只下发算好的 paySign。下发过的密钥视为已泄露，应立即重置。",
    ),
    catches=("signs-in-page",),
    posts=0,
)
async def keys(case: Case) -> Ruling:
    """Whoever has the API key writes notifications."""
    customer = await case.front.customer()
    await case.standing(await case.order(customer))
    said = json.dumps([answer.body for answer in customer.answers], ensure_ascii=False)
    names = ("app_secret", "api_key", "apiv3_key")
    leaked = [name for name in names if str(case.made[name]) in said]
    leaked += ["a private key"] if "PRIVATE KEY-----" in said else []
    if leaked:
        return ruled(False, Words(f"told its customer {', '.join(leaked)}", f"向前端泄露了 {', '.join(leaked)}"))
    return ruled(True, Words("no key in its answers", "应答中没有密钥"))


@probe(
    Severity.CRITICAL,
    cwe=340,
    title=Words("An openid for a session", "以 openid 作登录凭证"),
    sent=Words(
        "A login with a fresh code, whose token is compared with the openid.",
        "用新的 code 登录，比较登录凭证与 openid。",
    ),
    safe=Words("The token cannot be derived from the openid.", "登录凭证不能由 openid 推导。"),
    fix=Words(
        "Draw the session's token at random; an openid is no secret, it stands in every order.",
        "登录凭证必须随机生成；openid 不是秘密，每笔订单里都有。",
    ),
    catches=("openid-is-token",),
    posts=0,
)
async def guessable_session(case: Case) -> Ruling:
    """Who knows an openid is its owner, then."""
    customer = await case.front.customer()
    token = customer.memory.get("token")
    if not isinstance(token, str):
        raise NotJudged(Words("the adapter's step login saves no token", "适配文件的 login 步骤没有保存 token"))
    same = customer.openid in (token, token[::-1]) or customer.openid in _decoded(token)
    return ruled(
        not same,
        Words(
            f"its token {'holds' if same else 'does not hold'} the openid",
            f"登录凭证{'包含' if same else '不包含'} openid",
        ),
    )


def _decoded(token: str) -> str:
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return token


@probe(
    Severity.CRITICAL,
    cwe=287,
    title=Words("A code that nobody made", "伪造的 code"),
    sent=Words(
        "A login with a code that jscode2session refuses (40029).", "用 jscode2session 会拒绝（40029）的 code 登录。"
    ),
    safe=Words("Logs nobody in.", "登录失败。"),
    fix=Words(
        "Look at errcode of jscode2session's answer, and at whether there is an openid, before a session is opened.",
        "创建登录态之前检查 jscode2session 的 errcode，并确认返回了 openid。",
    ),
    catches=("ignores-errcode",),
    posts=0,
)
async def false_code(case: Case) -> Ruling:
    """HTTP 200 is what the platform answers to it."""
    customer = await case.front.stranger()
    customer.memory["code"] = "0a3AuditAuditAuditAuditAuditAudit"
    answer = await case.front.ask(customer, "login")
    return ruled(not answer.ok, Words(f"answered the login with HTTP {answer.http}", f"对登录应答 HTTP {answer.http}"))


@probe(
    Severity.HIGH,
    cwe=639,
    title=Words("Somebody else's order", "查看他人的订单"),
    sent=Words("One customer asks for the order of another.", "一个用户请求查看另一个用户的订单。"),
    safe=Words("Does not show it.", "不予显示。"),
    fix=Words("Look orders up by number and by the session's user.", "按订单号和当前登录用户共同查询。"),
    catches=("shows-anyones-order",),
    posts=0,
)
async def anothers_order(case: Case) -> Ruling:
    """Numbers can be guessed, or seen on a slip."""
    deal = await case.order()
    other = await case.front.customer()
    mine = {name: value for name, value in deal.buyer().memory.items() if name not in other.memory}
    other.memory.update(mine)
    answer = await case.front.ask(other, "status")
    return ruled(
        not answer.ok, Words(f"answered the other customer: {answer.short()}", f"对他人应答：{answer.short()}")
    )


@probe(
    Severity.MEDIUM,
    cwe=290,
    title=Words("An openid from the page", "由前端传入 openid"),
    sent=Words("An order in which the page names the openid of somebody else.", "下单时由前端传入他人的 openid。"),
    safe=Words("Orders for the one who is logged in.", "以登录用户的 openid 下单。"),
    fix=Words("Take the openid from the session, never from the request.", "openid 取自服务端登录态，不取自请求。"),
    catches=("openid-from-client",),
    posts=0,
)
async def claimed_openid(case: Case) -> Ruling:
    """The page can claim to be anybody."""
    customer, other = await case.front.customer(), await case.front.payer()
    claimed = other["openids"][str(case.made["appid"])]
    answer = await case.front.ask(customer, "order", openid=claimed)
    theirs = [order for order in await case.front.orders() if order.get("openid") == claimed]
    if theirs:
        return ruled(False, Words("ordered for the openid that the page named", "以前端传入的 openid 下单"))
    return ruled(
        True,
        Words(
            f"ordered for its own customer, or not at all (HTTP {answer.http})",
            f"以登录用户下单，或未下单（HTTP {answer.http}）",
        ),
    )
