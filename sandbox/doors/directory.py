"""Where the TLS authority of this machine lies, for whoever needs its place and not yet its cryptography."""

import sys
from collections.abc import Mapping
from pathlib import Path

KEY_FILE = "tls-authority.pem"
"""Private key and certificate; the owner's alone (0600)."""

CA_FILE = "ca.pem"
"""The certificate, for whoever shall trust it."""


def data_directory(environment: Mapping[str, str], home: Path) -> Path:
    """Where programs of this platform keep a user's data."""
    if sys.platform == "win32":
        base = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "wechatpay-sandbox"
