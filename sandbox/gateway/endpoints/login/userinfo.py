"""网页授权：拉取用户信息"""

from sandbox.errors import Refusal, login
from sandbox.gateway import tokens
from sandbox.gateway.dialects.loginform import TOKEN, UserTokenForm
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint


class UserInfo(UserTokenForm):
    openid: str = text("用户标识", missing=login.OPENID_MISSING_LOGIN)
    lang: str | None = text("语言", sample="zh_CN")


@endpoint(
    "login",
    "GET /sns/userinfo",
    UserInfo,
    title="拉取用户信息",
    source="https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsuserinfo",
    raises=(
        *TOKEN, login.OPENID_MISSING_LOGIN, login.OPENID_INVALID_LOGIN, login.API_UNAUTHORIZED, login.DAILY_QUOTA,
    ),
)  # fmt: skip
def userinfo(call: Call, form: UserInfo) -> Reply:
    """Who has authorised with snsapi_userinfo; sex and place have been empty since 2021."""
    token, user = tokens.holder(call, form.access_token, form.openid)
    if token.scope != "snsapi_userinfo":
        raise Refusal(login.API_UNAUTHORIZED, field="scope", came=token.scope, expected="snsapi_userinfo")
    assert call.app is not None
    place = (("sex", 0), ("province", ""), ("city", ""), ("country", ""))
    unionid = (("unionid", user.unionid),) if call.app.open_platform else ()
    return Reply(
        body=(
            ("openid", form.openid), ("nickname", user.nickname), *place, ("headimgurl", ""), ("privilege", []),
            *unionid,
        )
    )  # fmt: skip
