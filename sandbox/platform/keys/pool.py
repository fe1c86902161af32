"""The pool of RSA-2048 key pairs and the authority that vouches for them, read from package data when asked for.

An RSA key takes 37 ms to make, so a new merchant borrows one. `cryptography` takes 30 ms and 8 MB to import, so that is
left to the first call which needs it: a sandbox that speaks only v2 never pays.
"""

import base64
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

    from sandbox.protocol.certificates import Issuer

POOL_FILE = "pool.der"
ISSUER_KEY_FILE = "issuer.der"
ISSUER_CERTIFICATE_FILE = "issuer.pem"


class KeyPair:
    """One RSA-2048 key pair, parsed when its halves are first used.

    Two threads may both parse it; they get equal keys.
    """

    def __init__(self, pkcs8: bytes) -> None:
        self.pkcs8 = pkcs8

    @cached_property
    def private(self) -> "RSAPrivateKey":
        from sandbox.protocol.certificates import load_private_key

        return load_private_key(self.pkcs8)

    @cached_property
    def public(self) -> "RSAPublicKey":
        return self.private.public_key()

    def pkcs8_pem(self) -> str:
        return _armour("PRIVATE KEY", self.pkcs8)

    def public_pem(self) -> str:
        """The public half as SubjectPublicKeyInfo, the form in which merchants get the platform's public key."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class KeyPool:
    """Key pairs by number, the same on every machine."""

    def __init__(self, directory: Path = Path(__file__).parent) -> None:
        self._directory = directory
        self._lock = Lock()
        self._pairs: tuple[KeyPair, ...] = ()

    def __len__(self) -> int:
        return len(self._all())

    def pair(self, number: int) -> KeyPair:
        """The pair of this number; numbers beyond the pool's size begin again at its start."""
        pairs = self._all()
        return pairs[number % len(pairs)]

    @cached_property
    def issuer(self) -> "Issuer":
        """The authority of all merchant and platform certificates; nobody but the sandbox trusts it."""
        from cryptography.x509 import load_pem_x509_certificate

        from sandbox.protocol.certificates import Issuer, load_private_key

        key = load_private_key((self._directory / ISSUER_KEY_FILE).read_bytes())
        return Issuer(key=key, certificate=load_pem_x509_certificate(self.issuer_pem.encode()))

    @cached_property
    def issuer_pem(self) -> str:
        return (self._directory / ISSUER_CERTIFICATE_FILE).read_text(encoding="ascii")

    def _all(self) -> tuple[KeyPair, ...]:
        with self._lock:
            if not self._pairs:
                self._pairs = tuple(map(KeyPair, _split((self._directory / POOL_FILE).read_bytes())))
            return self._pairs


def _split(data: bytes) -> Iterator[bytes]:
    """The DER values of a file, one after the other: each is 30 82, its length in two bytes, and that many more."""
    start = 0
    while start < len(data):
        end = start + 4 + int.from_bytes(data[start + 2 : start + 4])
        if data[start : start + 2] != b"\x30\x82" or end > len(data):
            raise ValueError(f"{POOL_FILE} is damaged at byte {start}: install the package again")
        yield data[start:end]
        start = end


def _armour(label: str, der: bytes) -> str:
    text = base64.b64encode(der).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
