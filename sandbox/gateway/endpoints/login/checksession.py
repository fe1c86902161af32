"""检验登录态"""

import hmac

from sandbox.errors import Refusal, login
from sandbox.gateway import openids
from sandbox.gateway.dialects.loginform import TOKEN, TokenForm
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.protocol import session


class CheckSession(TokenForm):
    openid: str = text("用户标识", missing=login.OPENID_MISSING_LOGIN)
    signature: str | None = text("用户登录态签名")
    sig_method: str | None = text("签名方法", sample="hmac_sha256")


@endpoint(
    "login",
    "GET /wxa/checksession",
    CheckSession,
    title="检验登录态",
    source="https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_checksessionkey",
    raises=(
        *TOKEN, login.OPENID_MISSING_LOGIN, login.OPENID_INVALID_LOGIN, login.SESSION_SIGNATURE_INVALID,
        login.DAILY_QUOTA,
    ),
)  # fmt: skip
def checksession(call: Call, form: CheckSession) -> Reply:
    """Whether the merchant still holds the user's session_key: it has signed the empty string with it."""
    openids.owner(call, form.openid)
    if form.sig_method != "hmac_sha256":
        raise Refusal(
            login.SESSION_SIGNATURE_INVALID, field="sig_method", came=form.sig_method or "nothing",
            expected="hmac_sha256",
        )  # fmt: skip
    session_key = call.tx.session_key(form.openid)
    if session_key is None:
        raise Refusal(
            login.SESSION_SIGNATURE_INVALID, field="signature", came=form.signature or "nothing",
            expected="a user who has logged in", likely="this user has not logged in yet: there is no session_key",
            likely_zh="该用户还没有登录过，没有session_key",
        )  # fmt: skip
    right = session.session_signature("", session_key)
    if not hmac.compare_digest(right.encode(), (form.signature or "").encode("utf-8", "surrogatepass")):
        raise Refusal(
            login.SESSION_SIGNATURE_INVALID, field="signature", came=form.signature or "nothing",
            expected="HMAC-SHA256 in lower-case hex over the empty string",
        )  # fmt: skip
    return Reply(body=(("errcode", 0), ("errmsg", "ok")))
