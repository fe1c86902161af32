"""网页授权：检验授权凭证是否有效"""

from sandbox.errors import login
from sandbox.gateway import tokens
from sandbox.gateway.dialects.loginform import TOKEN, UserTokenForm
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint


class Auth(UserTokenForm):
    openid: str = text("用户标识", missing=login.OPENID_MISSING_LOGIN)


@endpoint(
    "login",
    "GET /sns/auth",
    Auth,
    title="检验授权凭证",
    source="https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsauth",
    raises=(*TOKEN, login.OPENID_MISSING_LOGIN, login.OPENID_INVALID_LOGIN, login.DAILY_QUOTA),
)
def auth(call: Call, form: Auth) -> Reply:
    """Whether token and openid still belong together."""
    tokens.holder(call, form.access_token, form.openid)
    return Reply(body=(("errcode", 0), ("errmsg", "ok")))
