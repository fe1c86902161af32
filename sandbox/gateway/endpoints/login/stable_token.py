"""获取稳定版接口调用凭据"""

from sandbox.errors import Refusal, login
from sandbox.gateway import tokens
from sandbox.gateway.dialects.loginform import SECRET, SecretForm
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint


class StableToken(SecretForm):
    """grant_type comes first: a form in place of JSON is "invalid grant_type" (observed)."""

    grant_type: str = text("授权类型", missing=login.GRANT_TYPE_INVALID, sample="client_credential")
    appid: str = SecretForm.appid
    secret: str = SecretForm.secret
    force_refresh: str | None = text("强制刷新", sample="false")


@endpoint(
    "login",
    "POST /cgi-bin/stable_token",
    StableToken,
    title="获取稳定版接口调用凭据",
    source="https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken",
    raises=(*SECRET, login.GRANT_TYPE_INVALID, login.IP_NOT_WHITELISTED, login.DAILY_QUOTA),
)
def stable_token(call: Call, form: StableToken) -> Reply:
    """The token there is; a forced refresh replaces it."""
    if form.grant_type != "client_credential":
        raise Refusal(
            login.GRANT_TYPE_INVALID, field="grant_type", came=form.grant_type, expected="client_credential"
        )  # fmt: skip
    current = tokens.stable(call, form.appid, force=form.force_refresh == "true")
    return Reply(body=(("access_token", current.token), ("expires_in", tokens.seconds_left(current, call.now))))
