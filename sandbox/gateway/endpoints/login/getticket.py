"""获取JS-SDK票据"""

from sandbox.domain.user import Token
from sandbox.errors import Refusal, login
from sandbox.gateway.dialects.loginform import TOKEN, TokenForm
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.protocol import identifiers

SECONDS = 7200
TYPES = ("jsapi", "wx_card")


class GetTicket(TokenForm):
    type: str | None = text("票据类型", sample="jsapi")


@endpoint(
    "login",
    "GET /cgi-bin/ticket/getticket",
    GetTicket,
    title="获取JS-SDK票据",
    source="https://developers.weixin.qq.com/doc/service/guide/h5/jssdk.html",
    raises=(*TOKEN, login.ARGS_INVALID, login.DAILY_QUOTA),
)
def getticket(call: Call, form: GetTicket) -> Reply:
    """The same ticket for two hours, with the full two hours as its expires_in every time (observed)."""
    assert call.app is not None
    if form.type not in TYPES:
        raise Refusal(login.ARGS_INVALID, field="type", came=form.type or "nothing", expected=" or ".join(TYPES))
    for token in call.tx.latest_tokens(call.app.appid, "ticket"):
        if call.now >= token.expires:
            break
        if token.scope == form.type:
            return _reply(token)
    number = call.tx.count(f"ticket {call.app.appid} {form.type}")
    fresh = Token(
        token=identifiers.jsapi_ticket(call.ids.entropy("ticket", call.app.appid, form.type, number)),
        kind="ticket",
        appid=call.app.appid,
        created=call.now,
        expires=call.now + SECONDS * 1000,
        scope=form.type,
    )
    call.tx.put_token(fresh)
    return _reply(fresh)


def _reply(token: Token) -> Reply:
    return Reply(body=(("errcode", 0), ("errmsg", "ok"), ("ticket", token.token), ("expires_in", SECONDS)))
