"""Certificates and PKCS#12 bundles as merchants' programs read them."""

import shutil
import ssl
import subprocess
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

from sandbox.protocol import certificates
from sandbox.protocol.certificates import Issuer, Validity

VALIDITY = Validity(1_577_836_800_000, 2_524_607_999_000)
SERIAL = 0x5A4D8BF0 << 128 | 0xC0DE


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    key = generate_private_key(65537, 2048)
    return Issuer(key, certificates.issuer_certificate(key, serial=1, validity=VALIDITY))


@pytest.fixture(scope="module")
def merchant(key: RSAPrivateKey, issuer: Issuer) -> x509.Certificate:
    return certificates.merchant_certificate("1900000001", key.public_key(), issuer, serial=SERIAL, validity=VALIDITY)


def attributes(name: x509.Name) -> dict[str, str]:
    return {attribute.rfc4514_attribute_name: str(attribute.value) for attribute in name}


def test_a_merchant_certificate_names_the_merchant_and_the_sandbox(merchant: x509.Certificate) -> None:
    """CN is exactly the merchant number, and SANDBOX stands in O and OU of subject and issuer."""
    subject, signer = attributes(merchant.subject), attributes(merchant.issuer)
    assert subject["CN"] == "1900000001"
    assert all("SANDBOX" in name[part] for name in (subject, signer) for part in ("O", "OU"))
    assert "Tenpay.com" not in merchant.subject.rfc4514_string() + merchant.issuer.rfc4514_string()


def test_serial_and_validity_are_the_ones_asked_for(merchant: x509.Certificate) -> None:
    """Serial number and both ends of the validity come from the arguments."""
    assert merchant.serial_number == SERIAL
    assert merchant.not_valid_before_utc == datetime(2020, 1, 1, tzinfo=UTC)
    assert merchant.not_valid_after_utc == datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_the_same_arguments_give_the_same_bytes(key: RSAPrivateKey, issuer: Issuer, merchant: x509.Certificate) -> None:
    """Minting draws nothing: a second certificate equals the first, another serial number makes another one."""
    again = certificates.merchant_certificate("1900000001", key.public_key(), issuer, serial=SERIAL, validity=VALIDITY)
    other = certificates.merchant_certificate(
        "1900000001", key.public_key(), issuer, serial=SERIAL + 1, validity=VALIDITY
    )
    assert certificates.pem(again) == certificates.pem(merchant)
    assert certificates.pem(other) != certificates.pem(merchant)


def test_a_platform_certificate_is_signed_by_the_issuer_alone(key: RSAPrivateKey, issuer: Issuer) -> None:
    """The issuer's certificate verifies it, and another authority of the same name does not."""
    certificate = certificates.platform_certificate(key.public_key(), issuer, serial=SERIAL, validity=VALIDITY)
    certificate.verify_directly_issued_by(issuer.certificate)
    impostor = certificates.issuer_certificate(key, serial=1, validity=VALIDITY)
    with pytest.raises(InvalidSignature):
        certificate.verify_directly_issued_by(impostor)
    assert "CN" in attributes(certificate.subject)


@pytest.mark.parametrize(
    ("serial", "text"),
    [(SERIAL, "5A4D8BF00000000000000000000000000000C0DE"), (0xABC, "0000000000000000000000000000000000000ABC")],
)
def test_serial_text_is_forty_upper_case_digits(serial: int, text: str) -> None:
    """The platform writes serial numbers as 40 upper-case hex digits, leading zeros included."""
    assert certificates.serial_text(serial) == text


