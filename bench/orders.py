"""Signed v2 requests of the default tenant's first merchant; every order has a number of its own."""

from itertools import count

from sandbox.platform.identities import DEFAULT_API_KEY, DEFAULT_APPIDS, DEFAULT_IDENTITY_SEED, PAYERS
from sandbox.platform.ids import Ids
from sandbox.protocol import v2sign, xml

ORDER_PATH = "/pay/unifiedorder"
QUERY_PATH = "/pay/orderquery"

APPID = DEFAULT_APPIDS[0]
MCH_ID = "1900000001"
OPENID = Ids(DEFAULT_IDENTITY_SEED).openid(APPID, PAYERS[0][0])


def order(out_trade_no: str, notify_url: str = "http://127.0.0.1:8689/wechatpay/notify") -> bytes:
    """The body of a new JSAPI order."""
    return _signed(
        {
            "appid": APPID,
            "mch_id": MCH_ID,
            "nonce_str": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
            "body": "茶叶一罐",
            "out_trade_no": out_trade_no,
            "total_fee": "199",
            "spbill_create_ip": "127.0.0.1",
            "notify_url": notify_url,
            "trade_type": "JSAPI",
            "openid": OPENID,
        }
    )


def query(out_trade_no: str) -> bytes:
    """The body of an order query."""
    return _signed({"appid": APPID, "mch_id": MCH_ID, "nonce_str": "N2", "out_trade_no": out_trade_no})


class NewOrders:
    """Bodies of orders that nobody has placed before."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def take(self, number: int) -> list[bytes]:
        """The next `number` of them."""
        return [order(f"B{next(self._numbers):012d}") for _ in range(number)]


def strangers(first: int, number: int) -> list[bytes]:
    """Bodies of queries for orders that do not exist."""
    return [query(f"X{n:012d}") for n in range(first, first + number)]


def _signed(fields: dict[str, str]) -> bytes:
    return xml.render({**fields, "sign": v2sign.sign(fields, DEFAULT_API_KEY)}.items())
