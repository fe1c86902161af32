"""The interlock where `run` is not involved: a shop that stories start."""

import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sandbox.cli import main
from sandbox.cli.display import Trouble
from sandbox.cli.interlock import LARGEST, refuse_genuine


@pytest.fixture(scope="module")
def genuine() -> bytes:
    """A merchant's certificate with the real platform's name as issuer; the signature is made up."""
    key = generate_private_key(65537, 2048)
    start = datetime.datetime(2024, 1, 1)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "1600000000")]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tenpay.com")]))
        .public_key(key.public_key()).serial_number(7)
        .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=1800))
        .sign(key, SHA256()).public_bytes(Encoding.PEM)
    )  # fmt: skip


def test_stories_start_no_shop_that_holds_one(tmp_path: Path, genuine: bytes) -> None:
    """A path in the adapter's environment counts from where its command runs."""
    (tmp_path / "real.pem").write_bytes(genuine)
    adapter = tmp_path / "shop.yaml"
    adapter.write_text("name: shop\nstart: node server.js\nenv: {CERT: real.pem}\nsteps: {}\n")

    result = CliRunner().invoke(main, ["scenario", "run", "--merchant", str(adapter), "happy-path"])

    assert result.exit_code == 2
    assert "the certificate of merchant 16******00" in result.stderr


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
