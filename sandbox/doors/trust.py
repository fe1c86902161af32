"""What a child process is told to trust: the roots it would trust anyway, and this machine's authority.

Most variables replace a runtime's roots instead of adding to them, so the files hold both and other peers keep working.
"""

import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from sandbox.protocol.certificates import java_trust_store

STORE_PASSWORD = "changeit"  # Java's own default for what is no secret

ROOT_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # macOS, BSD
)

REPLACING = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "GIT_SSL_CAINFO", "PIP_CERT")
"""Variables of runtimes and tools whose file is the whole of what they trust."""


class TrustFiles(msgspec.Struct, frozen=True):
    """Where each form of it lies."""

    bundle: Path  # roots and authority
    extra: Path  # authority, for runtimes that add to their own roots; with what they were told to add before
    java: Path  # roots and authority as a PKCS#12 trust store


def write(folder: Path, authority: str, inherited: Mapping[str, str]) -> TrustFiles:
    """Write the files; what the environment already names is kept in them."""
    files = TrustFiles(folder / "ca-bundle.pem", folder / "extra-ca.pem", folder / "truststore.p12")
    bundle = _joined([*_roots(inherited), authority])
    files.bundle.write_text(bundle, encoding="utf-8")
    files.extra.write_text(_joined([*_named(inherited, ["NODE_EXTRA_CA_CERTS"]), authority]), encoding="utf-8")
    files.java.write_bytes(java_trust_store(bundle, STORE_PASSWORD))
    return files


def _roots(inherited: Mapping[str, str]) -> Iterator[str]:
    """What the environment names, else the system's own."""
    named = list(_named(inherited, REPLACING))
    if named:
        yield from named
        return
    for file in (ssl.get_default_verify_paths().cafile, *ROOT_FILES):
        if file and Path(file).is_file():
            yield Path(file).read_text(encoding="utf-8", errors="replace")
            return
    context = ssl.create_default_context()  # Windows, or a folder of hashed names
    yield from (ssl.DER_cert_to_PEM_cert(der) for der in context.get_ca_certs(binary_form=True))


def _named(inherited: Mapping[str, str], variables: tuple[str, ...] | list[str]) -> Iterator[str]:
    for path in dict.fromkeys(inherited.get(name, "") for name in variables):
        if path and Path(path).is_file():
            yield Path(path).read_text(encoding="utf-8", errors="replace")


def _joined(texts: list[str]) -> str:
    return "".join(text if text.endswith("\n") else f"{text}\n" for text in texts)
