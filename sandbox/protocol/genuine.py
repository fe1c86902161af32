"""Finds credentials of the real platform in files: a certificate that Tenpay.com issued to a merchant, or its key.

Nothing that runs against the sandbox needs one, and whoever holds one can move real money.
"""

import re
import ssl
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from cryptography.x509.oid import NameOID

ISSUER = "Tenpay.com"

_PEM = re.compile(rb"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)
_MERCHANT = re.compile(r"\d{6,}").fullmatch


class Genuine(msgspec.Struct, frozen=True):
    """One that was found: under which name, whose it is (masked), and which half."""

    name: str
    mchid: str
    what: str  # "certificate" or "private key"


def explained(found: Iterable[Genuine]) -> str:
    """What was found where, and why that is refused."""
    lines = "".join(f"\n  {one.name}: the {one.what} of merchant {one.mchid}" for one in found)
    return (
        f"these are credentials of the real platform, issued by {ISSUER}:{lines}\n"
        "Whoever holds them can move real money, and the sandbox knows nothing of them"
    )


def find(files: Mapping[str, bytes], passwords: Sequence[str] = ()) -> list[Genuine]:
    """What is genuine among these contents, by name; `passwords` are tried on PKCS#12 bundles.

    A private key is told by a certificate among the same contents; contents that are neither are passed over.
    """
    parts = {name: _parts(data, passwords) for name, data in files.items()}
    merchants = {
        _point(certificate.public_key()): _mchid(certificate)
        for certificates, _ in parts.values()
        for certificate in certificates
        if _is_genuine(certificate)
    }
    found = []
    for name, (certificates, keys) in parts.items():
        found += [Genuine(name, _masked(_mchid(one)), "certificate") for one in certificates if _is_genuine(one)]
        owners = [merchants[point] for key in keys if (point := _point(key.public_key())) in merchants]
        found += [Genuine(name, _masked(mchid), "private key") for mchid in owners]
    return found


def _parts(data: bytes, passwords: Iterable[str]) -> tuple[list[x509.Certificate], list[PrivateKeyTypes]]:
    certificates: list[x509.Certificate] = []
    keys: list[PrivateKeyTypes] = []
    for block in _PEM.finditer(data.replace(b"\\n", b"\n")):  # written on one line, as .env files have it
        try:
            if block[1] == b"CERTIFICATE" and ISSUER.encode() in ssl.PEM_cert_to_DER_cert(block[0].decode("ascii")):
                certificates.append(x509.load_pem_x509_certificate(block[0]))
            elif block[1].endswith(b"PRIVATE KEY"):
                keys.append(load_pem_private_key(block[0], None, unsafe_skip_rsa_key_validation=True))
        except (ValueError, TypeError):
            continue  # damaged, or under a pass phrase
    if not certificates and not keys and data[:1] == b"\x30":
        for password in passwords:
            try:
                bundle = pkcs12.load_pkcs12(data, password.encode())
            except ValueError:
                continue
            certificates += [one.certificate for one in (bundle.cert, *bundle.additional_certs) if one is not None]
            keys += [bundle.key] if bundle.key is not None else []
            break
    return certificates, keys


def _is_genuine(certificate: x509.Certificate) -> bool:
    """A merchant's; the platform's own, which has no secret, may lie anywhere."""
    return _first(certificate.issuer, NameOID.ORGANIZATION_NAME) == ISSUER and bool(_MERCHANT(_mchid(certificate)))


def _mchid(certificate: x509.Certificate) -> str:
    return _first(certificate.subject, NameOID.COMMON_NAME)


def _first(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _point(key: object) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined, no-any-return]


def _masked(mchid: str) -> str:
    return f"{mchid[:2]}{'*' * (len(mchid) - 4)}{mchid[-2:]}"
