"""Static codes of API v2 (mode 1): who scans one makes the platform ask us, and we answer with a signed prepay_id."""

import logging
import secrets
import time
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from merchant_demo.cashier import BEIJING
from merchant_demo.errors import PlatformFailure, Refusal, ResultFail
from merchant_demo.orders import Order, new_number
from merchant_demo.static_codes import GOODS, STATIC_PATH, StaticCodes
from merchant_demo.v2 import signing, xml
from merchant_demo.v2.client import V2WeChatPay

log = logging.getLogger(__name__)


class NotAnswered(Exception):
    """There is no order to give; the message is what the payer's phone hears of it."""


class V2StaticCodes(StaticCodes):
    """Codes and questions are signed with the API key, always by MD5."""

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/static-codes/{product}", self.show), web.post(STATIC_PATH, self.handle)]

    async def show(self, request: web.Request) -> web.Response:
        """What is printed, and the address that the merchant platform must know."""
        product = request.match_info["product"]
        if product not in GOODS:
            raise Refusal("bad-request", f"product: expected one of {', '.join(GOODS)}, came {product!r}")
        said = {**self._identity(), "product_id": product, "time_stamp": str(int(time.time()))}
        query = urlencode({**said, "sign": signing.sign(said, self._keys.usable()[0], "MD5")})
        base = self._settings.notify_url.rsplit("/wechatpay/", 1)[0]
        return web.json_response({"code_url": f"weixin://wxpay/bizpayurl?{query}", "callback_url": base + STATIC_PATH})

    async def handle(self, request: web.Request) -> web.Response:
        """The platform's question. Everybody can reach us here, so what is not signed is nobody's question."""
        try:
            asked = xml.read(await request.read())
            self.check_sign(asked)
            prepay_id = await self.ordered(asked.get("product_id", ""), asked.get("openid", ""), request.remote or "")
        except (xml.NotReadable, NotAnswered, ResultFail, PlatformFailure) as reason:
            log.warning("static code not answered: %s", reason)
            return _xml({"return_code": "FAIL", "return_msg": str(reason)[:64]})
        said = {"return_code": "SUCCESS", **self._identity(), "prepay_id": prepay_id, "result_code": "SUCCESS"}
        return _xml({**said, "sign": signing.sign(said, self._keys.usable()[0], "MD5")})

    def check_sign(self, asked: dict[str, str]) -> None:
        """Signed with a key of ours, or not from the platform. Raises NotAnswered."""
        if not signing.is_signed(asked, self._keys.usable()):
            raise NotAnswered("签名失败")

    async def ordered(self, product: str, openid: str, ip: str) -> str:
        """A new order of the product for whoever scanned; its prepay_id. Raises NotAnswered."""
        if product not in GOODS:
            raise NotAnswered("商品不存在")
        title, price = GOODS[product]
        no = self.number(product)
        order = self._orders.find(no) or self._orders.add(
            Order(no=no, user=openid, openid=openid, title=title, total=price, time_expire="", trade_type="NATIVE")
        )
        assert isinstance(self._pay, V2WeChatPay)
        fields = self._pay.order_fields(order, ip or "127.0.0.1")
        fields.pop("time_expire")
        return (await self._pay.unified_order({**fields, "product_id": product})).fields["prepay_id"]

    def number(self, product: str) -> str:
        """Each scan is an order of its own."""
        return new_number(datetime.now(BEIJING))

    def _identity(self) -> dict[str, str]:
        names = {"appid": self._settings.appid, "mch_id": self._settings.mch_id}
        return {**names, "nonce_str": secrets.token_hex(16)}


def _xml(fields: dict[str, str]) -> web.Response:
    return web.Response(text=xml.write(fields), content_type="text/xml", charset="utf-8")
