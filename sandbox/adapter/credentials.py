"""What a shop is configured with: names and keys as text, and the key files of APIv3."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAMES = ("appid", "app_secret", "mch_id", "api_key", "apiv3_key")
"""What every shop needs, under the names that `tenants.create` answers."""

NUMBERS = ("serial_no", "platform_serial", "pub_key_id")
"""By which certificates and keys are known."""

_FILES = {
    "cert": ("cert_pem", "apiclient_cert.pem"),
    "key": ("key_pem", "apiclient_key.pem"),
    "platform_cert": ("platform_cert_pem", "wechatpay_platform.pem"),
    "pub_key": ("pub_key_pem", "pub_key.pem"),
}

KEYS = (*_FILES, "serial", "pub_key_id")
"""What a shop needs for APIv3, and for refunds in API v2: paths of PEM files, and their numbers."""


def write(made: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """The files of a tenant's first merchant, written into a folder: the values of KEYS."""
    for pem, name in _FILES.values():
        (folder / name).write_text(made[pem], encoding="ascii")
    paths = {key: str(folder / name) for key, (_, name) in _FILES.items()}
    return {**paths, "serial": made["serial_no"], "pub_key_id": made["pub_key_id"]}


def environment(values: Mapping[str, str]) -> dict[str, str]:
    """The variables by which a shop is told who it is and where its platform."""
    names = {name: f"WECHATPAY_SANDBOX_{name.upper()}" for name in (*NAMES, *KEYS, "ca")} | {
        "sandbox_url": "WECHATPAY_SANDBOX_URL"
    }
    return {variable: values[name] for name, variable in names.items() if values.get(name)}
