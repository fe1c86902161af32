"""Credentials of the real platform are found; what looks like them is not."""

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from sandbox.platform.keys import KeyPool, MerchantCredentials
from sandbox.protocol import genuine
from sandbox.protocol.genuine import Genuine

MCHID = "1600000000"


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def issued(key: RSAPrivateKey, common_name: str = MCHID, organization: str = "Tenpay.com") -> x509.Certificate:
    """A certificate of this name by an issuer of that one; the signature is made up."""
    start = datetime.datetime(2024, 1, 1)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)]))
        .public_key(key.public_key()).serial_number(7)
        .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=1800))
        .sign(key, SHA256())
    )  # fmt: skip


def pem(key: RSAPrivateKey | ec.EllipticCurvePrivateKey, password: bytes = b"") -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def test_a_certificate_and_its_key(key: RSAPrivateKey) -> None:
    """The key is told by the certificate, wherever that is; text around them does not matter."""
    certificate = issued(key).public_bytes(Encoding.PEM)

    found = genuine.find({"k": pem(key), "c": b"Bag Attributes\n" + certificate, "both": pem(key) + certificate})

    assert found == [
        Genuine("k", "16******00", "private key"),
        Genuine("c", "16******00", "certificate"),
        Genuine("both", "16******00", "certificate"),
        Genuine("both", "16******00", "private key"),
    ]


def test_a_bundle_opens_with_one_of_the_passwords(key: RSAPrivateKey) -> None:
    """Without the right one it stays closed and is passed over."""
    bundle = pkcs12.serialize_key_and_certificates(
        b"x", key, issued(key), None, BestAvailableEncryption(MCHID.encode())
    )

    assert [one.what for one in genuine.find({"p12": bundle}, ["1", MCHID])] == ["certificate", "private key"]
    assert genuine.find({"p12": bundle}, ["1"]) == []


def test_what_is_not_genuine(key: RSAPrivateKey) -> None:
    """Another issuer's, the platform's own certificate, a lone key, a key under a pass phrase, rubbish, and ours."""
    ours = MerchantCredentials(KeyPool(), "1900000001")
    contents = {
        "issuer": issued(key, organization="Shop").public_bytes(Encoding.PEM),
        "platform": issued(key, "Tenpay.com sign").public_bytes(Encoding.PEM),
        "key": pem(key),
        "curve": pem(ec.generate_private_key(ec.SECP256R1())),
        "closed": pem(key, b"secret"),
        "rubbish": b"-----BEGIN CERTIFICATE-----\nVGVucGF5LmNvbQ==\n-----END CERTIFICATE-----",
        "der": b"\x30\x82\x00\x01",
        "empty": b"",
        "ours": ours.cert_pem.encode() + ours.key_pem.encode(),
        "our p12": ours.p12,
    }

    assert genuine.find(contents, ["1900000001"]) == []
