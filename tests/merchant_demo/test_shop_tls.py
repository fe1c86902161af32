"""The merchant's certificate, and whom the shop believes to be the platform."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from msgspec.structs import replace

from merchant_demo.config import NotConfigured, Settings
from merchant_demo.tls import Tls

MCH_ID = "1900000001"


def issued(common_name):
    """A key and its certificate, by itself."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    built = built.not_valid_after(now + timedelta(days=1))
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    built = built.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    return key, built.sign(key, hashes.SHA256())


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """`platform` and `merchant` with key, certificate and p12."""
    folder = tmp_path_factory.mktemp("files")
    for name, common_name in (("platform", "127.0.0.1"), ("merchant", MCH_ID)):
        key, certificate = issued(common_name)
        pem, none = serialization.Encoding.PEM, serialization.NoEncryption()
        (folder / f"{name}.crt").write_bytes(certificate.public_bytes(pem))
        (folder / f"{name}.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, none))
        locked = serialization.BestAvailableEncryption(MCH_ID.encode())
        (folder / f"{name}.p12").write_bytes(pkcs12.serialize_key_and_certificates(b"", key, certificate, None, locked))
    return folder


async def shown(files, tls):
    """Whose certificate a platform sees when it is called so."""
    seen = []

    async def look(request):
        certificate = request.get_extra_info("peercert") or {}
        seen.append(dict(pair[0] for pair in certificate.get("subject", ())).get("commonName"))
        return web.Response()

    app = web.Application()
    app.router.add_get("/", look)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(files / "merchant.crt"))
    context.load_cert_chain(files / "platform.crt", files / "platform.key")
    context.verify_mode = ssl.CERT_OPTIONAL
    server = TestServer(app, scheme="https")
    await server.start_server(ssl=context)
    try:
        async with aiohttp.ClientSession() as http, http.get(server.make_url("/"), ssl=tls.context()):
            return seen[0]
    finally:
        await server.close()


def settings(files, **given):
    """A shop's, that knows the platform's authority."""
    return replace(Settings(), **{name: str(files / file) for name, file in {"ca": "platform.crt", **given}.items()})


async def test_the_certificate_is_shown(files):
    """From PEM files, or from the p12 whose password is the mch_id; none where none is given."""
    assert await shown(files, Tls(settings(files, cert="merchant.crt", key="merchant.key"))) == MCH_ID
    assert await shown(files, Tls(settings(files, p12="merchant.p12"))) == MCH_ID
    assert await shown(files, Tls(settings(files))) is None


async def test_a_stranger_is_not_believed(files):
    """Without the authority the platform could be anybody."""
    with pytest.raises(aiohttp.ClientConnectorCertificateError):
        await shown(files, Tls(Settings()))


@pytest.mark.parametrize(
    ("given", "variable"),
    [
        ({"cert": "none.crt", "key": "merchant.key"}, "_CERT"),
        ({"cert": "platform.crt", "key": "merchant.key"}, "_CERT"),
        ({"p12": "merchant.crt"}, "_P12"),
        ({"ca": "none.crt"}, "_CA"),
    ],
)
def test_files_that_are_none_are_named(files, given, variable):
    """By their variable."""
    with pytest.raises(NotConfigured, match=f"WECHATPAY_SANDBOX{variable}="):
        Tls(settings(files, **given)).context()
