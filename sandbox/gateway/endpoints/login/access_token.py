"""网页授权：code换取网页授权access_token"""

from sandbox.errors import Refusal, login
from sandbox.gateway import codes, tokens
from sandbox.gateway.dialects.loginform import SECRET, SecretForm
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint


class AccessToken(SecretForm):
    code: str = text("网页授权的code", missing=login.CODE_MISSING)
    grant_type: str | None = text("授权类型", sample="authorization_code")


@endpoint(
    "login",
    "GET /sns/oauth2/access_token",
    AccessToken,
    title="换取网页授权access_token",
    source="https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken",
    raises=(
        *SECRET, login.CODE_MISSING, login.GRANT_TYPE_INVALID, login.CODE_INVALID, login.CODE_USED,
        login.MINUTE_QUOTA, login.DAILY_QUOTA,
    ),
)  # fmt: skip
def access_token(call: Call, form: AccessToken) -> Reply:
    """The user's own token; with snsapi_userinfo their unionid, too."""
    if form.grant_type != "authorization_code":
        raise Refusal(
            login.GRANT_TYPE_INVALID, field="grant_type", came=form.grant_type or "nothing",
            expected="authorization_code",
        )  # fmt: skip
    code, user = codes.redeem(call, form.code, "oauth", "code")
    token, refresh = tokens.authorized(call, code)
    body: tuple[tuple[str, str | int], ...] = (
        ("access_token", token.token),
        ("expires_in", tokens.seconds_left(token, call.now)),
        ("refresh_token", refresh.token),
        ("openid", user.openid(code.appid)),
        ("scope", code.scope),
    )
    assert call.app is not None
    told = call.app.open_platform and code.scope == "snsapi_userinfo"
    return Reply(body=(*body, ("unionid", user.unionid)) if told else body)
