"""Access tokens: how they are issued, replaced and checked."""

from typing import Any, Literal

import msgspec

from sandbox.domain.user import Code, Token, User
from sandbox.errors import Refusal, login
from sandbox.gateway.spec import Call
from sandbox.protocol import identifiers

LIFETIME = 2 * 60 * 60 * 1000  # ms; developers.weixin.qq.com/doc/service/api/base/api_getaccesstoken
REFRESH_LIFETIME = 30 * 24 * 60 * 60 * 1000  # ms
OVERLAP = 5 * 60 * 1000  # ms for which a replaced token still counts
ROTATE_BEFORE = 5 * 60 * 1000  # ms before its end at which stable_token gives a new one
REFRESH_EVERY = 30 * 1000  # ms; force_refresh more often gives the token there is
REFRESHES_PER_DAY = 20
DAY = 24 * 60 * 60 * 1000

Kind = Literal["access", "stable"]


def issue(call: Call, appid: str) -> Token:
    """A new token of /cgi-bin/token; the one before it lives five more minutes."""
    number = call.tx.count(f"access_token {appid}")
    previous = call.tx.token(_text(call, "access", appid, number - 1))
    if previous is not None:
        call.tx.put_token(_ending(previous, call.now + OVERLAP))
    return _put(call, "access", appid, number)


def stable(call: Call, appid: str, *, force: bool) -> Token:
    """The token of /cgi-bin/stable_token: the one there is, unless it ends soon or a refresh is forced.

    A forced refresh ends the one before at once; it is ignored within 30 s of the last and after 20 in 24 h.
    """
    tokens = list(call.tx.latest_tokens(appid, "stable"))
    current = tokens[0] if tokens else None
    if current is not None and current.expires - call.now > ROTATE_BEFORE:
        today = sum(1 for token in tokens if replaced(token) and call.now - token.expires < DAY)
        if not force or call.now - current.created < REFRESH_EVERY or today >= REFRESHES_PER_DAY:
            return current
        call.tx.put_token(_ending(current, call.now))
    return _put(call, "stable", appid, call.tx.count(f"stable_token {appid}"))


def authorized(call: Call, code: Code) -> tuple[Token, Token]:
    """The access_token and the refresh_token of a user's web authorisation."""
    refresh = Token(
        token=_text(call, "refresh", code.code, 1),
        kind="refresh",
        appid=code.appid,
        created=call.now,
        expires=call.now + REFRESH_LIFETIME,
        user=code.user,
        scope=code.scope,
    )
    call.tx.put_token(refresh)
    return refreshed(call, refresh), refresh


def refreshed(call: Call, refresh: Token) -> Token:
    """One more access_token of the same authorisation; that the ones before live on is unconfirmed."""
    number = call.tx.count(f"oauth_token {refresh.token}")
    token = msgspec.structs.replace(
        refresh,
        token=_text(call, "oauth", refresh.token, number),
        kind="oauth",
        created=call.now,
        expires=call.now + LIFETIME,
    )
    call.tx.put_token(token)
    return token


def holder(call: Call, text: str, openid: str) -> tuple[Token, User]:
    """A user's own token and the user, whose openid must be this one. Raises Refusal: OPENID_INVALID_LOGIN."""
    token = call.tx.token(text)
    user = None if token is None else call.tx.user(token.user)
    if token is None or user is None or user.openid(token.appid) != openid:
        expected = "the openid that came with this access_token"
        raise Refusal(login.OPENID_INVALID_LOGIN, field="openid", came=openid, expected=expected)
    return token, user


def replaced(token: Token) -> bool:
    """Whether a newer token has cut this one's life short."""
    return token.expires < token.created + LIFETIME


def ensure_valid(token: Token | None, text: str, kinds: tuple[str, ...], now: int) -> Token:
    """The token, if it is of one of `kinds` and counts at `now`. `text` stands in the diagnosis.

    Raises Refusal: ACCESS_TOKEN_INVALID or ACCESS_TOKEN_EXPIRED.
    """
    if token is None or token.kind not in kinds:
        raise Refusal(
            login.ACCESS_TOKEN_INVALID, field="access_token", came=text, expected="a token of this app",
            **_mistaken(token, kinds),
        )  # fmt: skip
    if now < token.expires:
        return token
    age = f"{text}, {(now - token.created) // 60_000} min old"
    if replaced(token):
        raise Refusal(
            login.ACCESS_TOKEN_INVALID, field="access_token", came=age, expected="the app's latest token",
            likely="a newer token was fetched for this appid: only the latest counts",
            likely_zh="同一appid之后又获取了新的access_token：只有最新的有效",
        )  # fmt: skip
    raise Refusal(login.ACCESS_TOKEN_EXPIRED, field="access_token", came=age, expected="a token less than 2 hours old")


def seconds_left(token: Token, now: int) -> int:
    """What `expires_in` says."""
    return (token.expires - now) // 1000


def _mistaken(token: Token | None, kinds: tuple[str, ...]) -> dict[str, Any]:
    if token is None:
        return {}
    if "oauth" in kinds:
        return {
            "likely": "this is the app's own token; here the one of /sns/oauth2/access_token is meant",
            "likely_zh": "这是接口调用凭证；这里要用网页授权（/sns/oauth2/access_token）得到的access_token",
        }
    return {
        "likely": f"this is a token of another kind ({token.kind}); here the one of /cgi-bin/token is meant",
        "likely_zh": "这不是接口调用凭证；这里要用/cgi-bin/token或/cgi-bin/stable_token得到的access_token",
    }


def _text(call: Call, kind: str, whose: str, number: int) -> str:
    return identifiers.access_token(call.ids.entropy("access_token", kind, whose, number))


def _ending(token: Token, instant: int) -> Token:
    return msgspec.structs.replace(token, expires=min(token.expires, instant))


def _put(call: Call, kind: Kind, appid: str, number: int) -> Token:
    token = Token(
        token=_text(call, kind, appid, number), kind=kind, appid=appid, created=call.now, expires=call.now + LIFETIME
    )
    call.tx.put_token(token)
    return token
