"""The interlock where `run` is not involved: a shop that stories start, an adapter, a tenant."""

import datetime
import json
import urllib.error
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from live_sandbox import LiveSandbox

from sandbox.cli import main
from sandbox.cli.display import Trouble
from sandbox.cli.interlock import LARGEST, refuse_genuine


class Real(NamedTuple):
    """A merchant's certificate and key as PEM."""

    cert: bytes
    key: bytes
    p12: bytes


@pytest.fixture(scope="module")
def real() -> Real:
    """With the real platform's name as issuer; the signature is made up."""
    key = generate_private_key(65537, 2048)
    start = datetime.datetime(2024, 1, 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "1600000000")]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tenpay.com")]))
        .public_key(key.public_key()).serial_number(7)
        .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=1800))
        .sign(key, SHA256())
    )  # fmt: skip
    return Real(
        certificate.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, BestAvailableEncryption(b"1600000000")),
    )


@pytest.fixture
def genuine(real: Real) -> bytes:
    """The certificate alone."""
    return real.cert


def test_stories_start_no_shop_that_holds_one(tmp_path: Path, genuine: bytes) -> None:
    """A path in the adapter's environment counts from where its command runs."""
    (tmp_path / "real.pem").write_bytes(genuine)
    adapter = tmp_path / "shop.yaml"
    adapter.write_text("name: shop\nstart: node server.js\nenv: {CERT: real.pem}\nsteps: {}\n")

    result = CliRunner().invoke(main, ["scenario", "run", "--merchant", str(adapter), "happy-path"])

    assert result.exit_code == 2
    assert "the certificate of merchant 16******00" in result.stderr


RUNNING = """name: shop
url: http://127.0.0.1:9
sandbox: http://127.0.0.1:9
credentials: {{appid: wx1, app_secret: s, mch_id: "1600000000", api_key: {api_key}}}
steps:
  order: {{call: POST /orders, json: {{key: {named}}}}}
"""


@pytest.mark.parametrize(
    ("file", "api_key", "named", "where"),
    [
        ("real.p12", "k", "real.p12", "the adapter's steps.order.json.key"),
        ("real.pem", "real.pem", "k", "the adapter's credentials.api_key"),
    ],
)
def test_an_adapter_names_none(tmp_path: Path, real: Real, file: str, api_key: str, named: str, where: str) -> None:
    """Not in the credentials of a shop that runs already, nor in what it is asked; the bundle opens with its mch_id."""
    (tmp_path / "real.p12").write_bytes(real.p12)
    (tmp_path / "real.pem").write_bytes(real.cert)
    adapter = tmp_path / "shop.yaml"
    adapter.write_text(RUNNING.format(api_key=api_key, named=named))

    result = CliRunner().invoke(main, ["scenario", "run", "--merchant", str(adapter), "happy-path"])

    assert result.exit_code == 2
    assert f"{file} ({where}): the certificate of merchant 16******00" in result.stderr


def test_no_tenant_is_made_of_one(live: LiveSandbox, real: Real) -> None:
    """Neither the certificate nor the key that goes with it, written on one line or on many; other keys are taken."""
    line = real.cert.decode().replace("\n", "\\n")
    with pytest.raises(urllib.error.HTTPError) as refused:
        live.call("POST", "/tenants", {"credentials": {"api_key": real.key.decode(), "apiv3_key": line}})

    told = json.load(refused.value)["error"]
    refused.value.close()
    assert (refused.value.code, told["code"]) == (400, "genuine")
    assert "credentials.apiv3_key: the certificate of merchant 16******00" in told["message"]
    assert "credentials.api_key: the private key of merchant 16******00" in told["message"]
    live.call("POST", "/tenants", {"credentials": {"api_key": "k" * 32}})


def test_only_what_may_be_a_credential_is_read(tmp_path: Path, genuine: bytes) -> None:
    """Other suffixes, folders and large files are left alone; the sandbox's own variables are not looked at."""
    (tmp_path / "cert.txt").write_bytes(genuine)
    (tmp_path / "large.pem").write_bytes(genuine + b"#" * LARGEST)
    (tmp_path / "folder.pem").mkdir()
    (tmp_path / "real.pem").write_bytes(genuine)
    names = ("cert.txt", "large.pem", "folder.pem", "none.pem")

    refuse_genuine(names, {"WECHATPAY_SANDBOX_CERT": "real.pem", "A": "a\nb.pem"}, tmp_path)
    with pytest.raises(Trouble, match="nothing was started"):
        refuse_genuine(["--cert=real.pem"], {}, tmp_path)
