"""Codes that the phone hands out: wx.login's, the phone-number button's, the web authorisation's."""

from typing import Literal

import msgspec

from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.phone import login, people


class Whose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`user` by id, nickname or openid; the first payer without. `appid` is the tenant's first without."""

    appid: str = ""
    user: str = ""


class Authorised(Whose, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`scope` is what the payer agreed to."""

    scope: Literal["snsapi_base", "snsapi_userinfo"] = "snsapi_base"


class CodeView(msgspec.Struct, frozen=True, kw_only=True):
    """`code` is accepted once, within five minutes."""

    code: str
    openid: str
    appid: str
    user: str


@verb(
    "user.login",
    "POST /login-codes",
    Whose,
    CodeView,
    summary="wx.login on the phone: a code that jscode2session accepts once",
    summary_zh="模拟wx.login，返回一次性code",
)
async def login_code(desk: Desk, args: Whose) -> CodeView:
    """A fresh code and whose it is."""
    return _code(desk, args, "login")


@verb(
    "user.phone_code",
    "POST /phone-codes",
    Whose,
    CodeView,
    summary="Press the phone-number button: a code that getuserphonenumber accepts once",
    summary_zh="点击手机号按钮，返回getuserphonenumber可用一次的code",
)
async def phone_code(desk: Desk, args: Whose) -> CodeView:
    """A fresh code and whose number it stands for."""
    return _code(desk, args, "phone")


@verb(
    "user.oauth_code",
    "POST /oauth-codes",
    Authorised,
    CodeView,
    summary="Agree to a web authorisation: a code that sns/oauth2/access_token accepts once",
    summary_zh="同意网页授权，返回sns/oauth2/access_token可用一次的code",
)
async def oauth_code(desk: Desk, args: Authorised) -> CodeView:
    """A fresh code and whose it is."""
    return _code(desk, args, "oauth", args.scope)


def _code(desk: Desk, args: Whose, kind: login.Kind, scope: str = "") -> CodeView:
    tenant = desk.tenant
    try:
        with tenant.transaction() as tx:
            appid = people.appid_of(tenant, tx, args.appid, args.user)
            user = people.with_openids(tenant, tx, people.find(tx, args.user))
            if kind == "phone" and not user.phone:
                raise VerbError(
                    f"{user.id} has no phone number: PATCH /_sandbox/users/{user.id} gives one",
                    status=409,
                    code="no-phone",
                )
            code = login.mint(tenant, tx, user, appid, kind, scope)
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None
    return CodeView(code=code.code, openid=user.openid(appid), appid=appid, user=user.id)
