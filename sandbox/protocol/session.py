"""Open data of a mini program: what session_key encrypts and signs, and the JS-SDK's signature.

`cryptography` is loaded by the first encryption: a sandbox that starts need not wait for it.
"""

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC

_BLOCK_BITS = 128


def encrypt(data: dict[str, Any], session_key: str, iv: bytes) -> str:
    """`encryptedData`: AES-128-CBC with PKCS#7 over compact UTF-8 JSON, in base64. `iv` has 16 bytes."""
    from cryptography.hazmat.primitives.padding import PKCS7

    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    padder = PKCS7(_BLOCK_BITS).padder()
    encryptor = _cipher(session_key, iv).encryptor()
    padded = padder.update(plain) + padder.finalize()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def decrypt(encrypted_data: str, session_key: str, iv: bytes) -> dict[str, Any]:
    """What `encrypt` was given. Raises ValueError for another key or iv, or for damaged data."""
    from cryptography.hazmat.primitives.padding import PKCS7

    decryptor = _cipher(session_key, iv).decryptor()
    unpadder = PKCS7(_BLOCK_BITS).unpadder()
    padded = decryptor.update(base64.b64decode(encrypted_data, validate=True)) + decryptor.finalize()
    data = json.loads(unpadder.update(padded) + unpadder.finalize())
    if not isinstance(data, dict):
        raise ValueError("expected a JSON object in the encrypted data")
    return data


def user_signature(raw_data: str, session_key: str) -> str:
    """`signature` beside `rawData`: SHA-1 hex over the text and the key's base64 text."""
    return hashlib.sha1(f"{raw_data}{session_key}".encode(), usedforsecurity=False).hexdigest()


def session_signature(body: str, session_key: str) -> str:
    """HMAC-SHA256 hex with the key's base64 text, not decoded; checksession signs the empty string."""
    return hmac.digest(session_key.encode(), body.encode(), "sha256").hex()


def jsapi_signature(ticket: str, noncestr: str, timestamp: str, url: str) -> str:
    """What wx.config carries: SHA-1 hex; `url` is the page's up to its `#`."""
    text = f"jsapi_ticket={ticket}&noncestr={noncestr}&timestamp={timestamp}&url={url}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _cipher(session_key: str, iv: bytes) -> "Cipher[CBC]":
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    return Cipher(algorithms.AES(base64.b64decode(session_key)), modes.CBC(iv))
