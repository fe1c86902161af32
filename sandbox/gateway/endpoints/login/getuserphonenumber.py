"""手机号快速验证：code换取手机号"""

from sandbox.errors import Refusal, login
from sandbox.gateway import codes
from sandbox.gateway.dialects.loginform import TOKEN, TokenForm
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint

COUNTRY = 86


class GetUserPhoneNumber(TokenForm):
    code: str = text("手机号获取凭证", missing=login.CODE_MISSING)
    openid: str | None = text("用户标识")


@endpoint(
    "login",
    "POST /wxa/business/getuserphonenumber",
    GetUserPhoneNumber,
    title="手机号快速验证",
    source="https://developers.weixin.qq.com/miniprogram/dev/server/API/user-info/phone-number/api_getphonenumber",
    raises=(
        *TOKEN, login.CODE_MISSING, login.CODE_INVALID, login.APPID_INVALID, login.OPENID_INVALID_LOGIN,
        login.MINUTE_QUOTA, login.DAILY_QUOTA,
    ),
)  # fmt: skip
def getuserphonenumber(call: Call, form: GetUserPhoneNumber) -> Reply:
    """The phone number behind the button's code, which is none of wx.login's."""
    code, user = codes.redeem(call, form.code, "phone", "code")
    if form.openid is not None and form.openid != user.openid(code.appid):
        raise Refusal(
            login.OPENID_INVALID_LOGIN, field="openid", came=form.openid,
            expected=f"the openid of who pressed the button, {user.openid(code.appid)}",
        )  # fmt: skip
    info = {
        "phoneNumber": user.phone,
        "purePhoneNumber": user.phone,
        "countryCode": COUNTRY,
        "watermark": {"timestamp": call.now // 1000, "appid": code.appid},
    }
    return Reply(body=(("errcode", 0), ("errmsg", "ok"), ("phone_info", info)))
