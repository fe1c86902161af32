"""A WeChat user of the simulated world: the payer."""

from typing import Literal

import msgspec


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with a purse. `openids` maps appid -> openid; balance is fen."""

    tenant: str
    id: str
    unionid: str
    openids: dict[str, str]
    nickname: str = ""
    phone: str = ""
    balance: int = 100_000 * 100
    blocked: bool = False  # high-risk user: jscode2session answers 40226
    limited: bool = False  # account cancelled or limited: 50002
    refuses_messages: bool = False  # subscribe messages are answered 43101
    cards: tuple[str, ...] = ()  # such as 招商银行信用卡0403, the way the platform names one
    subscribed: bool = False  # follows the official account behind the appid
    password: str = "123456"  # six digits that the cashier asks for

    def openid(self, appid: str) -> str:
        """Their openid under `appid`; empty when they have none there."""
        return self.openids.get(appid, "")


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time code: wx.login's, getPhoneNumber's or the OAuth page's."""

    code: str
    kind: Literal["login", "phone", "oauth"]
    appid: str
    user: str
    created: int
    scope: str = ""
    used: bool = False

    LIFETIME = 5 * 60 * 1000  # ms; developers.weixin.qq.com, wx.login

    def expired(self, now: int) -> bool:
        """Whether its five minutes are over at `now`."""
        return now - self.created >= self.LIFETIME


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """An access_token, refresh_token, jsapi ticket, or the key of the acceptance rehearsal (`appid` is the mchid)."""

    token: str
    kind: Literal["access", "stable", "oauth", "refresh", "ticket", "rehearsal"]
    appid: str
    created: int
    expires: int
    user: str = ""
    scope: str = ""
