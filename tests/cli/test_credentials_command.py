"""`credentials` and the connection that it shares with its neighbours."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from cryptography.x509 import load_pem_x509_certificate
from shell import Shell

from sandbox.cli import main

NOBODY = "http://127.0.0.1:9"


def test_a_tenants_credentials_are_shown(shell: Shell) -> None:
    """Names, keys, serial numbers, payers: all one needs."""
    told = shell.typed("credentials").output

    for text in (shell.tenant["appid"], shell.tenant["mch_id"], shell.tenant["api_key"], "5A4D8BF0", "PUB_KEY_ID_"):
        assert text in told
    for user in shell.tenant["users"]:
        assert user["openids"][shell.tenant["appid"]] in told


def test_files_belong_together(shell: Shell, tmp_path: Path) -> None:
    """The key opens the certificate, the p12 opens with the merchant number, the serial is the one shown."""
    told = shell.json("credentials", "--out", tmp_path / "keys")
    files = {name: Path(path) for name, path in told["files"].items()}

    certificate = load_pem_x509_certificate(files["cert"].read_bytes())
    key = load_pem_private_key(files["key"].read_bytes(), None)
    bundle = pkcs12.load_pkcs12(files["p12"].read_bytes(), told["mch_id"].encode())
    assert key.public_key() == certificate.public_key()
    assert bundle.cert is not None
    assert bundle.cert.certificate == certificate
    assert f"{certificate.serial_number:X}" == told["serial_no"]
    assert files["platform_cert"].name == f"wechatpay_{told['platform_serial']}.pem"
    if os.name != "nt":
        assert files["key"].stat().st_mode & 0o077 == 0


def test_another_merchant_of_the_tenant(shell: Shell) -> None:
    """Chosen by number; one that is not there lists those that are."""
    second = shell.tenant["merchants"][1]

    told = shell.json("credentials", "--mch-id", second["mchid"])
    wrong = shell.typed("credentials", "--mch-id", "1")

    assert (told["mch_id"], told["api_key"]) == (second["mchid"], second["api_key"])
    assert wrong.exit_code == 2
    assert second["mchid"] in wrong.stderr


def test_the_default_tenants_need_no_sandbox() -> None:
    """They are the same everywhere; that none runs is said on stderr."""
    result = CliRunner().invoke(main, ["credentials", "--json", "--url", NOBODY])

    told = json.loads(result.stdout)
    assert (told["mch_id"], told["api_key"]) == ("1900000001", "sandboxAPIv2key0sandboxAPIv2key0")
    assert (told["appid"], told["url"]) == ("wx5a4d8bf0c0de0001", NOBODY)
    assert f"no sandbox answers at {NOBODY}" in result.stderr


def test_another_tenants_need_one() -> None:
    """They exist only where they were made."""
    result = CliRunner().invoke(main, ["credentials", "--tenant", "t7", "--url", NOBODY])

    assert result.exit_code == 2
    assert "wechatpay-sandbox serve" in result.stderr


@pytest.mark.parametrize(
    "words", [["pay", "T1"], ["clock", "read"], ["notify", "list"], ["rules", "list"], ["logs"], ["logs", "-f"]]
)
def test_without_a_sandbox_commands_say_how_to_start_one(words: list[str]) -> None:
    """Exit code 2; the address that did not answer is named. It can come from the environment."""
    result = CliRunner().invoke(main, words, env={"WECHATPAY_SANDBOX_URL": NOBODY})

    assert result.exit_code == 2
    assert NOBODY in result.stderr
    assert "wechatpay-sandbox serve" in result.stderr


def test_an_unknown_tenant_lists_those_there_are(shell: Shell) -> None:
    """Exit code 2."""
    shell.tenant = {**shell.tenant, "id": "t404"}

    result = shell.typed("clock", "read")

    assert result.exit_code == 2
    assert "default" in result.stderr
