"""Openids that a merchant's server sends: whose they are, under the app that asks."""

from typing import Any

from sandbox.domain.user import User
from sandbox.errors import Refusal, login
from sandbox.gateway.spec import Call


def owner(call: Call, openid: str, field: str = "openid") -> User:
    """The payer with this openid under the calling app. Raises Refusal: OPENID_INVALID_LOGIN."""
    assert call.app is not None
    known = call.tx.openid(openid)
    if known is None or known[0] != call.app.appid:
        raise Refusal(login.OPENID_INVALID_LOGIN, field=field, came=openid, **_mistaken(call.app.appid, known))
    user = call.tx.user(known[1])
    if user is None:
        raise Refusal(login.OPENID_INVALID_LOGIN, field=field, came=openid, expected="the openid of a living payer")
    return user


def _mistaken(appid: str, known: tuple[str, str] | None) -> dict[str, Any]:
    expected = f"an openid under {appid}"
    if known is None:
        return {"expected": expected}
    return {
        "expected": expected,
        "likely": f"this is an openid under {known[0]}; the caller is {appid}",
        "likely_zh": f"这是{known[0]}下的openid，调用方是{appid}",
    }
