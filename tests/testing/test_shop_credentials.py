"""Who the shop is in a test, and the files that SDKs ask for."""

from pathlib import Path

import requests
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key, pkcs12
from cryptography.x509 import load_pem_x509_certificate

from sandbox.testing import WeChatPayServer


def test_files_are_written_when_asked_for(wechatpay_server: WeChatPayServer) -> None:
    """Each is what its name says, for the owner's eyes only; until then there is no folder."""
    me = wechatpay_server.credentials
    assert "_folder" not in vars(me)

    key, certificate, _ = pkcs12.load_key_and_certificates(me.p12_file.read_bytes(), me.mch_id.encode())

    assert key is not None
    assert certificate == load_pem_x509_certificate(me.cert_file.read_bytes())
    assert f"{certificate.serial_number:X}" == me.serial_no
    assert load_pem_private_key(me.key_file.read_bytes(), None).public_key() == certificate.public_key()
    assert f"{load_pem_x509_certificate(me.platform_cert_file.read_bytes()).serial_number:X}" == me.platform_serial
    assert load_pem_public_key(me.pub_key_file.read_bytes()).key_size == 2048  # type: ignore[union-attr]
    certificate.verify_directly_issued_by(load_pem_x509_certificate(me.ca_file.read_bytes()))
    assert {file.stat().st_mode & 0o777 for file in me.key_file.parent.iterdir()} == {0o600}


def test_other_merchants_have_credentials_too(wechatpay_server: WeChatPayServer) -> None:
    """The service provider and its sub-merchant, each with a certificate of its own."""
    me = wechatpay_server.credentials

    numbers = {me.of(mch_id).serial_no for mch_id in me.mch_ids}

    assert len(numbers) == len(me.mch_ids) == 5
    assert me.of(me.mch_ids[3]).key_file != me.key_file


def test_a_program_is_told_by_its_environment(wechatpay_server: WeChatPayServer) -> None:
    """Names, keys and the paths of files that are there."""
    told = wechatpay_server.credentials.environment()

    assert told["WECHATPAY_SANDBOX_URL"] == wechatpay_server.url
    assert told["WECHATPAY_SANDBOX_MCH_ID"] == wechatpay_server.credentials.mch_id
    assert all(Path(told[f"WECHATPAY_SANDBOX_{name}"]).is_file() for name in ("CERT", "KEY", "P12", "PUB_KEY"))


def test_the_tenant_can_be_driven_by_anybody(wechatpay_server: WeChatPayServer) -> None:
    """Its id is what the control API's header asks for."""
    path = f"{wechatpay_server.url}/_sandbox/merchants/{wechatpay_server.credentials.mch_id}/credentials"

    told = requests.get(path, headers={"X-Sandbox-Tenant": wechatpay_server.tenant}, timeout=5).json()

    assert told["serial_no"] == wechatpay_server.credentials.serial_no
    assert told["key_pem"] == wechatpay_server.credentials.key_pem
