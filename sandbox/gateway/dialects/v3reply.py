"""What a v3 answer looks like: compact sorted JSON, the platform's headers, the signature."""

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from sandbox.domain.merchant import Merchant
from sandbox.gateway.spec import Reply
from sandbox.gateway.visit import Visit
from sandbox.gateway.wire import WireReply
from sandbox.platform.ids import Ids
from sandbox.platform.tenants import Tenant
from sandbox.protocol import v3auth

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

JSON = "application/json; charset=utf-8"
PUBLIC_KEY_PREFIX = "PUB_KEY_ID_"
_NOBODY = Ids("")  # for requests that belong to no tenant
_encode = msgspec.json.Encoder(order="sorted").encode


class Facts(dict[str, Any]):
    """A refusal's facts; what a rule did not say reads as an ellipsis."""

    def __missing__(self, name: str) -> str:
        return "…"


class SigningKey(NamedTuple):
    """A key of the platform and the serial by which merchants know it."""

    serial: str
    private: "RSAPrivateKey"


def platform_key(tenant: Tenant, merchant: Merchant, serial: str) -> SigningKey | None:
    """The platform's key of this serial, if the merchant has it."""
    keys = tenant.credentials(merchant)
    if serial == keys.pub_key_id and merchant.key_mode != "cert":
        return SigningKey(serial, keys.public_key.private)
    if merchant.key_mode == "pubkey":
        return None
    for renewal in merchant.platform_certificates:
        certified = tenant.credentials(merchant, renewal).platform
        if serial.upper() == certified.serial_no:
            return SigningKey(certified.serial_no, certified.pair.private)
    return None


def signing_key(tenant: Tenant, merchant: Merchant, asked: str) -> SigningKey:
    """Which key signs an answer: a switching merchant chooses by its request's Wechatpay-Serial.

    pay.weixin.qq.com/doc/v3/merchant/4012154180.
    """
    keys = tenant.credentials(merchant)
    by_public_key = merchant.key_mode == "pubkey" or (
        merchant.key_mode == "both" and asked.startswith(PUBLIC_KEY_PREFIX)
    )
    if by_public_key:
        return SigningKey(keys.pub_key_id, keys.public_key.private)
    return SigningKey(keys.platform_serial, keys.platform.pair.private)


def signed(visit: Visit, status: int, body: dict[str, Any] | None, number: int = 0) -> WireReply:
    """An answer of the API layer, after rules have laid their changes over it."""
    tenant, merchant, occasion = visit.tenant, visit.merchant, visit.occasion
    assert tenant is not None
    assert merchant is not None
    if body is not None and occasion is not None:
        body = laid(body, occasion.signed_fields)
    content = b"" if body is None else _encode(body)
    key = signing_key(tenant, merchant, visit.wire.headers.get("Wechatpay-Serial", ""))
    timestamp = str(tenant.message_time() - (0 if occasion is None else round(occasion.stale)))
    nonce = _entropy(visit, "v3.nonce").hex()[:32]
    forged = occasion is not None and occasion.forged
    signer = tenant.credentials(merchant).api.pair.private if forged else key.private
    signature = v3auth.sign(signer, v3auth.reply_message(timestamp, nonce, content))
    reply = unsigned(visit, status, None, number)
    reply.body = content
    reply.headers |= {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": key.serial,
        "Wechatpay-Signature": signature,
        "Wechatpay-Signature-Type": v3auth.SCHEME,
    }
    if occasion is not None:
        changed = dict(occasion.fields)
        made_up = changed.pop("sign", signature)
        if not forged:
            reply.headers["Wechatpay-Signature"] = made_up
        if changed and body is not None:
            reply.body = _encode(laid(body, changed))
        reply.headers |= occasion.headers
    return reply


def unsigned(visit: Visit, status: int, body: dict[str, Any] | None, number: int = 0) -> WireReply:
    """An answer without Wechatpay-* headers. A 204 keeps its Content-Type: SDKs look for one."""
    headers = {
        "Content-Type": JSON,
        "Keep-Alive": "timeout=8",
        "Cache-Control": "no-cache, must-revalidate",
        "X-Content-Type-Options": "nosniff",
        "Content-Language": "zh-CN",
        "Request-ID": request_id(visit, number),
    }
    return WireReply(status=status, headers=headers, body=b"" if body is None else _encode(body))


def file(visit: Visit, reply: Reply) -> WireReply:
    """A downloaded file: never signed (pay.weixin.qq.com/doc/v3/merchant/4012791868)."""
    headers = {"Content-Type": reply.content_type, "Request-ID": request_id(visit, 0)}
    return WireReply(headers=headers, body=reply.file or b"")


def request_id(visit: Visit, code: int) -> str:
    """`{upper-case hex}-{internal code}`, the code 0 on success (observed)."""
    return f"08{_entropy(visit, 'v3.request_id').hex().upper()[:40]}-{code}"


def laid(body: dict[str, Any], over: dict[str, str]) -> dict[str, Any]:
    """`body` with changes laid over: dotted names reach inside, a number stays a number."""
    if not over:
        return body
    changed: dict[str, Any] = msgspec.to_builtins(body)
    for name, value in over.items():
        *path, last = name.split(".")
        here = changed
        for step in path:
            here = here.setdefault(step, {})
        old = here.get(last)
        here[last] = int(value) if isinstance(old, int) and value.lstrip("-").isdigit() else value
    return changed


def _entropy(visit: Visit, kind: str) -> bytes:
    given, wire = visit.authorization, visit.wire
    key = (wire.method, wire.target, "" if given is None else given.nonce_str, visit.problem)
    ids = _NOBODY if visit.tenant is None else visit.tenant.ids
    return ids.entropy(kind, *key)
