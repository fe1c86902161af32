"""A refund in the flat XML of API v2: accepted, asked for, and told in an encrypted notification."""

import base64
import hashlib
from collections.abc import Iterable, Mapping

import msgspec
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from merchant_demo.refunds import RefundStanding
from merchant_demo.v2 import xml

# API v2's words for what has become of a refund; PROCESSING and SUCCESS are the same in both APIs.
STATES = {"CHANGE": "ABNORMAL", "REFUNDCLOSE": "CLOSED"}

BLOCK_BITS = 128


class _Fields(msgspec.Struct, frozen=True):
    out_trade_no: str
    out_refund_no: str
    refund_status: str
    refund_fee: int
    total_fee: int


def accepted(answer: Mapping[str, str]) -> RefundStanding:
    """Of the answer to a request. It says no more than that the refund is under way. Raises ValueError."""
    return _standing({**answer, "refund_status": "PROCESSING"})


def standing_in(answer: Mapping[str, str], no: str) -> RefundStanding:
    """Of the answer to a query, which numbers what it lists; asked for by its number, a refund is the only one.

    Raises ValueError.
    """
    listed = {name: answer.get(f"{name}_0", "") for name in ("out_refund_no", "refund_status", "refund_fee")}
    if listed["out_refund_no"] != no:
        raise ValueError(f"out_refund_no_0: expected {no}, came {listed['out_refund_no']}")
    return _standing({**answer, **listed})


def standing_told(req_info: str, keys: Iterable[str]) -> RefundStanding:
    """Of a notification. It is not signed: who encrypted it knows the API key. Raises ValueError."""
    for key in keys:
        try:
            fields = xml.read(decrypt(req_info, key))
        except ValueError:
            continue
        return _standing(fields)
    raise ValueError("req_info: not encrypted with this merchant's key")


def decrypt(req_info: str, key: str) -> bytes:
    """AES-256-ECB under the hexadecimal MD5 of the API key, in lower case. Raises ValueError."""
    cipher = Cipher(algorithms.AES(hashlib.md5(key.encode()).hexdigest().encode()), modes.ECB())
    decryptor, unpadder = cipher.decryptor(), padding.PKCS7(BLOCK_BITS).unpadder()
    padded = decryptor.update(base64.b64decode(req_info, validate=True)) + decryptor.finalize()
    return unpadder.update(padded) + unpadder.finalize()


def _standing(fields: Mapping[str, str]) -> RefundStanding:
    try:
        found = msgspec.convert(dict(fields), _Fields, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
    state = STATES.get(found.refund_status, found.refund_status)
    return RefundStanding(found.out_refund_no, found.out_trade_no, state, found.refund_fee, found.total_fee)
