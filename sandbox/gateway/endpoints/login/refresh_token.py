"""网页授权：刷新access_token"""

from sandbox.errors import Refusal, login
from sandbox.gateway import tokens
from sandbox.gateway.dialects.loginform import APP, AppForm
from sandbox.gateway.dialects.loginmask import short
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint


class RefreshToken(AppForm):
    refresh_token: str = text("刷新凭证", missing=login.REFRESH_TOKEN_MISSING)
    grant_type: str | None = text("授权类型", sample="refresh_token")


@endpoint(
    "login",
    "GET /sns/oauth2/refresh_token",
    RefreshToken,
    title="刷新网页授权access_token",
    source="https://developers.weixin.qq.com/doc/service/api/webdev/access/api_refreshtoken",
    raises=(
        *APP, login.REFRESH_TOKEN_MISSING, login.GRANT_TYPE_INVALID, login.REFRESH_TOKEN_INVALID,
        login.REFRESH_TOKEN_EXPIRED, login.DAILY_QUOTA,
    ),
)  # fmt: skip
def refresh_token(call: Call, form: RefreshToken) -> Reply:
    """A new access_token of the same authorisation; the refresh_token stays, its 30 days run on."""
    if form.grant_type != "refresh_token":
        raise Refusal(
            login.GRANT_TYPE_INVALID, field="grant_type", came=form.grant_type or "nothing", expected="refresh_token"
        )
    refresh = call.tx.token(form.refresh_token)
    came = short(form.refresh_token)
    if refresh is None or refresh.kind != "refresh" or refresh.appid != form.appid:
        expected = f"a refresh_token of {form.appid}"
        raise Refusal(login.REFRESH_TOKEN_INVALID, field="refresh_token", came=came, expected=expected)
    if call.now >= refresh.expires:
        expected = "a refresh_token less than 30 days old"
        raise Refusal(login.REFRESH_TOKEN_EXPIRED, field="refresh_token", came=came, expected=expected)
    token = tokens.refreshed(call, refresh)
    user = call.tx.user(refresh.user)
    return Reply(
        body=(
            ("access_token", token.token),
            ("expires_in", tokens.seconds_left(token, call.now)),
            ("refresh_token", refresh.token),
            ("openid", "" if user is None else user.openid(refresh.appid)),
            ("scope", refresh.scope),
        )
    )
