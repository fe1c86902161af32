"""The TLS authority of this installation: minted once in the user's data directory, never shipped, never installed.

Only programs that are told to trust `ca.pem` trust it, and they too only for the platform's names and this machine.
"""

import contextlib
import os
import secrets
import ssl
import tempfile
from pathlib import Path

from sandbox.doors import AuthorityError
from sandbox.doors.directory import CA_FILE, KEY_FILE
from sandbox.doors.hosts import OWN, PLATFORM
from sandbox.protocol import tls_certificates
from sandbox.protocol.certificates import Validity, pem

DAY = 24 * 60 * 60 * 1000
LIFE = 3650 * DAY

SERVER_DAYS = 397
"""The longest life that browsers and Apple's verifiers accept of a server's certificate."""

NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME: an expired client certificate gets in, so that it can be answered properly."""


class Authority:
    """Vouches for the server's names on this machine."""

    def __init__(self, directory: Path, now: int) -> None:
        """Load it, or mint it when there is none or it is near its end; `now` is real ms. Raises AuthorityError."""
        self.file = directory / CA_FILE
        self._now = now
        try:
            self._identity = self._load(directory / KEY_FILE) or self._mint(directory / KEY_FILE)
            self.pem = pem(self._identity[1])
            if not self.file.exists() or self.file.read_text(encoding="ascii") != self.pem:
                _write(self.file, self.pem, 0o644)
        except OSError as error:
            raise AuthorityError(
                f"the TLS authority needs {directory} to be writable ({error.strerror}): choose another with --data-dir"
            ) from None

    def server_context(self, client_ca: str) -> ssl.SSLContext:
        """A context with a fresh certificate for every name; a client may show a certificate that `client_ca` issued.

        Expiry is not looked at here: a handshake that fails tells the client nothing.
        """
        validity = Validity(self._now - DAY, self._now + (SERVER_DAYS - 1) * DAY)
        key = tls_certificates.new_key()
        certificate = tls_certificates.server_certificate(
            [*PLATFORM, *OWN], key, self._identity, serial=_serial(), validity=validity
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        with tempfile.TemporaryDirectory() as folder:  # the ssl module reads certificates from files only
            chain = Path(folder) / "server.pem"
            _write(chain, tls_certificates.pem(key, certificate, self._identity[1]), 0o600)
            context.load_cert_chain(chain)
        context.load_verify_locations(cadata=client_ca)
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= NO_CHECK_TIME
        return context

    def _load(self, file: Path) -> tls_certificates.Identity | None:
        if not file.exists():
            return None
        try:
            key, certificate = tls_certificates.load(file.read_text(encoding="ascii"))
        except ValueError:
            raise AuthorityError(f"{file} is damaged: delete it, and a new authority is made") from None
        ends = round(certificate.not_valid_after_utc.timestamp() * 1000)
        if ends - self._now > SERVER_DAYS * DAY:
            return key, certificate
        file.unlink(missing_ok=True)
        return None

    def _mint(self, file: Path) -> tls_certificates.Identity:
        key = tls_certificates.new_key()
        validity = Validity(self._now - DAY, self._now + LIFE)  # a day back, as clocks differ
        certificate = tls_certificates.authority_certificate(key, serial=_serial(), validity=validity)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(file, tls_certificates.pem(key, certificate), 0o600, unless_there=True)
        return tls_certificates.load(file.read_text(encoding="ascii"))  # another sandbox may have been first


def _serial() -> int:
    return secrets.randbits(158) | 1 << 158


def _write(file: Path, text: str, mode: int, *, unless_there: bool = False) -> None:
    """Whole or not at all, and never readable by others on the way; of two that may not overwrite, the first stays."""
    half = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="ascii") as out:
        out.write(text)
    if unless_there:
        with contextlib.suppress(FileExistsError):
            os.link(half, file)
        half.unlink()
    else:
        half.replace(file)
