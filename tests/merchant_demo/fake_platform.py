"""A platform of a few lines for the shop to talk to, with signing of its own, so that a mistake in the shop's shows."""

import base64
import gzip
import hashlib
import hmac
import json
import re

from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY = "sandboxAPIv2key0sandboxAPIv2key0"
APPID = "wx5a4d8bf0c0de0001"
MCH_ID = "1900000001"
OPENID = "oSANDB0XAAAABBBBCCCCDDDD-_EE"


def signature(fields, key=KEY, hmac_sha256=False, encoding="utf-8"):
    """The signature as the platform computes it."""
    pairs = sorted((name, value) for name, value in fields.items() if value and name != "sign")
    text = ("&".join(f"{name}={value}" for name, value in pairs) + f"&key={key}").encode(encoding)
    made = hmac.new(key.encode(), text, hashlib.sha256) if hmac_sha256 else hashlib.md5(text)
    return made.hexdigest().upper()


def document(fields):
    """XML as the platform writes it."""
    children = "\n".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
    return f"<xml>{children}\n</xml>".encode()


def sealed(fields, key=KEY):
    """req_info: encrypted under the MD5 of the API key."""
    lines = "\n".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
    plain = f"<root>\n{lines}\n</root>".encode()
    plain += bytes([16 - len(plain) % 16]) * (16 - len(plain) % 16)
    encryptor = Cipher(algorithms.AES(hashlib.md5(key.encode()).hexdigest().encode()), modes.ECB()).encryptor()
    return base64.b64encode(encryptor.update(plain)).decode()


def fields_in(body):
    """The fields of a request body, which must be UTF-8."""
    return dict(re.findall(r"<(\w+)><!\[CDATA\[(.*?)\]\]></\1>", body.decode()))


