"""A shop small enough to live anywhere: it orders in API v2, and answers every notification as it is told to."""

import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from wire_merchant import from_xml, to_xml, v2_sign

YES = b"<xml><return_code>SUCCESS</return_code></xml>"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (
    len(YES),
    YES,
)
"""What a shop in somebody's loop writes back."""


def whole(request: bytes) -> bool:
    """Whether all of an HTTP request is there."""
    head, found, body = request.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.splitlines() if line.lower().startswith(b"content-length:")]
    return bool(found) and len(body) >= int(lengths[0])


def post(wechatpay: Any, path: str, fields: dict[str, str]) -> dict[str, str]:
    """A signed call of the gateway; the answer's fields."""
    me = wechatpay.credentials
    named = {"appid": me.appid, "mch_id": me.mch_id, "nonce_str": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", **fields}
    body = to_xml({**named, "sign": v2_sign(named, me.api_key)})
    with urllib.request.urlopen(f"{wechatpay.url}{path}", body, timeout=10) as response:
        return from_xml(response.read())


def order(wechatpay: Any, notify_url: str, number: str = "T2026000001", **more: str) -> dict[str, str]:
    """Order a tea; what unifiedorder answers."""
    fields = {
        "body": "茶叶一罐",
        "out_trade_no": number,
        "total_fee": "199",
        "spbill_create_ip": "127.0.0.1",
        "notify_url": notify_url,
        "trade_type": "JSAPI",
        "openid": wechatpay.credentials.openid,
        **more,
    }
    return post(wechatpay, "/pay/unifiedorder", {name: value for name, value in fields.items() if value})


def query(wechatpay: Any, number: str = "T2026000001") -> dict[str, str]:
    """Ask what became of it."""
    return post(wechatpay, "/pay/orderquery", {"out_trade_no": number})


def launch(wechatpay: Any, prepay_id: str) -> dict[str, str]:
    """What the page hands to wx.requestPayment."""
    me = wechatpay.credentials
    params = {
        "appId": me.appid,
        "timeStamp": "1700000000",
        "nonceStr": "n",
        "package": f"prepay_id={prepay_id}",
        "signType": "MD5",
    }
    return {**params, "paySign": v2_sign(params, me.api_key)}


class Counter:
    """A shop in a thread: `url` is its notify URL, `answers` what it says next, `judge` decides when none is left."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: list[tuple[int, bytes]] = []
        self.heard: list[bytes] = []
        self.judge: Callable[[bytes], tuple[int, bytes]] = lambda body: (200, YES)


@contextmanager
def counter() -> Iterator[Counter]:
    """While the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            shop.heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = shop.answers.pop(0) if shop.answers else shop.judge(shop.heard[-1])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shop = Counter(f"http://127.0.0.1:{server.server_port}/notify")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
