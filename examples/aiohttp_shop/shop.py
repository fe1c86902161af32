"""The shop: a till that charges payment codes, and asks or takes back what it does not know the end of."""

import hashlib
import hmac
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator, Mapping
from xml.sax.saxutils import escape

from aiohttp import ClientError, ClientSession, ClientTimeout, web

SESSION = web.AppKey("session", ClientSession)


def sign(fields: Mapping[str, str], key: str) -> str:
    """HMAC-SHA256, as API v2 has it."""
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name] and name != "sign")
    return hmac.new(key.encode(), f"{text}&key={key}".encode(), hashlib.sha256).hexdigest().upper()


class Platform:
    """Calls WeChat Pay at `url`; an answer that is not its own counts as none."""

    def __init__(self, session: ClientSession, settings: Mapping[str, str], url: str) -> None:
        self._session, self._settings, self._url = session, settings, url

    async def call(self, path: str, **fields: str) -> dict[str, str]:
        """One signed call; empty when no answer came that can be believed."""
        me, key = self._settings, self._settings["api_key"]
        who = {"appid": me["appid"], "mch_id": me["mch_id"], "nonce_str": "ibuaiVcKdpRxkhJA"}
        asked = {**who, **fields, "sign_type": "HMAC-SHA256"}
        asked["sign"] = sign(asked, key)
        body = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in asked.items())
        try:
            async with self._session.post(f"{self._url}{path}", data=f"<xml>{body}</xml>".encode()) as response:
                told = {child.tag: child.text or "" for child in ET.fromstring(await response.read())}
        except (ClientError, TimeoutError, ET.ParseError):
            return {}
        return told if hmac.compare_digest(told.get("sign", ""), sign(told, key)) else {}


async def charge(platform: Platform, number: str, auth_code: str, total: int, tries: int = 3) -> str:
    """`paid`, or `cancelled`: what cannot be learnt in time is taken back."""
    order = {"body": "茶叶", "out_trade_no": number, "total_fee": str(total), "spbill_create_ip": "127.0.0.1"}
    told = await platform.call("/pay/micropay", auth_code=auth_code, **order)
    if told.get("result_code") == "SUCCESS":
        return "paid"
    for _ in range(tries):
        asked = await platform.call("/pay/orderquery", out_trade_no=number)
        if asked.get("trade_state") == "SUCCESS":
            return "paid"
    while (await platform.call("/secapi/pay/reverse", out_trade_no=number)).get("recall", "Y") == "Y":
        pass
    return "cancelled"


def create_app(settings: Mapping[str, str], platform: str = "https://api.mch.weixin.qq.com") -> web.Application:
    """`settings`: appid, mch_id, api_key."""

    async def session(app: web.Application) -> AsyncIterator[None]:
        async with ClientSession(timeout=ClientTimeout(total=2)) as app[SESSION]:
            yield

    async def till(request: web.Request) -> web.Response:
        sale = await request.json()
        away = Platform(request.app[SESSION], settings, platform)
        return web.json_response({"status": await charge(away, sale["number"], sale["auth_code"], sale["total"])})

    app = web.Application()
    app.cleanup_ctx.append(session)
    app.router.add_post("/till", till)
    return app
