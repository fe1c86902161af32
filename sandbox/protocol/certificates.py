"""The X.509 certificates and PKCS#12 bundles that the platform hands out, as functions of their arguments.

Every name carries SANDBOX in O and OU and never `Tenpay.com`, so that no one takes a certificate for a real one.
"""

import contextlib
import re
import warnings
from datetime import UTC, datetime
from ipaddress import ip_network

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

ORGANIZATION = "WeChat Pay SANDBOX"

# Java merchants look the key up under this name in the bundle of the real platform.
P12_ALIAS = "Tenpay Certificate"

_BLOCK = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class Validity(msgspec.Struct, frozen=True):
    """From when to when, both in milliseconds since the epoch; a certificate keeps whole seconds."""

    not_before: int
    not_after: int


class Issuer(msgspec.Struct, frozen=True):
    """The authority that signs: its key and its own certificate."""

    key: RSAPrivateKey
    certificate: x509.Certificate


def issuer_certificate(key: RSAPrivateKey, *, serial: int, validity: Validity) -> x509.Certificate:
    """The self-signed certificate of the authority that issues merchant and platform certificates.

    Its key is published, so it must be worthless elsewhere: the critical name constraints leave it no host name and no
    address to vouch for, even on a machine where somebody trusts it by mistake.
    """
    name = _name("WeChat Pay SANDBOX CA Center", "WeChat Pay SANDBOX Root CA")
    builder = _builder(name, key.public_key(), serial, validity).issuer_name(name)
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(ca=True), critical=True)
        .add_extension(
            x509.NameConstraints(
                permitted_subtrees=[x509.DNSName("sandbox.invalid")],
                excluded_subtrees=[x509.IPAddress(ip_network(every)) for every in ("0.0.0.0/0", "::/0")],
            ),
            critical=True,
        )
        .sign(key, SHA256())
    )


def merchant_certificate(
    mchid: str, public_key: RSAPublicKey, issuer: Issuer, *, serial: int, validity: Validity
) -> x509.Certificate:
    """A merchant's API certificate: CN is the merchant number."""
    return _issue(_name("SANDBOX merchant", mchid), public_key, issuer, serial, validity)


def platform_certificate(
    public_key: RSAPublicKey, issuer: Issuer, *, serial: int, validity: Validity
) -> x509.Certificate:
    """The certificate whose key signs replies and notifications."""
    return _issue(_name("SANDBOX platform", "WeChat Pay SANDBOX sign"), public_key, issuer, serial, validity)


def serial_text(serial: int) -> str:
    """A serial number as the platform writes it: 40 upper-case hex digits."""
    return f"{serial:040X}"


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def p12(key: RSAPrivateKey, certificate: x509.Certificate, password: str) -> bytes:
    """Key and certificate under a password, encrypted as Java 8, OpenSSL 3, Node and Python all read it.

    The issuer is not in it: Node forgets NODE_EXTRA_CA_CERTS on a connection whose p12 has an authority in it.
    The salts are drawn anew each time: two bundles of one key differ in their bytes.
    """
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(2048)
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(SHA1())
        .build(password.encode())
    )
    return pkcs12.serialize_key_and_certificates(P12_ALIAS.encode(), key, certificate, None, encryption)


def java_trust_store(bundle: str, password: str) -> bytes:
    """The certificates of a PEM bundle as a PKCS#12 trust store for Java; those that break the rules are left out."""
    entries = []
    for number, block in enumerate(dict.fromkeys(_BLOCK.findall(bundle))):
        with warnings.catch_warnings(), contextlib.suppress(ValueError):
            warnings.simplefilter("ignore")  # some roots of old are barely tolerated
            certificate = x509.load_pem_x509_certificate(block.encode())
            entries.append(pkcs12.PKCS12Certificate(certificate, f"root-{number}".encode()))
    return pkcs12.serialize_java_truststore(entries, BestAvailableEncryption(password.encode()))


def load_private_key(pem_or_der: bytes) -> RSAPrivateKey:
    """An RSA key of our own, unchecked: the check costs 38 ms and would only protect from ourselves."""
    load = load_pem_private_key if b"-----BEGIN" in pem_or_der else load_der_private_key
    key = load(pem_or_der, password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError(f"expected an RSA private key, came {type(key).__name__}: the platform's keys are RSA-2048")
    return key


def _issue(
    subject: x509.Name, public_key: RSAPublicKey, issuer: Issuer, serial: int, validity: Validity
) -> x509.Certificate:
    ca_key_id = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _builder(subject, public_key, serial, validity)
        .issuer_name(issuer.certificate.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(ca=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ca_key_id), critical=False)
        .sign(issuer.key, SHA256())
    )


def _builder(subject: x509.Name, public_key: RSAPublicKey, serial: int, validity: Validity) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(moment(validity.not_before))
        .not_valid_after(moment(validity.not_after))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _name(unit: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.LOCALITY_NAME, "ShenZhen"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    """The usages seen in the real certificates: four for a holder's key, the authority's two for its own."""
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=not ca,
        data_encipherment=not ca,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def moment(instant: int) -> datetime:
    """Milliseconds since the epoch as X.509 wants them."""
    return datetime.fromtimestamp(instant // 1000, UTC)
