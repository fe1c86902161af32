"""Static codes: one that is printed names a product only, and the platform asks the shop for an order of it."""

from aiohttp import web

from merchant_demo.config import Settings
from merchant_demo.keys import KeyRing
from merchant_demo.orders import OrderBook
from merchant_demo.wechatpay import WeChatPay

STATIC_PATH = "/wechatpay/static"

GOODS = {"tea": ("龙井茶", 1), "coffee": ("拿铁咖啡", 199), "cake": ("桂花糕", 880)}
"""What codes are printed for: a title and a price in fen."""


class StaticCodes:
    """APIv3 has none."""

    def __init__(self, settings: Settings, keys: KeyRing, pay: WeChatPay, orders: OrderBook) -> None:
        self._settings = settings
        self._keys = keys
        self._pay = pay
        self._orders = orders

    def routes(self) -> list[web.RouteDef]:
        """Where the codes are printed, and where the platform asks."""
        return []
