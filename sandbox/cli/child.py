"""The whole environment of a program that `run` starts: where the sandbox is, whom to trust, who the merchant is."""

import contextlib
import socket
from collections.abc import Mapping
from pathlib import Path

from sandbox.app import Sandbox
from sandbox.doors import environment, trust
from sandbox.platform.keys import write


def variables(box: Sandbox, folder: Path, inherited: Mapping[str, str], *, java_hosts: bool = False) -> dict[str, str]:
    """The child's, with its files in `folder`, which only the owner can open. The authority must have been made.

    `java_hosts`: Java knows the platform's names and few others, and its plain sockets go through the proxy.
    """
    files = trust.write(folder, box.ca_file.read_text(encoding="ascii"), inherited)
    entrance = environment.Entrance(
        url=box.url,
        https_port=box.https_port,
        proxy_port=box.proxy_port,
        passed=box.settings.passed,
        trust=files,
        php=environment.write_php(folder / "php", files),
        hosts=_hosts(folder, box.settings.passed) if java_hosts else None,
    )
    tenant = box.default
    app, merchant = next(iter(tenant.apps.values())), next(iter(tenant.merchants.values()))
    keys = tenant.credentials(merchant)
    written = write(keys, folder / merchant.mchid)
    credentials = {
        "APPID": app.appid,
        "APP_SECRET": app.secret,
        "MCH_ID": merchant.mchid,
        "API_KEY": merchant.api_key(tenant.clock.now()),
        "APIV3_KEY": merchant.apiv3_key,
        "CERT": str(written.cert),
        "KEY": str(written.key),
        "P12": str(written.p12),
        "SERIAL": keys.serial_no,
        "PLATFORM_CERT": str(written.platform_cert),
        "PUB_KEY": str(written.pub_key),
        "PUB_KEY_ID": keys.pub_key_id,
        "CA": str(box.ca_file),
    }
    ours = {f"WECHATPAY_SANDBOX_{name}": value for name, value in credentials.items()}
    changed = {**ours, **environment.variables(entrance, inherited)}
    return {name: value for name, value in {**inherited, **changed}.items() if value or name not in changed}


def _hosts(folder: Path, passed: tuple[str, ...]) -> Path:
    """The names for Java: of what is passed, those that can be found now."""
    found = {}
    for host in passed:
        with contextlib.suppress(OSError):
            found[host] = str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    system = Path("/etc/hosts")
    theirs = system.read_text(encoding="utf-8", errors="replace") if system.is_file() else ""
    return environment.write_hosts(folder / "hosts", theirs, found)
