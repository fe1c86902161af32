"""The environment in which a program finds the sandbox where it expects the platform. Pure, but for PHP's small file.

Variables do most of it; two runtimes that ignore proxies get a shim, which their own variables let in.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from sandbox.doors.hosts import PLATFORM
from sandbox.doors.trust import REPLACING, STORE_PASSWORD, TrustFiles

SHIMS = Path(__file__).parent / "shims"

LOCAL = ("localhost", "127.0.0.1", "::1")
"""Never through the proxy."""


class Entrance(msgspec.Struct, frozen=True, kw_only=True):
    """Where the doors are and what is to be trusted."""

    url: str
    https_port: int
    proxy_port: int
    passed: tuple[str, ...] = ()
    trust: TrustFiles
    php: Path  # a folder with our php.ini settings
    hosts: Path | None = None  # what Java is to know of names, and nothing else


def variables(entrance: Entrance, inherited: Mapping[str, str]) -> dict[str, str]:
    """What to set for the child, beside what it inherits; an empty value means: take it away."""
    return {
        **_proxies(entrance, inherited),
        **dict.fromkeys(REPLACING, str(entrance.trust.bundle)),
        **_shims(entrance, inherited),
        "JAVA_TOOL_OPTIONS": _extended(inherited, "JAVA_TOOL_OPTIONS", " ", _java(entrance), last=True),
        # An entry that is empty stands for PHP's own folder.
        "PHP_INI_SCAN_DIR": f"{inherited.get('PHP_INI_SCAN_DIR', '')}{os.pathsep}{entrance.php}",
        "WECHATPAY_SANDBOX_URL": entrance.url,
    }


def write_php(folder: Path, trust: TrustFiles) -> Path:
    """The folder for PHP_INI_SCAN_DIR: its curl and its streams look at php.ini only."""
    folder.mkdir()
    settings = f'curl.cainfo = "{trust.bundle}"\nopenssl.cafile = "{trust.bundle}"\n'
    (folder / "wechatpay-sandbox.ini").write_text(settings, encoding="utf-8")
    return folder


def write_hosts(file: Path, theirs: str, passed: Mapping[str, str]) -> Path:
    """A hosts file for Java: the platform's names lead here, then what the system's own file says, then `passed`."""
    ours = "".join(f"127.0.0.1 {host}\n" for host in PLATFORM)
    more = "".join(f"{address} {host}\n" for host, address in passed.items())
    file.write_text(f"127.0.0.1 localhost\n{ours}{theirs.rstrip()}\n{more}", encoding="utf-8")
    return file


def _proxies(entrance: Entrance, inherited: Mapping[str, str]) -> dict[str, str]:
    """In both spellings: curl knows http_proxy in lower case only, others the one or the other."""
    proxy = f"http://127.0.0.1:{entrance.proxy_port}"
    kept = inherited.get("NO_PROXY") or inherited.get("no_proxy") or ""
    direct = [one for one in (part.strip() for part in kept.split(",")) if one and not _hits_platform(one)]
    both = {
        "HTTP_PROXY": proxy,
        "HTTPS_PROXY": proxy,
        "ALL_PROXY": "",
        "NO_PROXY": ",".join(dict.fromkeys([*LOCAL, *direct])),
    }
    return {**both, **{name.lower(): value for name, value in both.items()}}


def _hits_platform(exception: str) -> bool:
    """Whether an entry of NO_PROXY would lead past the sandbox."""
    domain = exception.lower().lstrip("*").strip(".")
    return not domain or any(f".{host}".endswith(f".{domain}") for host in PLATFORM)


def _shims(entrance: Entrance, inherited: Mapping[str, str]) -> dict[str, str]:
    node = str(SHIMS / "node.cjs").replace("\\", "\\\\")
    return {
        "NODE_EXTRA_CA_CERTS": str(entrance.trust.extra),
        "NODE_USE_ENV_PROXY": "1",  # Node 24 on
        "NODE_OPTIONS": _extended(inherited, "NODE_OPTIONS", " ", f'--require "{node}"'),
        "PYTHONPATH": _extended(inherited, "PYTHONPATH", os.pathsep, str(SHIMS / "python")),
        "WECHATPAY_SANDBOX_HOSTS": ",".join(PLATFORM),
        "WECHATPAY_SANDBOX_PORTS": f"80={urlsplit(entrance.url).port},443={entrance.https_port}",
        "WECHATPAY_SANDBOX_PASSED": ",".join(entrance.passed),
        "WECHATPAY_SANDBOX_CA_BUNDLE": str(entrance.trust.bundle),
    }


def _java(entrance: Entrance) -> str:
    port = entrance.proxy_port
    local = "localhost|127.*|[::1]"
    plain = [
        f"-Djdk.net.hosts.file={entrance.hosts}",
        f"-DsocksProxyHost=127.0.0.1 -DsocksProxyPort={port} -DsocksNonProxyHosts={local}",
    ]
    return " ".join(
        [
            *(plain if entrance.hosts is not None else ()),
            *(f"-D{scheme}.proxyHost=127.0.0.1 -D{scheme}.proxyPort={port}" for scheme in ("http", "https")),
            f"-Dhttp.nonProxyHosts={local}",
            f"-Djavax.net.ssl.trustStore={entrance.trust.java}",
            "-Djavax.net.ssl.trustStoreType=PKCS12",
            f"-Djavax.net.ssl.trustStorePassword={STORE_PASSWORD}",
        ]
    )


def _extended(inherited: Mapping[str, str], name: str, separator: str, ours: str, *, last: bool = False) -> str:
    theirs = inherited.get(name, "")
    parts = (theirs, ours) if last else (ours, theirs)
    return separator.join(part for part in parts if part)
