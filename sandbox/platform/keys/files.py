"""A merchant's credentials as the files that the merchant platform and its tools hand out."""

import os
from pathlib import Path

import msgspec

from sandbox.platform.keys.credentials import MerchantCredentials


class CredentialFiles(msgspec.Struct, frozen=True):
    """Where each part lies."""

    p12: Path
    cert: Path
    key: Path
    platform_cert: Path
    pub_key: Path
    ca: Path


def write(credentials: MerchantCredentials, directory: Path) -> CredentialFiles:
    """Write the six files into `directory`, made if missing; those with a private key are for the owner's eyes (0600).

    The platform certificate is named as the official downloaders name it, by its serial number.
    """
    files = CredentialFiles(
        p12=directory / "apiclient_cert.p12",
        cert=directory / "apiclient_cert.pem",
        key=directory / "apiclient_key.pem",
        platform_cert=directory / f"wechatpay_{credentials.platform_serial}.pem",
        pub_key=directory / "pub_key.pem",
        ca=directory / "ca.pem",
    )
    directory.mkdir(parents=True, exist_ok=True)
    _write(files.p12, credentials.p12, mode=0o600)
    _write(files.key, credentials.key_pem.encode(), mode=0o600)
    _write(files.cert, credentials.cert_pem.encode())
    _write(files.platform_cert, credentials.platform_cert_pem.encode())
    _write(files.pub_key, credentials.pub_key_pem.encode())
    _write(files.ca, credentials.ca_pem.encode())
    return files


def _write(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    path.unlink(missing_ok=True)  # a file that was there may be readable by others, or a link to somewhere else
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
