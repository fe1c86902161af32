"""Signed requests of the default tenant's first merchant; every order has a number of its own."""

import time
from collections.abc import Mapping
from itertools import count
from types import MappingProxyType

import msgspec

from sandbox.platform.identities import DEFAULT_API_KEY, DEFAULT_APPIDS, DEFAULT_IDENTITY_SEED, PAYERS
from sandbox.platform.ids import Ids
from sandbox.platform.keys import KeyPool, MerchantCredentials
from sandbox.protocol import v2sign, v3auth, xml

ORDER_PATH = "/pay/unifiedorder"
QUERY_PATH = "/pay/orderquery"
V3_PATH = "/v3/pay/transactions/jsapi"
NOTIFY_URL = "http://127.0.0.1:8689/wechatpay/notify"
NONCE = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"

APPID = DEFAULT_APPIDS[0]
MCH_ID = "1900000001"
OPENID = Ids(DEFAULT_IDENTITY_SEED).openid(APPID, PAYERS[0][0])


def order(out_trade_no: str, notify_url: str = NOTIFY_URL) -> bytes:
    """The body of a new JSAPI order."""
    return _signed(
        {
            "appid": APPID,
            "mch_id": MCH_ID,
            "nonce_str": NONCE,
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


def v3_orders(first: int, number: int) -> list[bytes]:
    """Requests for new orders through APIv3, signed now."""
    keys, timestamp = MerchantCredentials(KeyPool(), MCH_ID), int(time.time())
    requests = []
    for n in range(first, first + number):
        body = msgspec.json.encode(
            {
                "appid": APPID,
                "mchid": MCH_ID,
                "description": "茶叶一罐",
                "out_trade_no": f"V{n:012d}",
                "notify_url": NOTIFY_URL,
                "amount": {"total": 199},
                "payer": {"openid": OPENID},
            }
        )
        signature = v3auth.sign(keys.api.pair.private, v3auth.request_message("POST", V3_PATH, timestamp, NONCE, body))
        authorization = (
            f'WECHATPAY2-SHA256-RSA2048 mchid="{MCH_ID}",nonce_str="{NONCE}",timestamp="{timestamp}",'
            f'serial_no="{keys.serial_no}",signature="{signature}"'
        )
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "bench"}
        requests.append(request(V3_PATH, body, {**headers, "Authorization": authorization}))
    return requests


def request(
    path: str, body: bytes, headers: Mapping[str, str] = MappingProxyType({"Content-Type": "text/xml"})
) -> bytes:
    """A POST as it goes over the wire."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode() + body


def _signed(fields: dict[str, str]) -> bytes:
    return xml.render({**fields, "sign": v2sign.sign(fields, DEFAULT_API_KEY)}.items())
