"""Whom the shop believes to be the platform, and the certificate with which it shows who it is itself."""

import ssl
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from merchant_demo.config import VARIABLES, NotConfigured, Settings


class Tls:
    """API v2 demands the merchant's certificate where money leaves: /secapi/… and /mmpaymkttransfers/…."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def context(self) -> ssl.SSLContext:
        """What connections to the platform are opened with. Raises NotConfigured."""
        try:
            context = ssl.create_default_context(cafile=self._settings.ca or None)
        except OSError as error:
            raise NotConfigured(f"{VARIABLES['ca']}={self._settings.ca}: {error}") from error
        self.show(context)
        return context

    def show(self, context: ssl.SSLContext) -> None:
        """Have the merchant's certificate at hand, where there is one. Raises NotConfigured."""
        settings = self._settings
        try:
            if settings.p12:
                _load_p12(context, Path(settings.p12), settings.mch_id)
            elif settings.cert and settings.key:
                context.load_cert_chain(settings.cert, settings.key)
        except (OSError, ValueError) as error:
            variable = VARIABLES["p12" if settings.p12 else "cert"]
            raise NotConfigured(f"{variable}={settings.p12 or settings.cert}: {error}") from error


def _load_p12(context: ssl.SSLContext, file: Path, password: str) -> None:
    """apiclient_cert.p12; its password is the mch_id. Raises OSError, ValueError."""
    key, certificate, _ = pkcs12.load_key_and_certificates(file.read_bytes(), password.encode())
    if key is None or certificate is None:
        raise ValueError("expected a key and its certificate")
    both = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    with tempfile.NamedTemporaryFile() as chain:  # the ssl module reads certificates from files only
        chain.write(both)
        chain.flush()
        context.load_cert_chain(chain.name)
