"""How an APIv3 message comes about, and what a signature says of the message that was really signed.

An RSA signature gives back the digest that was signed: one operation a key says whose key it was, and from then on a
guess costs no more than a hash.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


class Line(IntEnum):
    """The parts of a message, in the order in which mistakes with them are made."""

    MEMBERS = 0  # of the JSON body
    BODY = 1
    CHARSET = 2  # of the body
    METHOD = 3
    QUERY = 4
    PATH = 5
    APPID = 6
    TIMESTAMP = 7
    NONCE = 8
    PACKAGE = 9
    ORDER = 10
    NEWLINES = 11
    WHOLE = 12
    HASH = 13
    KEY = 14


class Draft(NamedTuple):
    """The lines of a message, and how they are ended."""

    lines: tuple[bytes, ...]
    newline: bytes = b"\n"
    tail: bytes = b"\n"
    hashed: str = ""  # "hex" or "raw": the message was hashed before it was signed

    def message(self) -> bytes:
        """The bytes that are signed."""
        message = self.newline.join(self.lines) + self.tail
        if self.hashed:
            digest = hashlib.sha256(message)
            return digest.hexdigest().encode() if self.hashed == "hex" else digest.digest()
        return message

    def with_line(self, number: int, line: bytes) -> "Draft":
        """With one line replaced; -1 is the last."""
        lines = list(self.lines)
        lines[number] = line
        return self._replace(lines=tuple(lines))


class Signer(NamedTuple):
    """Somebody's public key, and whose it is."""

    owner: str
    owner_zh: str
    key: "RSAPublicKey"


class Signed(NamedTuple):
    """What a signature gives back: who made it, over which digest; `written` says how it was written, if not well.

    `salt` is there where it was padded in the newer way, PSS.
    """

    signer: int  # place among the signers
    algorithm: str
    digest: bytes
    written: str
    salt: bytes | None = None

    def fits(self, draft: Draft) -> bool:
        """Whether this is the message that was signed."""
        digest = hashlib.new(self.algorithm, draft.message(), usedforsecurity=False).digest()
        if self.salt is not None:
            digest = hashlib.sha256(bytes(8) + digest + self.salt).digest()
        return digest == self.digest


DIGEST_INFO = {
    "3031300d060960864801650304020105000420": "sha256",
    "3021300906052b0e03021a05000414": "sha1",
    "3020300c06082a864886f70d020505000410": "md5",
    "3051300d060960864801650304020305000440": "sha512",
    "3041300d060960864801650304020205000430": "sha384",
}


def opened(signature: str, signers: Sequence[Signer]) -> Signed | None:
    """Whose signature it is and over what; None when no signer's key opens it."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import padding

    readings = _readings(signature)
    for place, signer in enumerate(signers):
        for way, raw in readings:
            try:
                info = signer.key.recover_data_from_signature(raw, padding.PKCS1v15(), None)
            except (InvalidSignature, ValueError):
                continue
            for prefix, algorithm in DIGEST_INFO.items():
                if info.hex().startswith(prefix):
                    return Signed(place, algorithm, info[len(prefix) // 2 :], way)
            if len(info) == hashlib.sha256().digest_size:
                return Signed(place, "sha256", info, "bare")
    for place, signer in enumerate(signers):
        for way, raw in readings:
            if (found := _opened_pss(raw, signer)) is not None:
                return Signed(place, "sha256", found[0], way, found[1])
    return None


def written(signature: str, signer: Signer) -> str:
    """How a signature that no key opens is written, judged by its length alone; empty: well, or nobody can tell."""
    size = signer.key.key_size // 8
    return next((way for way, raw in _readings(signature) if len(raw) == size), "")


def _opened_pss(raw: bytes, signer: Signer) -> tuple[bytes, bytes] | None:
    """Hash and salt of a signature that is padded with PSS over SHA-256 (RFC 8017, 9.1.2); None when it is not."""
    numbers = signer.key.public_numbers()
    size = (numbers.n.bit_length() + 7) // 8
    if len(raw) != size:
        return None
    encoded = pow(int.from_bytes(raw), numbers.e, numbers.n).to_bytes(size)
    masked, hashed = encoded[:-33], encoded[-33:-1]
    blocks = (hashlib.sha256(hashed + number.to_bytes(4)).digest() for number in range(-(-len(masked) // 32)))
    plain = bytes(one ^ other for one, other in zip(masked, b"".join(blocks), strict=False))
    padding, mark, salt = bytes([plain[0] & 0x7F, *plain[1:]]).partition(b"\x01")
    return (hashed, salt) if encoded.endswith(b"\xbc") and mark and not any(padding) else None


def _readings(signature: str) -> list[tuple[str, bytes]]:
    """The bytes of a signature under every way in which it may have been written, the right one first."""
    bare = signature.strip()
    texts = {bare: "", unquote(bare): "percent", bare.translate(_URL_SAFE): "base64url"}
    found: dict[bytes, str] = {}
    for text, written in sorted(texts.items(), key=lambda one: one[0] != bare):
        raw = _base64(text)
        if raw is not None:
            found.setdefault(raw, "" if text == bare else written)
            twice = _base64(raw.decode("latin-1"))
            if twice:
                found.setdefault(twice, "twice")
    with suppress(ValueError):
        found.setdefault(bytes.fromhex(bare), "hex")
    return [(written, raw) for raw, written in found.items()]


_URL_SAFE = str.maketrans("-_", "+/")


def _base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
