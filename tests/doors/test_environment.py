"""What `run` sets: proxies that nothing leads past, roots that are kept, what was there before."""

import os
import ssl
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from sandbox.doors import trust
from sandbox.doors.authority import Authority
from sandbox.doors.environment import SHIMS, Entrance, variables, write_php
from sandbox.doors.trust import REPLACING

NOW = 1_790_000_000_000


@pytest.fixture
def ours(tmp_path: Path) -> str:
    """The authority's certificate."""
    return Authority(tmp_path / "data", NOW).pem


@pytest.fixture
def another(tmp_path: Path) -> str:
    """Somebody else's root."""
    return Authority(tmp_path / "other", NOW).pem


def entrance(folder: Path, authority: str, inherited: dict[str, str]) -> Entrance:
    files = trust.write(folder, authority, inherited)
    php = write_php(folder / "php", files)
    return Entrance(url="http://127.0.0.1:1234", https_port=4433, proxy_port=8888, trust=files, php=php)


def test_proxies_in_both_spellings(tmp_path: Path, ours: str) -> None:
    """The sandbox's instead of the user's own; one for all protocols is taken away."""
    inherited = {"HTTPS_PROXY": "http://corp:3128", "all_proxy": "socks5://corp:1080"}

    told = variables(entrance(tmp_path, ours, inherited), inherited)

    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        assert told[name] == "http://127.0.0.1:8888"
    assert told["ALL_PROXY"] == told["all_proxy"] == ""


def test_no_exception_leads_past_the_sandbox(tmp_path: Path, ours: str) -> None:
    """Exceptions of the user's stay, but for those that cover a host of the platform."""
    inherited = {"no_proxy": "db.internal, .weixin.qq.com,*.qq.com,qq.com,*,api.mch.weixin.qq.com,10.0.0.0/8,com"}

    told = variables(entrance(tmp_path, ours, inherited), inherited)

    assert told["NO_PROXY"] == told["no_proxy"] == "localhost,127.0.0.1,::1,db.internal,10.0.0.0/8"


def test_what_was_set_is_extended(tmp_path: Path, ours: str) -> None:
    """Options and paths of the user's stay; ours come where they do no harm."""
    inherited = {
        "NODE_OPTIONS": "--max-old-space-size=99", "PYTHONPATH": "/theirs", "JAVA_TOOL_OPTIONS": "-Xmx9m",
        "PHP_INI_SCAN_DIR": "/php",
    }  # fmt: skip

    told = variables(entrance(tmp_path, ours, inherited), inherited)

    assert told["NODE_OPTIONS"].endswith(" --max-old-space-size=99")
    assert told["PYTHONPATH"] == f"{SHIMS / 'python'}{os.pathsep}/theirs"
    assert told["JAVA_TOOL_OPTIONS"].startswith("-Xmx9m -Dhttp.proxyHost=127.0.0.1 ")
    assert told["PHP_INI_SCAN_DIR"] == f"/php{os.pathsep}{tmp_path / 'php'}"
    assert variables(entrance(tmp_path / "b", ours, {}), {})["PHP_INI_SCAN_DIR"].startswith(os.pathsep)


def test_java_is_led_by_name_only_where_asked(tmp_path: Path, ours: str) -> None:
    """A hosts file, and SOCKS for its plain sockets, which leaves this machine's own addresses alone."""
    plain = entrance(tmp_path, ours, {})
    named = variables(msgspec.structs.replace(plain, hosts=tmp_path / "hosts"), {})["JAVA_TOOL_OPTIONS"].split()

    assert "socks" not in variables(plain, {})["JAVA_TOOL_OPTIONS"]
    assert f"-Djdk.net.hosts.file={tmp_path / 'hosts'}" in named
    assert {"-DsocksProxyHost=127.0.0.1", "-DsocksProxyPort=8888"} <= set(named)
    assert "-DsocksNonProxyHosts=localhost|127.*|[::1]" in named


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()


def test_the_bundle_holds_the_systems_roots_and_ours(tmp_path: Path, ours: str) -> None:
    """Whoever trusts it trusts all that it trusted before, and the authority."""
    files = trust.write(tmp_path, ours, {})
    before, after = ssl.create_default_context(), ssl.create_default_context(cafile=str(files.bundle))

    assert {str(one["serialNumber"]) for one in before.get_ca_certs()} <= {
        str(one["serialNumber"]) for one in after.get_ca_certs()
    }
    assert ours in files.bundle.read_text()
    assert files.extra.read_text() == ours


def test_roots_that_were_named_are_kept(tmp_path: Path, ours: str, another: str) -> None:
    """A company's bundle takes the place of the system's; a file that is not there counts for nothing."""
    (tmp_path / "corp.pem").write_text(another.rstrip("\n"))
    named = {"REQUESTS_CA_BUNDLE": str(tmp_path / "corp.pem"), "SSL_CERT_FILE": str(tmp_path / "none.pem")}
    named["NODE_EXTRA_CA_CERTS"] = str(tmp_path / "corp.pem")

    files = trust.write(tmp_path, ours, named)
    told = variables(Entrance(url="http://127.0.0.1:1", https_port=1, proxy_port=1, trust=files, php=tmp_path), named)

    assert files.bundle.read_text() == files.extra.read_text() == another + ours
    assert {told[name] for name in REPLACING} == {str(files.bundle)}
    assert told["NODE_EXTRA_CA_CERTS"] == str(files.extra)


def test_javas_store_holds_the_same(tmp_path: Path, ours: str, another: str) -> None:
    """As PKCS#12; a certificate that cannot be read is left out."""
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    (tmp_path / "corp.pem").write_text(another + broken + another)

    files = trust.write(tmp_path, ours, {"SSL_CERT_FILE": str(tmp_path / "corp.pem")})

    store = pkcs12.load_pkcs12(files.java.read_bytes(), trust.STORE_PASSWORD.encode())
    assert len(store.additional_certs) == 2
