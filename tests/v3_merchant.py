"""APIv3 as a merchant writes it, with nothing but `cryptography`: sign, verify, decrypt."""

import base64
import json
from typing import Any
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sandbox.app import Sandbox
from sandbox.gateway.wire import Wire, WireReply
from sandbox.platform.tenants import Tenant


class V3Merchant:
    """Calls the gateway's pipeline as a signed v3 client; verifies what comes back."""

    def __init__(self, box: Sandbox, tenant: Tenant, mchid: str = "") -> None:
        self.box, self.tenant = box, tenant
        self.mchid = mchid or next(iter(tenant.merchants))
        self.appid = next(iter(tenant.apps))
        merchant = tenant.merchants[self.mchid]
        keys = tenant.credentials(merchant)
        self.serial_no, self.apiv3_key = keys.serial_no, merchant.apiv3_key
        loaded = serialization.load_pem_private_key(keys.key_pem.encode(), None)
        assert isinstance(loaded, rsa.RSAPrivateKey)
        self.key = loaded
        certificate = x509.load_pem_x509_certificate(keys.platform_cert_pem.encode())
        public = serialization.load_pem_public_key(keys.pub_key_pem.encode())
        self.platform_keys: dict[str, Any] = {
            keys.platform_serial: certificate.public_key(),
            keys.pub_key_id: public,
        }
        with tenant.transaction() as tx:
            self.openids = [user.openids[self.appid] for user in tx.users()]
        self.reply = WireReply()

    def order(self, out_trade_no: str = "T2026000001", **changes: Any) -> dict[str, Any]:
        """A good JSAPI order, changed; None leaves a field out."""
        body = {
            "appid": self.appid,
            "mchid": self.mchid,
            "description": "茶叶一罐",
            "out_trade_no": out_trade_no,
            "notify_url": "http://127.0.0.1:9/notify",
            "amount": {"total": 199, "currency": "CNY"},
            "payer": {"openid": self.openids[0]},
            **changes,
        }
        return {name: value for name, value in body.items() if value is not None}

    def authorization(self, method: str, target: str, body: bytes, **changes: str) -> str:
        """The header, signed; changes are laid over after signing."""
        nonce, timestamp = "593BEC0C930BF1AFEB40B4A08C8FB242", str(self.box.wall.now() // 1000)
        timestamp = changes.pop("signed_timestamp", timestamp)
        message = f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"
        signature = base64.b64encode(self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()
        values = {
            "mchid": self.mchid, "nonce_str": nonce, "signature": signature, "timestamp": timestamp,
            "serial_no": self.serial_no, **changes,
        }  # fmt: skip
        return "WECHATPAY2-SHA256-RSA2048 " + ",".join(f'{name}="{value}"' for name, value in values.items())

    async def call(
        self, method: str, target: str, body: Any = None, *, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """One call; the status and the JSON, whose signature is verified when there is one."""
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        authorization = self.authorization(method, target, raw)
        usual = {"User-Agent": "test", "Accept": "application/json", "Authorization": authorization}
        given = {**usual, **(headers or {})}
        wire = Wire(
            method=method, path=unquote(target.partition("?")[0]), target=target, body=raw,
            headers={name: value for name, value in given.items() if value}, base_url="http://127.0.0.1",
        )  # fmt: skip
        self.reply = await self.box.pipeline.serve(wire)
        if "Wechatpay-Signature" in self.reply.headers:
            self.verify(self.reply.headers, self.reply.body)
        return self.reply.status, json.loads(self.reply.body) if self.reply.body else None

    def unsealed(self, cipher: str) -> str:
        """A sensitive field of an answer, encrypted to the merchant's own certificate."""
        oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)
        return self.key.decrypt(base64.b64decode(cipher), oaep).decode()

    def verify(self, headers: Any, body: bytes) -> None:
        """Raises InvalidSignature, or KeyError for a serial that is not the platform's."""
        message = f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n".encode() + body + b"\n"
        signature = base64.b64decode(headers["Wechatpay-Signature"])
        self.platform_keys[headers["Wechatpay-Serial"]].verify(signature, message, padding.PKCS1v15(), hashes.SHA256())

    def sealed(self, text: str) -> str:
        """A sensitive field, encrypted to the platform's certificate."""
        keys = self.tenant.credentials(self.tenant.merchants[self.mchid])
        oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
        return base64.b64encode(self.platform_keys[keys.platform_serial].encrypt(text.encode(), oaep)).decode()

    def decrypt(self, resource: dict[str, str]) -> Any:
        """A notification's resource."""
        plain = AESGCM(self.apiv3_key.encode()).decrypt(
            resource["nonce"].encode(), base64.b64decode(resource["ciphertext"]), resource["associated_data"].encode()
        )
        return json.loads(plain)
