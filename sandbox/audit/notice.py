"""Notifications as an attacker, or the platform on a bad day, would write them."""

import base64
import json
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.adapter.adapter import Dialect
from sandbox.protocol import aead, v2sign, v3auth, xml

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

V2_NAMES = {
    "number": "out_trade_no",
    "total": "total_fee",
    "paid": "cash_fee",
    "mchid": "mch_id",
    "currency": "fee_type",
    "transaction": "transaction_id",
    "state": "result_code",
}
V3_NAMES = {
    "number": "out_trade_no",
    "total": "amount.total",
    "paid": "amount.payer_total",
    "currency": "amount.currency",
    "transaction": "transaction_id",
    "state": "trade_state",
    "openid": "payer.openid",
}
"""What a field means -> what it is called in the API."""


class Letter(msgspec.Struct, frozen=True):
    """One request as it goes on the wire."""

    headers: dict[str, str]
    body: bytes
    method: str = "POST"
    query: str = ""

    def heads(self, **changes: str | None) -> "Letter":
        """With other headers: `Wechatpay_Serial="…"`; None leaves one out."""
        named = {name.replace("_", "-"): value for name, value in changes.items()}
        kept = {name: value for name, value in {**self.headers, **named}.items() if value is not None}
        return msgspec.structs.replace(self, headers=kept)

    def unsigned(self) -> "Letter":
        """Without any Wechatpay-* header."""
        kept = {name: value for name, value in self.headers.items() if not name.lower().startswith("wechatpay-")}
        return msgspec.structs.replace(self, headers=kept)

    def saying(self, body: bytes) -> "Letter":
        """With another body under the same headers."""
        return msgspec.structs.replace(self, body=body)


class Notice(msgspec.Struct, frozen=True):
    """What is told, before it is signed: v2's fields, or v3's plain text and the envelope that it will be put into.

    `key` is the API key or the APIv3 key.
    """

    api: Dialect
    told: dict[str, Any]
    key: str
    headers: dict[str, str]
    envelope: dict[str, Any] = {}

    def says(self, **changes: Any) -> "Notice":
        """Telling something else, by meaning (number, total, paid, mchid, …); None leaves a field out."""
        names = V2_NAMES if self.api == "v2" else V3_NAMES
        told: dict[str, Any] = json.loads(json.dumps(self.told))
        for name, value in changes.items():
            _put(told, names.get(name, name), value)
        return msgspec.structs.replace(self, told=told)

    def under(self, key: str) -> "Notice":
        """Signed, or encrypted, with another key."""
        return msgspec.structs.replace(self, key=key)

    def framed(self, **changes: Any) -> "Notice":
        """v3: with other members of the envelope; those of `resource` are laid over it when it is sealed."""
        return msgspec.structs.replace(self, envelope={**self.envelope, **changes})


def read(api: Dialect, headers: dict[str, str], body: str, key: str) -> Notice:
    """What a notification of the platform's tells, ready to be changed."""
    if api == "v2":
        fields = xml.parse(body.encode())
        return Notice(api, {name: value for name, value in fields.items() if name != "sign"}, key, headers)
    envelope = json.loads(body)
    resource = envelope.pop("resource")
    plain = aead.decrypt(resource["ciphertext"], key, resource["nonce"], resource["associated_data"])
    return Notice(api, json.loads(plain), key, headers, envelope)


def v2_fields(notice: Notice, *, key: str | None = None) -> dict[str, str]:
    """The fields and their signature, which is by `key` or by the merchant's own."""
    fields = {name: str(value) for name, value in notice.told.items()}
    return {**fields, "sign": v2sign.sign(fields, notice.key if key is None else key)}


def v2_with_sign(notice: Notice, sign: str | None) -> Letter:
    """The fields with this for a signature, or with none."""
    fields = {name: str(value) for name, value in notice.told.items()}
    return v2_letter(notice, fields if sign is None else {**fields, "sign": sign})


def v2_letter(notice: Notice, fields: dict[str, str]) -> Letter:
    """The fields in XML, as the platform renders them."""
    return Letter(notice.headers, xml.render(sorted(fields.items())))


def v3_body(notice: Notice) -> str:
    """The envelope around the encrypted plain text."""
    over = notice.envelope.get("resource", {})
    kind = over.get("original_type", "transaction")
    sealed_with = over.get("sealed_with", kind)
    nonce = "audit0nonce0"
    resource = {
        "original_type": kind,
        "algorithm": aead.ALGORITHM,
        "ciphertext": aead.encrypt(_text(notice.told), notice.key, nonce, sealed_with),
        "associated_data": kind,
        "nonce": nonce,
        **{name: value for name, value in over.items() if name != "sealed_with"},
    }
    return _text({**notice.envelope, "resource": resource}).decode()


def broken_tag(body: str) -> str:
    """The same envelope with the last byte of the authentication tag changed."""
    envelope = json.loads(body)
    cipher = bytearray(base64.b64decode(envelope["resource"]["ciphertext"]))
    cipher[-1] ^= 1
    envelope["resource"]["ciphertext"] = base64.b64encode(bytes(cipher)).decode()
    return _text(envelope).decode()


def by_a_stranger(letter: Letter) -> Letter:
    """The letter signed by a key that is nobody's, under the serial number of the platform's."""
    message = v3auth.reply_message(
        letter.headers["Wechatpay-Timestamp"], letter.headers["Wechatpay-Nonce"], letter.body
    )
    return letter.heads(Wechatpay_Signature=v3auth.sign(_stranger(), message))


@cache
def _stranger() -> "RSAPrivateKey":
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _put(told: dict[str, Any], name: str, value: Any) -> None:
    *path, last = name.split(".")
    for step in path:
        told = told.setdefault(step, {})
    if value is None:
        told.pop(last, None)
    else:
        told[last] = value


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
