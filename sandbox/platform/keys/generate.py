"""Makes the pool's files anew: `python -m sandbox.platform.keys.generate [DIRECTORY]`.

Whoever does this changes the default tenant's certificates on every machine that installs the result.
"""

from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox.platform.keys.credentials import NOT_AFTER, NOT_BEFORE, SERIAL_PREFIX
from sandbox.platform.keys.pool import ISSUER_CERTIFICATE_FILE, ISSUER_KEY_FILE, POOL_FILE
from sandbox.protocol.certificates import Validity, issuer_certificate, pem

# A multiple of three, the number of roles: else a pair would change its role where the pool begins again.
PAIRS = 96

ISSUER_SERIAL = int(SERIAL_PREFIX + "1".zfill(32), 16)


def generate(directory: Path, pairs: int = PAIRS) -> None:
    """Write the three files. Raises FileExistsError where one is already there: it may be in use."""
    files = [directory / name for name in (POOL_FILE, ISSUER_KEY_FILE, ISSUER_CERTIFICATE_FILE)]
    for file in files:
        if file.exists():
            raise FileExistsError(f"{file} is there already: delete it first if the shipped keys shall change")
    issuer = _new_key()
    certificate = issuer_certificate(issuer, serial=ISSUER_SERIAL, validity=Validity(NOT_BEFORE, NOT_AFTER))
    pool, issuer_key, issuer_pem = files
    pool.write_bytes(b"".join(_der(_new_key()) for _ in range(pairs)))
    issuer_key.write_bytes(_der(issuer))
    issuer_pem.write_text(pem(certificate), encoding="ascii")


def _new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def _der(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@click.command()
@click.argument(
    "directory", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path(__file__).parent
)
def main(directory: Path) -> None:
    """Write a new pool of key pairs and a new issuer into DIRECTORY, by default into the package."""
    try:
        generate(directory)
    except FileExistsError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
