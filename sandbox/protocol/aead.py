"""APIv3 encryption: AEAD_AES_256_GCM for notifications and certificates, RSA-OAEP (SHA-1) for sensitive fields."""

import base64
import binascii
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.padding import OAEP
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

ALGORITHM = "AEAD_AES_256_GCM"
MAX_OAEP = 214  # bytes of plain text under RSA-2048


class DecryptError(ValueError):
    """Another key, another associated data, or text that was changed on the way."""


def encrypt(plain: bytes, key: str, nonce: str, associated_data: str) -> str:
    """base64(cipher text ‖ 16-byte tag). `key` is the APIv3 key, `nonce` 12 characters."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = AESGCM(key.encode()).encrypt(nonce.encode(), plain, associated_data.encode())
    return base64.b64encode(sealed).decode()


def decrypt(cipher: str, key: str, nonce: str, associated_data: str) -> bytes:
    """The plain text. Raises DecryptError."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key.encode()).decrypt(nonce.encode(), base64.b64decode(cipher), associated_data.encode())
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise DecryptError(str(error) or "the tag does not fit") from None


def seal(text: str, key: "RSAPublicKey") -> str:
    """A sensitive field, encrypted to `key`; at most 214 bytes of UTF-8."""
    return base64.b64encode(key.encrypt(text.encode(), _oaep())).decode()


def unseal(cipher: str, key: "RSAPrivateKey") -> str:
    """A sensitive field's text. Raises DecryptError."""
    try:
        return key.decrypt(base64.b64decode(cipher, validate=True), _oaep()).decode()
    except (ValueError, binascii.Error) as error:
        raise DecryptError(str(error)) from None


def _oaep() -> "OAEP":
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    return padding.OAEP(mgf=padding.MGF1(algorithm=hashes.SHA1()), algorithm=hashes.SHA1(), label=None)
