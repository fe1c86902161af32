"""Published APIv3 test vectors: the documentation's and the SDKs' own keys, messages, signatures and cipher texts."""

import json
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

_ALL: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text())
SIGNATURES: list[dict[str, str]] = _ALL["signatures"]
AEAD: list[dict[str, str]] = _ALL["aead"]
OAEP: list[dict[str, str]] = _ALL["oaep"]


def pem(name: str) -> str:
    """A key or certificate as printed."""
    return "\n".join(_ALL["keys"][name])


def private_key(name: str) -> Any:
    """A published private key; None where only the other half was published."""
    text = pem(name)
    return load_pem_private_key(text.encode(), None) if "PRIVATE" in text else None


def public_key(name: str) -> Any:
    """The key that verifies."""
    text = pem(name).encode()
    if b"CERTIFICATE" in text:
        return x509.load_pem_x509_certificate(text).public_key()
    return load_pem_public_key(text) if b"PUBLIC" in text else private_key(name).public_key()
