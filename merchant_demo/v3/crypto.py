"""APIv3's two pieces of cryptography: RSA-SHA256 signatures over lines, and AES-256-GCM under the APIv3 key."""

import base64
import binascii
from collections.abc import Iterable, Mapping

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def lines(*parts: str | bytes) -> bytes:
    """What is signed: the parts in their order, each with a newline behind it, the last one too."""
    return b"".join((part.encode() if isinstance(part, str) else part) + b"\n" for part in parts)


def sign(message: bytes, key: RSAPrivateKey) -> str:
    """In base64."""
    return base64.b64encode(key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()


def is_signed(message: bytes, signature: str, key: RSAPublicKey) -> bool:
    """Whatever is no signature at all is a wrong one."""
    try:
        key.verify(base64.b64decode(signature, validate=True), message, padding.PKCS1v15(), hashes.SHA256())
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True


def decrypt(resource: Mapping[str, str], keys: Iterable[str]) -> bytes:
    """What an encrypted resource holds, under whichever of the APIv3 keys fits. Raises ValueError."""
    try:
        nonce, ciphertext = resource["nonce"].encode(), base64.b64decode(resource["ciphertext"], validate=True)
    except (KeyError, binascii.Error) as error:
        raise ValueError(f"expected nonce and ciphertext in base64, came {sorted(resource)}") from error
    for key in keys:
        try:
            return AESGCM(key.encode()).decrypt(nonce, ciphertext, resource.get("associated_data", "").encode())
        except (InvalidTag, ValueError):
            continue
    raise ValueError("cannot be decrypted with this merchant's APIv3 key")
