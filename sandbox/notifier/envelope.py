"""The APIv3 notification: an encrypted resource in an envelope, signed anew at every attempt.

pay.weixin.qq.com/doc/v3/merchant/4012791861; key order and associated_data as observed.
"""

import json
import uuid
from typing import Any, NamedTuple

from sandbox.domain.merchant import Merchant
from sandbox.notifier.letter import Letter, Writing
from sandbox.platform.keys import MerchantCredentials
from sandbox.protocol import aead, identifiers, v3auth, wiretime


class Told(NamedTuple):
    """What a v3 notification tells: its type, and the plain text of its resource."""

    event_type: str
    original_type: str
    summary: str
    created: int  # ms: when it happened
    plain: dict[str, Any]


def sealed(writing: Writing, told: Told) -> Letter:
    """The letter: id and body are the same at every attempt, timestamp, nonce and signature are not."""
    merchant, delivery, occasion = writing.merchant, writing.delivery, writing.occasion
    ids = writing.tenant.ids
    nonce = identifiers.nonce_str(ids.entropy("notice.nonce", delivery.id))[:12]
    plain = _text(_laid(told.plain, occasion.signed_fields))
    envelope: dict[str, Any] = {
        "id": str(uuid.UUID(bytes=ids.entropy("notice.id", delivery.id)[:16], version=5)),
        "create_time": wiretime.rfc3339(told.created),
        "resource_type": "encrypt-resource",
        "event_type": told.event_type,
        "summary": told.summary,
        "resource": {
            "original_type": told.original_type,
            "algorithm": aead.ALGORITHM,
            "ciphertext": aead.encrypt(plain, merchant.apiv3_key, nonce, told.original_type),
            "associated_data": told.original_type,
            "nonce": nonce,
        },
    }
    return signed(writing, envelope)


def signed(writing: Writing, envelope: dict[str, Any] | bytes) -> Letter:
    """The letter around an envelope, or around any bytes; what rules tamper with is laid over afterwards."""
    tenant, merchant, delivery, occasion = writing.tenant, writing.merchant, writing.delivery, writing.occasion
    ids, attempt = tenant.ids, len(delivery.attempts)
    timestamp = str(tenant.message_time() - round(occasion.stale))
    once = ids.entropy("notice.once", delivery.id, attempt)
    wire_nonce = (identifiers.nonce_str(once) + identifiers.nonce_str(once[16:] + once[:16]))[:32]
    body = envelope if isinstance(envelope, bytes) else _text(envelope)
    keys = tenant.credentials(merchant)
    serial, key = _key(writing, keys, merchant)
    changes = dict(occasion.fields)
    if occasion.forged:
        key = keys.api.pair.private
        del changes["sign"]
    signature = v3auth.sign(key, v3auth.reply_message(timestamp, wire_nonce, body))
    headers = {
        "Content-Type": "application/json",
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": wire_nonce,
        "Wechatpay-Signature": changes.pop("sign", signature),
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature-Type": v3auth.SCHEME,
        "Request-ID": f"08{ids.entropy('notice.request_id', delivery.id, attempt).hex().upper()[:40]}-0",
    }
    if changes and not isinstance(envelope, bytes):
        body = _text(_laid(envelope, changes))
    return Letter(headers, body, not occasion.spoils("v3"))


def _key(writing: Writing, keys: MerchantCredentials, merchant: Merchant) -> tuple[str, Any]:
    """Callbacks are signed by the certificate, of a switching merchant some by the public key when so set."""
    share = writing.tenant.settings.v3.callback_pubkey_share
    drawn = writing.tenant.ids.fraction("notice.key", writing.delivery.id, len(writing.delivery.attempts))
    if merchant.key_mode == "pubkey" or (merchant.key_mode == "both" and drawn < share):
        return keys.pub_key_id, keys.public_key.private
    return keys.platform_serial, keys.platform.pair.private


def _text(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _laid(value: dict[str, Any], over: dict[str, str]) -> dict[str, Any]:
    """`over` laid over a copy: dotted names reach inside, a number stays a number."""
    if not over:
        return value
    copy: dict[str, Any] = json.loads(json.dumps(value))
    for name, new in over.items():
        *path, last = name.split(".")
        here = copy
        for step in path:
            here = here.setdefault(step, {})
        here[last] = int(new) if isinstance(here.get(last), int) and new.isdecimal() else new
    return copy
