"""One-time codes: the one exchange behind jscode2session, getuserphonenumber and the web authorisation."""

from typing import Literal

import msgspec

from sandbox.domain.user import Code, User
from sandbox.errors import Refusal, Row, find, login
from sandbox.gateway.spec import Call
from sandbox.platform import payers

MADE_BY = {
    "login": ("wx.login (exchange it at /sns/jscode2session)", "wx.login（应调用/sns/jscode2session）"),
    "phone": (
        "the phone-number button (exchange it at /wxa/business/getuserphonenumber)",
        "手机号按钮（应调用/wxa/business/getuserphonenumber）",
    ),
    "oauth": (
        "the web authorisation (exchange it at /sns/oauth2/access_token)",
        "网页授权（应调用/sns/oauth2/access_token）",
    ),
}
NEVER_A_CODE = frozenset({"undefined", "null", "[object Object]"})  # what JavaScript makes of a forgotten value


def redeem(call: Call, text: str, kind: Literal["login", "phone", "oauth"], field: str) -> tuple[Code, User]:
    """The code, used up by this, and whose it is.

    A code older than five minutes is forgotten, used or not (which of both the platform says is unconfirmed).
    Raises Refusal: CODE_INVALID or CODE_USED.
    """
    assert call.app is not None
    code = call.tx.code(text)
    if code is None:
        raise _invalid(text, field, *_unknown(call, text, kind))
    if code.kind != kind:
        english, chinese = MADE_BY[code.kind]
        raise _invalid(text, field, f"this code comes from {english}", f"这个code来自{chinese}")
    if code.appid != call.app.appid:
        raise _invalid(
            text,
            field,
            f"the code was made by {code.appid}, the request names {call.app.appid}",
            f"code属于{code.appid}，请求里的appid是{call.app.appid}",
        )
    if code.expired(call.now):
        minutes = (call.now - code.created) // 60_000
        raise _invalid(
            text, field, f"the code is {minutes} min old; it lives 5 min", f"code已有{minutes}分钟，有效期5分钟"
        )
    if code.used:
        row = _reused(call, kind)
        raise Refusal(
            row, field=field, came=text, expected="a code that was not exchanged before",
            likely=login.CODE_USED.cause,
            likely_zh=login.CODE_USED.cause_zh,
        )  # fmt: skip
    user = call.tx.user(code.user)
    if user is None:
        raise _invalid(text, field, f"the payer {code.user} does not exist any more", f"用户{code.user}已不存在")
    code = msgspec.structs.replace(code, used=True)
    call.tx.put_code(code)
    return code, payers.with_openid(call.tenant, call.tx, user, code.appid)


def anyone(call: Call, text: str) -> User | None:
    """With login.codes=any, the stable payer behind a code of another world; None when it is no such code."""
    if call.settings.login.codes != "any" or text in NEVER_A_CODE or call.tx.code(text) is not None:
        return None
    assert call.app is not None
    users = call.tx.users()
    if not users:
        return None
    number = int.from_bytes(call.ids.entropy("any_code", text)[:8])
    return payers.with_openid(call.tenant, call.tx, users[number % len(users)], call.app.appid)


def _reused(call: Call, kind: str) -> Row:
    # getuserphonenumber documents no error of its own for a code that was used.
    return login.CODE_INVALID if kind == "phone" else find(call.settings.login.reuse_code, "login")


def _unknown(call: Call, text: str, kind: str) -> tuple[str, str]:
    if text in NEVER_A_CODE:
        return (
            f"the page sent the word {text}: it read the code before wx.login had answered, or under another name",
            f"前端传来的是{text}：wx.login还没有返回就取了code，或字段名不对",
        )
    if kind == "login" and call.settings.login.codes == "strict":
        return (
            "this sandbox made no such code; for codes of the real DevTools set login.codes to any",
            "沙箱没有发出过这个code；如果来自真实的开发者工具，请把login.codes设为any",
        )
    return "this sandbox made no such code", "沙箱没有发出过这个code"


def _invalid(text: str, field: str, likely: str, likely_zh: str) -> Refusal:
    return Refusal(
        login.CODE_INVALID, field=field, came=text, expected="a fresh code of this appid", likely=likely,
        likely_zh=likely_zh,
    )  # fmt: skip
