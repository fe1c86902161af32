"""Signing in API v2: sorted non-empty fields, the API key at the end, MD5 or HMAC-SHA256 in capitals."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping

from merchant_demo.config import SignType


def text_to_sign(fields: Mapping[str, str], key: str) -> str:
    """`a=1&b=2&key=…`: sorted by name, `sign` and empty values left out, values raw. "0" is not empty."""
    pairs = [f"{name}={fields[name]}" for name in sorted(fields) if name != "sign" and fields[name] != ""]
    return "&".join([*pairs, f"key={key}"])


def digest(data: bytes, key: str, sign_type: SignType) -> str:
    """The signature of the bytes; the HMAC is keyed with the API key that the bytes also end with."""
    if sign_type == "HMAC-SHA256":
        return hmac.new(key.encode(), data, hashlib.sha256).hexdigest().upper()
    return hashlib.md5(data).hexdigest().upper()


def sign(fields: Mapping[str, str], key: str, sign_type: SignType) -> str:
    return digest(text_to_sign(fields, key).encode(), key, sign_type)


def is_signed(fields: Mapping[str, str], keys: Iterable[str]) -> bool:
    """Whether `sign` is right under one of the keys; the length tells MD5 from HMAC, for notifications do not."""
    given = fields.get("sign", "").encode()
    sign_type: SignType = "HMAC-SHA256" if len(given) == 64 else "MD5"
    return any(hmac.compare_digest(sign(fields, key, sign_type).encode(), given) for key in keys)
