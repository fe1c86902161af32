"""The measure of throughput: a bare aiohttp handler that parses the XML, checks the MD5 and answers signed.

`python -m bench.bare PORT`. It keeps nothing, checks no field, knows one merchant: the least any gateway does.
"""

import hashlib
import secrets
import sys

from aiohttp import web
from lxml import etree

from bench.orders import ORDER_PATH
from sandbox.platform.identities import DEFAULT_API_KEY


def sign(fields: dict[str, str]) -> str:
    """The v2 MD5 signature."""
    text = "&".join([f"{name}={fields[name]}" for name in sorted(fields) if fields[name] and name != "sign"])
    return hashlib.md5(f"{text}&key={DEFAULT_API_KEY}".encode(), usedforsecurity=False).hexdigest().upper()


async def answer(request: web.Request) -> web.Response:
    """Any order is fine when its signature is."""
    fields = {child.tag: child.text or "" for child in etree.fromstring(await request.read())}
    if fields["sign"] != sign(fields):
        return web.Response(body=b"<xml><return_code>FAIL</return_code></xml>", content_type="text/xml")
    reply = {
        "return_code": "SUCCESS",
        "return_msg": "OK",
        "result_code": "SUCCESS",
        "mch_id": fields["mch_id"],
        "appid": fields["appid"],
        "nonce_str": secrets.token_hex(8),
        "prepay_id": f"wx{secrets.token_hex(17)}",
        "trade_type": fields["trade_type"],
    }
    reply["sign"] = sign(reply)
    lines = "\n".join([f"<{name}><![CDATA[{value}]]></{name}>" for name, value in reply.items()])
    return web.Response(body=f"<xml>{lines}</xml>".encode(), content_type="text/xml")


def main(port: int) -> None:
    """Serve on loopback."""
    app = web.Application()
    app.router.add_post(ORDER_PATH, answer)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
