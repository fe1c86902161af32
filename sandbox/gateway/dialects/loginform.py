"""The fields by which api.weixin.qq.com knows its callers: appid and secret, or an access_token."""

from typing import ClassVar

from sandbox.errors import Row, login
from sandbox.gateway.forms import Form, text


class AppForm(Form):
    """Whoever names an appid; `unknown_app` is what they hear when there is none such."""

    unknown_app: ClassVar[Row] = login.APPID_INVALID

    appid: str = text("AppID", missing=login.APPID_MISSING, sample="wx5a4d8bf0c0de0001")


class SecretForm(AppForm):
    """Whoever proves to own the appid."""

    secret: str = text("AppSecret", missing=login.APPSECRET_MISSING, sample="5a4d8bf0c0de00015a4d8bf0c0de0001")


class TokenForm(Form):
    """Whoever holds the app's access_token, of one of these `kinds`."""

    kinds: ClassVar[tuple[str, ...]] = ("access", "stable")

    access_token: str = text("接口调用凭证", missing=login.ACCESS_TOKEN_MISSING)


class UserTokenForm(TokenForm):
    """Whoever holds the access_token of a user's web authorisation."""

    kinds: ClassVar[tuple[str, ...]] = ("oauth",)


APP = (login.APPID_MISSING, login.APPID_INVALID)
SECRET = (*APP, login.APPSECRET_MISSING, login.APPSECRET_INVALID, login.APPSECRET_FROZEN)
TOKEN = (login.ACCESS_TOKEN_MISSING, login.ACCESS_TOKEN_INVALID, login.ACCESS_TOKEN_EXPIRED)
"""What the dialect itself refuses for each kind of form."""
