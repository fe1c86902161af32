"""The files that the merchant platform gives out: the merchant's own key, and whom to believe."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from merchant_demo.config import VARIABLES, NotConfigured, Settings

T = TypeVar("T")


class Credentials(msgspec.Struct, frozen=True):
    """`serial_no` is that of the certificate which belongs to `key`.

    `platform` is what the platform signs with, by serial number: none, certificates, or the public key under its id.
    """

    serial_no: str
    key: RSAPrivateKey
    platform: Mapping[str, RSAPublicKey]


def load(settings: Settings) -> Credentials:
    """Raises NotConfigured naming the variable."""
    key = _read(settings, "key", lambda pem: serialization.load_pem_private_key(pem, None))
    if not isinstance(key, RSAPrivateKey):
        raise NotConfigured(f"{VARIABLES['key']}: expected an RSA key (apiclient_key.pem)")
    serial_no = settings.serial or serial_of(_read(settings, "cert", x509.load_pem_x509_certificate))
    platform: dict[str, RSAPublicKey] = {}
    if settings.platform_cert:
        certificate = _read(settings, "platform_cert", x509.load_pem_x509_certificate)
        platform[serial_of(certificate)] = public_key_of(certificate)
    if settings.pub_key:
        public = _read(settings, "pub_key", serialization.load_pem_public_key)
        if not settings.pub_key_id or not isinstance(public, RSAPublicKey):
            raise NotConfigured(f"{VARIABLES['pub_key']}: expected an RSA key, and its id in {VARIABLES['pub_key_id']}")
        platform[settings.pub_key_id] = public
    return Credentials(serial_no, key, platform)


def serial_of(certificate: x509.Certificate) -> str:
    """As the platform writes it: 40 hexadecimal digits, capitals."""
    return f"{certificate.serial_number:040X}"


def public_key_of(certificate: x509.Certificate) -> RSAPublicKey:
    """Raises NotConfigured for another kind of key."""
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise NotConfigured(f"certificate {serial_of(certificate)}: expected an RSA key, came {type(key).__name__}")
    return key


def _read(settings: Settings, name: str, parse: Callable[[bytes], T]) -> T:
    path, variable = getattr(settings, name), VARIABLES[name]
    if not path:
        advice = "`wechatpay-sandbox credentials --out DIR` writes the files"
        raise NotConfigured(f"APIv3 needs {variable}, the path of a PEM file: {advice}")
    try:
        return parse(Path(path).read_bytes())
    except OSError as error:
        raise NotConfigured(f"{variable}={path}: {error.strerror}") from error
    except ValueError as error:
        raise NotConfigured(f"{variable}: not a PEM file that can be read: {path}") from error
