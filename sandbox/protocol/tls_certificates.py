"""The certificates of the TLS doors: an authority that may vouch for the platform's names only, and the server's own.

Other than the issuer of merchant certificates, this authority is minted on each machine and its key stays there.
"""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey as Key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509 import Certificate
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sandbox.protocol.certificates import ORGANIZATION, Validity, moment

Identity = tuple[Key, Certificate]
"""A private key and the certificate that goes with it."""

DOMAINS = ("weixin.qq.com", "wx.tenpay.com", "wechatpay.cn", "localhost")
"""What the authority may vouch for, with everything below it; besides these only loopback addresses."""

LOOPBACK = ("127.0.0.0/8", "::1/128")


def new_key() -> Key:
    """A P-256 key: under a millisecond to make, and every TLS client of the last ten years takes it."""
    return generate_private_key(SECP256R1())


def authority_certificate(key: Key, *, serial: int, validity: Validity) -> Certificate:
    """The self-signed certificate that a program is told to trust.

    The name constraints are critical: a client that does not understand them refuses the certificate rather than
    trust it for every host there is.
    """
    name = _name("SANDBOX TLS, this machine only", "WeChat Pay SANDBOX TLS authority")
    domains = [x509.DNSName(domain) for domain in DOMAINS]
    networks = [x509.IPAddress(ip_network(network)) for network in LOOPBACK]
    return (
        _builder(name, name, key, serial, validity)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .add_extension(
            x509.NameConstraints(permitted_subtrees=[*domains, *networks], excluded_subtrees=None), critical=True
        )
        .sign(key, SHA256())
    )


def server_certificate(
    names: Sequence[str],
    key: Key,
    authority: Identity,
    *,
    serial: int,
    validity: Validity,
) -> Certificate:
    """The server's certificate for host names and addresses."""
    authority_key, issuer = authority
    key_id = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _builder(_name("SANDBOX TLS server", names[0]), issuer.subject, key, serial, validity)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(ca=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_id), critical=False)
        .sign(authority_key, SHA256())
    )


def pem(key: Key, *certificates: Certificate) -> str:
    """Private key and certificates in one file's text."""
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return b"".join([text, *(one.public_bytes(Encoding.PEM) for one in certificates)]).decode()


def load(text: str) -> Identity:
    """Key and first certificate of such a text. Raises ValueError."""
    key = load_pem_private_key(text.encode(), None)
    if not isinstance(key, Key):
        raise ValueError(f"expected an EC private key, came {type(key).__name__}")
    return key, x509.load_pem_x509_certificate(text.encode())


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, serial: int, validity: Validity
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(moment(validity.not_before))
        .not_valid_after(moment(validity.not_after))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(unit: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
