"""Log in on the phone: a code for the shop's server."""

import msgspec

from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.phone import login, people


class LoginCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`user` by id, nickname or openid; the first payer without. `appid` is the tenant's first without."""

    appid: str = ""
    user: str = ""


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """`code` is what wx.login gives; jscode2session accepts it once within five minutes."""

    code: str
    openid: str
    appid: str
    user: str


@verb(
    "user.login",
    "POST /login-codes",
    LoginCode,
    Login,
    summary="wx.login on the phone: a code that jscode2session accepts once",
    summary_zh="模拟wx.login，返回一次性code",
)
async def login_code(desk: Desk, args: LoginCode) -> Login:
    """A fresh code and whose it is."""
    tenant = desk.tenant
    try:
        with tenant.transaction() as tx:
            appid = people.appid_of(tenant, tx, args.appid, args.user)
            user = people.with_openids(tenant, tx, people.find(tx, args.user))
            code = login.mint(tenant, tx, user, appid, "login")
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None
    return Login(code=code.code, openid=user.openid(appid), appid=appid, user=user.id)
