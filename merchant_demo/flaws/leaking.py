"""Mistakes in what the shop tells its customers, and in whom it takes them for."""

import json
from typing import Any

import aiohttp
from aiohttp import web

from merchant_demo.cashier import Offer
from merchant_demo.config import Settings
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.login import Login, Sessions
from merchant_demo.orders import Order
from merchant_demo.views import Views


class KeepsSessionKey(Login):
    def __init__(self, settings: Settings, http: aiohttp.ClientSession) -> None:
        super().__init__(settings, http)
        self.session_keys: dict[str, str] = {}

    def read(self, content: bytes) -> str:
        openid = super().read(content)
        self.session_keys[openid] = json.loads(content).get("session_key", "")
        return openid


class GivesSessionKey(Views):
    def welcome(self, openid: str, token: str) -> dict[str, object]:
        assert isinstance(self._login, KeepsSessionKey)
        return {**super().welcome(openid, token), "session_key": self._login.session_keys[openid]}


class SignsInPage(Views):
    def offered(self, offer: Offer) -> web.Response:
        payment = {
            **offer.payment,
            "key": self._settings.api_key if self._settings.api == "v2" else self._settings.apiv3_key,
        }
        return web.json_response({"order_no": offer.order.no, "total": offer.order.total, "payment": payment})


class OpenidIsToken(Sessions):
    def open(self, openid: str) -> str:
        return openid

    def openid(self, token: str) -> str:
        return token


class IgnoresErrcode(Login):
    def read(self, content: bytes) -> str:
        said: dict[str, Any] = json.loads(content)
        return str(said.get("openid", ""))


class ShowsAnyonesOrder(Views):
    def may_see(self, user: str, order: Order) -> bool:
        return True


FLAWS = (
    Flaw(
        "leaks-session-key",
        "gives the page the session_key",
        "把 session_key 返回给小程序前端",
        (KeepsSessionKey, GivesSessionKey),
    ),
    Flaw(
        "signs-in-page",
        "gives the page the API key, to sign with",
        "把 API 密钥下发给前端，让前端自己签名",
        (SignsInPage,),
    ),
    Flaw("openid-is-token", "takes an openid for a session", "直接用 openid 当登录凭证", (OpenidIsToken,)),
    Flaw(
        "ignores-errcode",
        "logs in whoever has a code, whatever the platform says to it",
        "不看 jscode2session 的 errcode，登录失败也发放凭证",
        (IgnoresErrcode,),
    ),
    Flaw("shows-anyones-order", "shows every order to everybody", "任何人都能查看别人的订单", (ShowsAnyonesOrder,)),
)
