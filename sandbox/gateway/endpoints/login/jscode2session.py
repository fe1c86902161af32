"""小程序登录：code换取openid和session_key"""

from sandbox.domain.user import User
from sandbox.errors import Refusal, login
from sandbox.gateway import codes
from sandbox.gateway.dialects.loginform import SECRET, SecretForm
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.protocol import identifiers


class Jscode2Session(SecretForm):
    js_code: str = text("登录时获取的code", missing=login.CODE_MISSING, sample="0A1b2C3dE4fG5hI6jK7lM8nO9pQ0b2C3")
    grant_type: str | None = text("授权类型", sample="authorization_code")


@endpoint(
    "login",
    "GET /sns/jscode2session",
    Jscode2Session,
    title="小程序登录",
    source="https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session",
    raises=(
        *SECRET, login.CODE_MISSING, login.GRANT_TYPE_INVALID, login.CODE_INVALID, login.CODE_USED, login.USER_BLOCKED,
        login.USER_LIMITED, login.MINUTE_QUOTA, login.DAILY_QUOTA, login.API_UNAUTHORIZED,
    ),
)  # fmt: skip
def jscode2session(call: Call, form: Jscode2Session) -> Reply:
    """Who logged in; no errcode when it succeeds."""
    if form.grant_type != "authorization_code":
        raise Refusal(
            login.GRANT_TYPE_INVALID, field="grant_type", came=form.grant_type or "nothing",
            expected="authorization_code",
        )  # fmt: skip
    user = codes.anyone(call, form.js_code) or codes.redeem(call, form.js_code, "login", "js_code")[1]
    if user.blocked:
        raise Refusal(login.USER_BLOCKED, came=user.id, expected="a user whom risk control lets in")
    if user.limited:
        raise Refusal(login.USER_LIMITED, came=user.id, expected="a user whose account is in order")
    assert call.app is not None
    openid = user.openid(call.app.appid)
    body: tuple[tuple[str, str], ...] = (("session_key", _session_key(call, openid)), ("openid", openid))
    return Reply(body=(*body, ("unionid", user.unionid)) if _bound(call, user) else body)


def _session_key(call: Call, openid: str) -> str:
    """The one in force; a new login replaces it only with login.rotate_session_key."""
    current = call.tx.session_key(openid)
    if current is not None and not call.settings.login.rotate_session_key:
        return current
    fresh = identifiers.session_key(call.ids.entropy("session_key", openid, call.tx.count(f"session_key {openid}")))
    call.tx.put_session_key(openid, fresh)
    return fresh


def _bound(call: Call, user: User) -> bool:
    return call.app is not None and call.app.open_platform and bool(user.unionid)