def test_p12_opens_with_the_password_only(key: RSAPrivateKey, merchant: x509.Certificate) -> None:
    """The bundle holds key and certificate under the alias Java merchants ask for, and refuses a wrong password."""
    bundle = certificates.p12(key, merchant, "1900000001")
    opened = pkcs12.load_pkcs12(bundle, b"1900000001")
    assert isinstance(opened.key, RSAPrivateKey)
    assert opened.key.private_numbers() == key.private_numbers()
    assert opened.cert is not None
    assert (opened.cert.certificate, opened.cert.friendly_name) == (merchant, b"Tenpay Certificate")
    assert opened.additional_certs == []
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_pkcs12(bundle, b"1900000002")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl command here")
def test_p12_uses_the_algorithms_every_runtime_reads(key: RSAPrivateKey, merchant: x509.Certificate) -> None:
    """openssl finds 3DES around key and certificates and a SHA-1 MAC: nothing newer, and no RC2."""
    bundle = certificates.p12(key, merchant, "1900000001")
    command = ["openssl", "pkcs12", "-info", "-noout", "-passin", "pass:1900000001"]
    report = subprocess.run(command, input=bundle, capture_output=True, check=True).stderr.decode()
    assert "MAC: sha1" in report
    assert report.count("pbeWithSHA1And3-KeyTripleDES-CBC") == 2
    assert report.count("Certificate bag") == 1


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_load_private_key_reads_pem_and_der(key: RSAPrivateKey, encoding: Encoding) -> None:
    """Either encoding gives back the key that was written."""
    data = key.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())
    assert certificates.load_private_key(data).private_numbers() == key.private_numbers()


def test_load_private_key_wants_rsa() -> None:
    """A key of another kind is refused with what came and what was expected."""
    curve = ec.generate_private_key(ec.SECP256R1())
    data = curve.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ValueError, match=r"expected an RSA private key, came \w+PrivateKey: "):
        certificates.load_private_key(data)


def test_a_server_that_trusts_the_issuer_accepts_a_merchant(
    tmp_path: Path, key: RSAPrivateKey, issuer: Issuer, merchant: x509.Certificate
) -> None:
    """In a TLS handshake the merchant's certificate passes as client certificate, strict checks included."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(save(tmp_path / "server.pem", key, merchant))
    server.verify_mode = ssl.CERT_REQUIRED
    server.verify_flags |= ssl.VERIFY_X509_STRICT
    server.load_verify_locations(cadata=certificates.pem(issuer.certificate))
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.load_cert_chain(save(tmp_path / "client.pem", key, merchant))
    assert handshake(client, server) == merchant.public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("san", "complaint"),
    [
        (x509.DNSName("api.mch.weixin.qq.com"), "permitted subtree violation"),
        (x509.DNSName("localhost"), "permitted subtree violation"),
        (x509.IPAddress(ip_address("127.0.0.1")), "excluded subtree violation"),
    ],
)
def test_the_published_issuer_can_vouch_for_no_host(
    tmp_path: Path, key: RSAPrivateKey, issuer: Issuer, san: x509.GeneralName, complaint: str
) -> None:
    """A host certificate forged with the issuer's key is refused even by a client that trusts the issuer."""
    forged = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "forged")]))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2049, 12, 31, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([san]), critical=False)
        .sign(issuer.key, SHA256())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(save(tmp_path / "server.pem", key, forged))
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.load_verify_locations(cadata=certificates.pem(issuer.certificate))
    with pytest.raises(ssl.SSLCertVerificationError, match=complaint):
        handshake(client, server)


def save(path: Path, key: RSAPrivateKey, certificate: x509.Certificate) -> Path:
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(key_pem + certificate.public_bytes(Encoding.PEM))
    return path


def handshake(client: ssl.SSLContext, server: ssl.SSLContext) -> bytes | None:
    """Shake hands in memory; the client's certificate (DER) as the server got it. Raises what either side raises."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client_side = client.wrap_bio(to_client, to_server)
    server_side = server.wrap_bio(to_server, to_client, server_side=True)
    waiting = [client_side, server_side]
    while waiting:
        waiting = [side for side in waiting if not finished(side)]
    return server_side.getpeercert(binary_form=True)


def finished(side: ssl.SSLObject) -> bool:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True
