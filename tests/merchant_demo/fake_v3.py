"""APIv3 as the platform speaks it: signing and encryption of its own, so that a mistake in the shop's shows."""

import base64
import gzip
import hashlib
import json
import os
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from aiohttp import web
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fake_platform import APPID, MCH_ID, OPENID, FakePlatform

APIV3_KEY = "sandboxAPIv3key0sandboxAPIv3key0"
SERIAL = "5A" * 20
PUB_KEY_ID = "PUB_KEY_ID_0119000000012026010100000000000000"
MERCHANT, PLATFORM, RENEWED, PUBLIC = (rsa.generate_private_key(65537, 2048) for _ in range(4))


def lines(*parts):
    """What is signed."""
    return b"".join((part.encode() if isinstance(part, str) else part) + b"\n" for part in parts)


def signature(key, message):
    """RSA-SHA256 in base64."""
    return base64.b64encode(key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()


def verifies(key, message, given):
    """Whether it is that key's."""
    try:
        key.public_key().verify(base64.b64decode(given), message, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def certificate(key, serial):
    """A certificate of the platform, by itself."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Tenpay.com sign")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(int(serial, 16)).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def sealed(plain, associated_data, key=APIV3_KEY):
    """An encrypted resource."""
    nonce = os.urandom(6).hex()
    ciphertext = AESGCM(key.encode()).encrypt(nonce.encode(), plain, associated_data.encode())
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": nonce,
        "associated_data": associated_data,
        "ciphertext": base64.b64encode(ciphertext).decode(),
    }


def key_files(folder):
    """What the merchant platform gives out, as the shop's settings."""
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key = MERCHANT.private_bytes(pem, pkcs8, serialization.NoEncryption())
    public = PUBLIC.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    contents = {"key": key, "platform_cert": certificate(PLATFORM, "5B" * 20), "pub_key": public}
    for name, content in contents.items():
        (folder / f"{name}.pem").write_bytes(content)
    return {**{name: str(folder / f"{name}.pem") for name in contents}, "serial": SERIAL, "pub_key_id": PUB_KEY_ID}


class FakeV3Platform(FakePlatform):
    """Signs with `serial`'s key; `keys` are all that there are, `refuse` scripts refusals by call as (status, body)."""

    def __init__(self):
        super().__init__()
        self.keys = {"5B" * 20: PLATFORM, PUB_KEY_ID: PUBLIC}
        self.serial = "5B" * 20
        self.refunds = {}
        self.bill = ""

    def app(self):
        app = web.Application()
        app.router.add_get("/sns/jscode2session", self.login)
        app.router.add_route("*", "/v3/{path:.+}", self.v3)
        return app

    async def v3(self, request):
        body = await request.read()
        call = urlsplit(str(request.rel_url)).path.removeprefix("/v3/")
        given = dict(part.split("=", 1) for part in request.headers["Authorization"].split(" ", 1)[1].split(","))
        given = {name: value.strip('"') for name, value in given.items()}
        message = lines(request.method, request.path_qs, given["timestamp"], given["nonce_str"], body)
        assert (given["mchid"], given["serial_no"]) == (MCH_ID, SERIAL)
        assert verifies(MERCHANT, message, given["signature"]), "the shop signs wrongly"
        self.bodies.append((call, body))
        if call in self.refuse:
            return self.answer_json(*self.refuse[call])
        if call == "billdownload/file":
            return web.Response(body=gzip.compress(self.bill.encode()), content_type="application/x-gzip")
        return self.answer_json(*self.answered(call, json.loads(body) if body else {}))

    def answered(self, call, sent):
        """Status and body."""
        *way, last = call.split("/")
        if last in ("jsapi", "app"):
            order = {"trade_state": "NOTPAY", "out_trade_no": sent["out_trade_no"]}
            self.orders.setdefault(sent["out_trade_no"], {**order, "amount": {"total": sent["amount"]["total"]}})
            return 200, {"prepay_id": f"wx{len(self.bodies):034}"}
        if last == "refunds":
            self.refunds.setdefault(sent["out_refund_no"], {**sent, "status": "PROCESSING"})
            return 200, self.refunds[sent["out_refund_no"]]
        if last in self.refunds:
            return 200, self.refunds[last]
        if "refunds" in way:
            return 404, {"code": "RESOURCE_NOT_EXISTS", "message": "退款单不存在"}
        if last == "tradebill":
            digest = hashlib.sha1(self.bill.encode()).hexdigest()
            return 200, {"download_url": f"{self.url}/v3/billdownload/file?token=x", "hash_value": digest}
        if last == "close":
            return 204, None
        if last == "certificates":
            named = {serial: key for serial, key in self.keys.items() if serial != PUB_KEY_ID}
            entries = [
                {"serial_no": serial, "encrypt_certificate": sealed(certificate(key, serial), "certificate")}
                for serial, key in named.items()
            ]
            return 200, {"data": entries}
        if "out-trade-no" in way and last in self.orders:
            return 200, self.orders[last]
        return 404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"}

    def answer_json(self, status, body):
        content = b"" if body is None else json.dumps(body).encode()
        headers = {**self.headers(content), "Content-Type": "application/json; charset=utf-8"}
        return web.Response(status=status, body=content, headers=headers)

    def headers(self, content, serial=None, timestamp=None, key=None):
        """The signature over the bytes, and what it is made of."""
        serial = serial or self.serial
        timestamp, nonce = str(timestamp or int(time.time())), os.urandom(16).hex()
        return {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": serial,
            "Wechatpay-Signature": signature(key or self.keys[serial], lines(timestamp, nonce, content)),
        }

    def paid(self, number, **changed):
        """Note that the order is paid, for queries."""
        self.orders[number] = {**self.transaction(number), **changed}

    def transaction(self, number, **changed):
        """A payment in full."""
        total = self.orders.get(number, {"amount": {"total": 1}})["amount"]["total"]
        return {
            "mchid": MCH_ID,
            "appid": APPID,
            "out_trade_no": number,
            "transaction_id": "4200000001202601010000000001",
            "trade_state": "SUCCESS",
            "success_time": "2026-01-01T12:00:00+08:00",
            "payer": {"openid": OPENID},
            "amount": {"total": total, "payer_total": total, "currency": "CNY"},
            **changed,
        }

    def notification(self, number, apiv3_key=APIV3_KEY, **changed):
        """A payment notification's body; a changed member is encrypted as changed."""
        return self.event("TRANSACTION.SUCCESS", "transaction", self.transaction(number, **changed), apiv3_key)

    def refund_notification(self, no, state="SUCCESS", **changed):
        """A refund notification's body."""
        refund = self.refunds[no]
        told = {"mchid": MCH_ID, "refund_status": state, **refund, **changed}
        return self.event(f"REFUND.{state}", "refund", told)

    def event(self, event_type, original_type, told, apiv3_key=APIV3_KEY):
        """A notification's body."""
        resource = sealed(json.dumps(told).encode(), original_type, apiv3_key)
        envelope = {"id": "0e5b5a0c-7e5c-5d6e-8a8e-4b1d1a1e5f00", "event_type": event_type, "summary": "成功"}
        return json.dumps({**envelope, "resource": {**resource, "original_type": original_type}}).encode()

    async def tell(self, shop, body, **signed):
        """Post a notification; its HTTP status."""
        headers = {**self.headers(body, **signed), "Content-Type": "application/json"}
        async with shop.client.post("/wechatpay/notify", data=body, headers=headers, allow_redirects=False) as response:
            return response.status