class FakePlatform:
    """Knows one merchant; `refuse` scripts answers by path; `bodies` keeps what came; `lost` answers are not sent."""

    def __init__(self):
        self.url = ""
        self.key = KEY
        self.codes = {"code-1": OPENID, "code-2": "oSANDB0XSECONDPAYERDDDDD-_FF"}
        self.used = []
        self.orders = {}
        self.bodies = []
        self.refuse = {}
        self.lost = 0
        self.refunds = {}
        self.bill = ""

    def app(self):
        app = web.Application()
        app.router.add_get("/sns/jscode2session", self.login)
        app.router.add_post("/pay/{call}", self.pay)
        app.router.add_post("/secapi/pay/{call}", self.pay)
        app.router.add_post("/sandboxnew/pay/getsignkey", self.sign_key)
        app.router.add_post("/sandboxnew/pay/{call}", self.pay)
        return app

    async def login(self, request):
        code = request.query["js_code"]
        if code in self.used:
            said = {"errcode": 40163, "errmsg": "code been used, rid: 66c69111-4157f271-729ca238"}
        elif request.query["secret"] != "5a4d8bf0c0de00015a4d8bf0c0de0001":
            said = {"errcode": 40125, "errmsg": "invalid appsecret, rid: 66c69111-4157f271-729ca238"}
        elif code not in self.codes:
            said = {"errcode": 40029, "errmsg": "invalid code, rid: 66c69111-4157f271-729ca238"}
        else:
            self.used.append(code)
            said = {"session_key": "AAAABBBBCCCCDDDDEEEEFA==", "openid": self.codes[code]}
        return web.Response(text=json.dumps(said), content_type="text/plain")

    async def sign_key(self, request):
        sent = fields_in(await request.read())
        assert sent["sign"] == signature(sent, KEY)
        self.key = "5" * 32
        return self.answer({"return_code": "SUCCESS", "return_msg": "ok", "sandbox_signkey": self.key})

    async def pay(self, request):
        call = request.match_info["call"]
        body = await request.read()
        self.bodies.append((call, body))
        if call in self.refuse:
            return self.answer(self.refuse[call])
        try:
            sent = fields_in(body)
        except UnicodeDecodeError:
            return self.answer({"return_code": "FAIL", "return_msg": "XML格式错误"})
        if sent["sign"] != signature(sent, self.key, sent.get("sign_type") == "HMAC-SHA256"):
            return self.answer({"return_code": "FAIL", "return_msg": "签名错误，请检查后再试"})
        if call == "downloadbill":
            return web.Response(body=gzip.compress(self.bill.encode()), content_type="application/x-gzip")
        answer = self.answer(getattr(self, call)(sent), sent.get("sign_type") == "HMAC-SHA256")
        if self.lost:
            self.lost -= 1
            request.transport.abort()
        return answer

    def unifiedorder(self, sent):
        number = sent.get("out_trade_no")
        self.orders.setdefault(number, {"trade_state": "NOTPAY", "total_fee": sent["total_fee"]})
        return {"result_code": "SUCCESS", "prepay_id": f"wx{len(self.bodies):034}", "trade_type": "JSAPI"}

    def orderquery(self, sent):
        if sent["out_trade_no"] not in self.orders:
            return {"result_code": "FAIL", "err_code": "ORDERNOTEXIST", "err_code_des": "订单不存在"}
        return {"result_code": "SUCCESS", "out_trade_no": sent["out_trade_no"], **self.orders[sent["out_trade_no"]]}

    def closeorder(self, sent):
        self.orders[sent["out_trade_no"]]["trade_state"] = "CLOSED"
        return {"result_code": "SUCCESS", "result_msg": "OK"}

    def micropay(self, sent):
        self.orders[sent["out_trade_no"]] = {"trade_state": "USERPAYING", "total_fee": sent["total_fee"]}
        if sent["auth_code"].endswith("1"):
            return {"result_code": "FAIL", "err_code": "USERPAYING", "err_code_des": "需要用户输入支付密码"}
        self.paid(sent["out_trade_no"])
        return {"result_code": "SUCCESS", "out_trade_no": sent["out_trade_no"], **self.orders[sent["out_trade_no"]]}

    def reverse(self, sent):
        self.orders[sent["out_trade_no"]]["trade_state"] = "REVOKED"
        return {"result_code": "SUCCESS", "recall": "N"}

    def refund(self, sent):
        names = ("out_trade_no", "out_refund_no", "refund_fee", "total_fee")
        self.refunds.setdefault(sent["out_refund_no"], {name: sent[name] for name in names} | {"state": "PROCESSING"})
        return {"result_code": "SUCCESS", **{name: sent[name] for name in names}}

    def refundquery(self, sent):
        made = self.refunds.get(sent["out_refund_no"])
        if made is None:
            return {"result_code": "FAIL", "err_code": "REFUNDNOTEXIST", "err_code_des": "not exist"}
        listed = {"out_refund_no_0": sent["out_refund_no"], "refund_fee_0": made["refund_fee"]}
        told = {"out_trade_no": made["out_trade_no"], "total_fee": made["total_fee"], "refund_status_0": made["state"]}
        return {"result_code": "SUCCESS", **told, **listed}

    def answer(self, fields, hmac_sha256=False):
        if "return_code" not in fields:
            fields = {"return_code": "SUCCESS", "return_msg": "OK", "mch_id": MCH_ID, "appid": APPID, **fields}
            fields["sign"] = signature(fields, self.key, hmac_sha256)
        return web.Response(body=document(fields), content_type="text/plain", charset="utf-8")

    def sent_to(self, call):
        """What was sent to a call, oldest first."""
        return [fields_in(body) for to, body in self.bodies if to == call]

    def paid(self, number, **changed):
        """Note that the order is paid, for queries."""
        total = self.orders[number]["total_fee"]
        amounts = {"total_fee": total, "cash_fee": total, "transaction_id": "4200000001202601010000000001"}
        self.orders[number] = {"trade_state": "SUCCESS", **amounts, **changed}

    def notification(self, number, key=None, hmac_sha256=False, **changed):
        """A payment notification's body; a changed field is signed as changed, unless it is `sign` itself."""
        total = self.orders.get(number, {"total_fee": "1"})["total_fee"]
        fields = {
            "appid": APPID,
            "bank_type": "OTHERS",
            "cash_fee": total,
            "mch_id": MCH_ID,
            "nonce_str": "5d2b6c2a8db53831f7eda20af46e531c",
            "openid": OPENID,
            "out_trade_no": number,
            "result_code": "SUCCESS",
            "return_code": "SUCCESS",
            "time_end": "20260101120000",
            "total_fee": total,
            "trade_type": "JSAPI",
            "transaction_id": "4200000001202601010000000001",
            **changed,
        }
        fields.setdefault("sign", signature(fields, key or self.key, hmac_sha256))
        return document(fields)

    def refund_notification(self, number, state="SUCCESS", key=None, mch_id=MCH_ID, **changed):
        """A refund notification's body: not signed, but encrypted."""
        made = {name: value for name, value in self.refunds[number].items() if name != "state"}
        req_info = sealed({**made, "refund_status": state, **changed}, key or self.key)
        return document({"return_code": "SUCCESS", "appid": APPID, "mch_id": mch_id, "req_info": req_info})


class Shop:
    """The shop under test, driven over HTTP as a page and the platform would."""

    def __init__(self, client, platform, parts=None):
        self.client = client
        self.platform = platform
        self.parts = parts
        self.token = ""

    async def call(self, method, path, **json_body):
        """Status and JSON of one call."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.client.request(method, path, json=json_body or None, headers=headers) as response:
            return response.status, await response.json()

    async def login(self, code="code-1"):
        status, said = await self.call("POST", "/login", code=code)
        assert status == 200, said
        self.token = said["token"]

    async def order(self, **wanted):
        """Log in if need be, order, and give the answer of a good order."""
        if not self.token:
            await self.login()
        status, said = await self.call("POST", "/orders", **wanted)
        assert status == 200, said
        return said

    async def status(self, number):
        status, said = await self.call("GET", f"/orders/{number}")
        assert status == 200, said
        return said

    async def notify(self, body, content_type="text/xml"):
        """Post a notification; HTTP status and text of the answer."""
        response = await self.client.post("/wechatpay/notify", data=body, headers={"Content-Type": content_type})
        async with response:
            return response.status, await response.text()


ACKNOWLEDGED = (
    200,
    "<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>",
)
