"""What a merchant has to prove itself and to recognise the platform: certificates, keys, serial numbers.

All of it follows from the merchant number and two ordinals, so two runs, and two machines, agree.
"""

import hashlib
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

from sandbox.platform.keys.pool import KeyPair, KeyPool

if TYPE_CHECKING:
    from cryptography import x509

# 2020-01-01T00:00:00Z to 2049-12-31T23:59:59Z: the last second for which X.509 uses its short form of time.
NOT_BEFORE = 1_577_836_800_000
NOT_AFTER = 2_524_607_999_000

# Every serial number of ours starts like this: recognisable, positive, and always 40 digits long.
SERIAL_PREFIX = "5A4D8BF0"


class _Role(IntEnum):
    """What a pair is for. Each role has a third of the pool to itself: no merchant holds a key of the platform."""

    MERCHANT = 0
    PLATFORM = 1
    PUBLIC_KEY = 2


class CertifiedPair:
    """A key pair with the certificate that the sandbox's authority gives it, minted when first read.

    `ordinal` counts renewals: the next one has another pair and another serial number.
    """

    def __init__(self, pool: KeyPool, mchid: str, role: _Role, ordinal: int) -> None:
        self._pool = pool
        self._mchid = mchid
        self._role = role
        self.ordinal = ordinal
        self.pair = _pair(pool, mchid, role, ordinal)
        self.serial_no = SERIAL_PREFIX + _digest(mchid, role, ordinal)[:32]

    @cached_property
    def certificate(self) -> "x509.Certificate":
        from sandbox.protocol.certificates import Validity, merchant_certificate, platform_certificate

        public_key, issuer, serial = self.pair.public, self._pool.issuer, int(self.serial_no, 16)
        validity = Validity(NOT_BEFORE, NOT_AFTER)
        if self._role is _Role.MERCHANT:
            return merchant_certificate(self._mchid, public_key, issuer, serial=serial, validity=validity)
        return platform_certificate(public_key, issuer, serial=serial, validity=validity)

    @cached_property
    def pem(self) -> str:
        from sandbox.protocol.certificates import pem

        return pem(self.certificate)


class MerchantCredentials:
    """Everything a merchant downloads from the merchant platform, each part made when it is first read.

    `api` is the merchant's own certificate, `platform` the one that signs what the platform says to it, and
    `public_key` the pair behind the platform's public key for merchants in that mode.
    """

    def __init__(self, pool: KeyPool, mchid: str, *, api_ordinal: int = 0, platform_ordinal: int = 0) -> None:
        self._pool = pool
        self.mchid = mchid
        self.api = CertifiedPair(pool, mchid, _Role.MERCHANT, api_ordinal)
        self.platform = CertifiedPair(pool, mchid, _Role.PLATFORM, platform_ordinal)
        self.public_key = _pair(pool, mchid, _Role.PUBLIC_KEY, 0)

    @property
    def serial_no(self) -> str:
        return self.api.serial_no

    @property
    def cert_pem(self) -> str:
        return self.api.pem

    @property
    def key_pem(self) -> str:
        return self.api.pair.pkcs8_pem()

    @cached_property
    def p12(self) -> bytes:
        """apiclient_cert.p12; its password is the merchant number. Costs 3-6 ms."""
        from sandbox.protocol.certificates import p12

        return p12(self.api.pair.private, self.api.certificate, self.mchid)

    @property
    def platform_serial(self) -> str:
        return self.platform.serial_no

    @property
    def platform_cert_pem(self) -> str:
        return self.platform.pem

    @property
    def pub_key_id(self) -> str:
        """Number of the platform's public key: 34 digits, with the merchant number and a date, as real ones are."""
        digits = int(_digest(self.mchid, _Role.PUBLIC_KEY, 0), 16) % 10**6
        return f"PUB_KEY_ID_01{self.mchid:0>10}20200101{digits:06d}00000000"

    @cached_property
    def pub_key_pem(self) -> str:
        return self.public_key.public_pem()

    @property
    def ca_pem(self) -> str:
        return self._pool.issuer_pem


def _pair(pool: KeyPool, mchid: str, role: _Role, ordinal: int) -> KeyPair:
    """Merchants with neighbouring numbers, and their first renewals, all get different pairs."""
    return pool.pair(len(_Role) * (int(mchid) + 11 * ordinal) + role)


def _digest(mchid: str, role: _Role, ordinal: int) -> str:
    return hashlib.sha256(f"{role.name}/{mchid}/{ordinal}".encode()).hexdigest().upper()
