"""The TLS authority: minted once, kept private, good for the platform's names and this machine only."""

import os
import ssl
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography import x509

from sandbox.doors import AuthorityError
from sandbox.doors.authority import DAY, Authority
from sandbox.doors.directory import KEY_FILE, data_directory
from sandbox.doors.hosts import OWN, PLATFORM, is_passed, is_platform
from sandbox.platform.keys import KeyPool
from sandbox.protocol import tls_certificates
from sandbox.protocol.certificates import Validity

NOW = 1_790_000_000_000


def certificate(authority: Authority) -> x509.Certificate:
    return x509.load_pem_x509_certificate(authority.pem.encode())


def test_minted_once_and_kept(tmp_path: Path) -> None:
    """The second sandbox finds the first one's authority; the file for others has no key in it."""
    first, second = (Authority(tmp_path / "data", NOW) for _ in range(2))

    assert first.pem == second.pem == first.file.read_text()
    assert "PRIVATE" not in first.pem


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_key_is_the_owners_alone(tmp_path: Path) -> None:
    """0600 in a folder that is 0700, whatever the umask."""
    old = os.umask(0)
    try:
        Authority(tmp_path / "data", NOW)
    finally:
        os.umask(old)

    assert stat.S_IMODE((tmp_path / "data" / KEY_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_sandboxes_that_start_at_once_agree(tmp_path: Path) -> None:
    """Whoever comes first makes it; all use the same one, and no half-written file is left."""
    with ThreadPoolExecutor(8) as pool:
        pems = set(pool.map(lambda _: Authority(tmp_path / "data", NOW).pem, range(16)))

    assert len(pems) == 1
    assert {file.name for file in (tmp_path / "data").iterdir()} == {"ca.pem", KEY_FILE}


def test_name_constraints_are_critical(tmp_path: Path) -> None:
    """The platform's domains, localhost and loopback addresses; it may not make further authorities."""
    extensions = certificate(Authority(tmp_path, NOW)).extensions
    constraints = extensions.get_extension_for_class(x509.NameConstraints)
    basic = extensions.get_extension_for_class(x509.BasicConstraints)

    assert constraints.critical
    assert constraints.value.excluded_subtrees is None
    assert [one.value for one in constraints.value.permitted_subtrees or ()] == [
        "weixin.qq.com", "wx.tenpay.com", "wechatpay.cn", "localhost",
        ip_network("127.0.0.0/8"), ip_network("::1/128"),
    ]  # fmt: skip
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)


def test_every_name_of_the_platform_is_in_the_servers_certificate(tmp_path: Path) -> None:
    """OpenSSL verifies each one under the strictest rules; what is not there, and what is not allowed, it refuses."""
    authority = Authority(tmp_path, NOW)
    key = tls_certificates.new_key()
    identity = tls_certificates.load((tmp_path / KEY_FILE).read_text())

    def verdict(host: str, *names: str) -> int:
        validity = Validity(NOW - DAY, NOW + 300 * DAY)
        leaf = tls_certificates.server_certificate(names, key, identity, serial=7, validity=validity)
        (tmp_path / "leaf.pem").write_text(tls_certificates.pem(key, leaf))
        kind = "-verify_ip" if host in OWN and host != "localhost" else "-verify_hostname"
        command = ["openssl", "verify", "-x509_strict", "-CAfile", str(authority.file), kind, host, "leaf.pem"]
        command[2:2] = ["-attime", str(NOW // 1000)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=20, check=False).returncode

    names = [*PLATFORM, *OWN]
    assert {host: verdict(host, *names) for host in names} == dict.fromkeys(names, 0)
    assert verdict("mp.weixin.qq.com", *names) != 0
    assert verdict("shop.example", "shop.example") != 0
    assert verdict("www.tenpay.com", "www.tenpay.com") != 0


def test_near_its_end_a_new_one_is_made(tmp_path: Path) -> None:
    """Nine years on, before its last server's certificate would outlive it."""
    old = Authority(tmp_path, NOW)
    same = Authority(tmp_path, NOW + 8 * 365 * DAY)
    new = Authority(tmp_path, NOW + 9 * 365 * DAY)

    assert old.pem == same.pem != new.pem == new.file.read_text()


def test_trouble_is_explained(tmp_path: Path) -> None:
    """A damaged file and a folder that cannot be made name themselves and the way out."""
    (tmp_path / KEY_FILE).write_text("-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n")
    (tmp_path / "file").write_text("")

    with pytest.raises(AuthorityError, match="is damaged: delete it"):
        Authority(tmp_path, NOW)
    with pytest.raises(AuthorityError, match="--data-dir"):
        Authority(tmp_path / "file" / "data", NOW)


def test_the_context_asks_for_a_certificate_and_needs_none(tmp_path: Path) -> None:
    """Optional, of our issuer, whatever its dates."""
    context = Authority(tmp_path, NOW).server_context(KeyPool().issuer_pem)

    assert context.verify_mode is ssl.CERT_OPTIONAL
    assert int(context.verify_flags) & 0x200000


@pytest.mark.skipif(sys.platform != "linux", reason="the rule of Linux and its kin")
def test_the_data_directory_follows_the_xdg_rule() -> None:
    """XDG_DATA_HOME, else ~/.local/share; an empty variable is none."""
    home = Path("/home/li")

    assert data_directory({"XDG_DATA_HOME": "/data"}, home) == Path("/data/wechatpay-sandbox")
    assert data_directory({"XDG_DATA_HOME": ""}, home) == Path("/home/li/.local/share/wechatpay-sandbox")


@pytest.mark.parametrize(
    ("host", "platform", "passed"),
    [
        ("api.mch.weixin.qq.com", True, False),
        ("API.WEIXIN.QQ.COM.", True, False),
        ("mp.weixin.qq.com", False, False),
        ("oss.example.com", False, True),
        ("example.com", False, False),
        ("notexample.com", False, False),
        ("only.example.org", False, True),
        ("127.0.0.7", False, True),
        ("::1", False, True),
        ("localhost", False, True),
        ("10.0.0.1", False, False),
    ],
)
def test_whose_host_it_is(host: str, platform: bool, passed: bool) -> None:
    """The platform's names in any spelling; what was passed, with all below it; this machine always."""
    assert is_platform(host) is platform
    assert is_passed(host, [".Example.com", "only.example.org"]) is passed
    assert is_passed(host, ["*"])
