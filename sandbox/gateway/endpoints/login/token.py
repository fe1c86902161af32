"""获取接口调用凭据"""

from sandbox.errors import Refusal, login
from sandbox.gateway import tokens
from sandbox.gateway.dialects.loginform import SECRET, SecretForm
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint


class Token(SecretForm):
    grant_type: str | None = text("授权类型", sample="client_credential")


@endpoint(
    "login",
    "GET /cgi-bin/token",
    Token,
    title="获取接口调用凭据",
    source="https://developers.weixin.qq.com/doc/service/api/base/api_getaccesstoken",
    raises=(*SECRET, login.GRANT_TYPE_INVALID, login.IP_NOT_WHITELISTED, login.DAILY_QUOTA),
)
def token(call: Call, form: Token) -> Reply:
    """A new token at every call."""
    if form.grant_type != "client_credential":
        raise Refusal(
            login.GRANT_TYPE_INVALID, field="grant_type", came=form.grant_type or "nothing",
            expected="client_credential",
        )  # fmt: skip
    issued = tokens.issue(call, form.appid)
    return Reply(body=(("access_token", issued.token), ("expires_in", tokens.seconds_left(issued, call.now))))
