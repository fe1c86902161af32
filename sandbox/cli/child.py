"""The whole environment of a program that `run` starts: where the sandbox is, whom to trust, who the merchant is."""

import contextlib
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

from sandbox.app import Sandbox
from sandbox.doors import environment, trust
from sandbox.platform.keys import write


def variables(
    box: Sandbox, folder: Path, inherited: Mapping[str, str], java_names: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The child's, with its files in `folder`, which only the owner can open. The authority must have been made.

    `java_names`: Java knows the platform's names and these, and its plain sockets go through the proxy; None: as ever.
    """
    way = passage(box, folder, inherited, java_names)
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
    changed = {**ours, **way}
    return {name: value for name, value in {**inherited, **changed}.items() if value or name not in changed}


def passage(
    box: Sandbox, folder: Path, inherited: Mapping[str, str], java_names: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What leads a program here that calls the platform's own hosts; an empty value means: take it away."""
    files = trust.write(folder, box.ca_file.read_text(encoding="ascii"), inherited)
    entrance = environment.Entrance(
        url=box.url,
        https_port=box.https_port,
        proxy_port=box.proxy_port,
        passed=box.settings.passed,
        trust=files,
        php=environment.write_php(folder / "php", files),
        hosts=None if java_names is None else _hosts(folder, java_names),
    )
    return environment.variables(entrance, inherited)


def looked_up(names: Iterable[str]) -> dict[str, str]:
    """The addresses of those that can be found now."""
    found = {}
    for name in names:
        with contextlib.suppress(OSError):
            found[name] = str(socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)[0][4][0])
    return found


def _hosts(folder: Path, names: Mapping[str, str]) -> Path:
    system = Path("/etc/hosts")
    theirs = system.read_text(encoding="utf-8", errors="replace") if system.is_file() else ""
    return environment.write_hosts(folder / "hosts", theirs, names)
