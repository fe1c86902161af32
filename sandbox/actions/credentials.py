"""What a merchant downloads from the merchant platform: keys, certificates, numbers."""

import msgspec

from sandbox.actions.merchants import MerchantName, find_merchant
from sandbox.actions.verb import Desk, verb


class KeysAndCertificates(msgspec.Struct, frozen=True, kw_only=True):
    """Texts are PEM; `p12` is base64 of apiclient_cert.p12, whose password is the mchid; `ca_pem` issued them all.

    `pending_api_key` was reset to and does not count yet; empty when there is none.
    """

    mchid: str
    key_mode: str
    api_key: str
    pending_api_key: str
    apiv3_key: str
    serial_no: str
    cert_pem: str
    key_pem: str
    p12: bytes
    platform_serial: str
    platform_cert_pem: str
    pub_key_id: str
    pub_key_pem: str
    ca_pem: str


@verb(
    "merchants.credentials",
    "GET /merchants/{mchid}/credentials",
    MerchantName,
    KeysAndCertificates,
    summary="A merchant's keys, certificates and their numbers, apiclient_cert.p12 among them",
    summary_zh="商户的密钥、证书及其编号，含apiclient_cert.p12",
)
async def credentials(desk: Desk, args: MerchantName) -> KeysAndCertificates:
    """As in force now."""
    merchant, now = find_merchant(desk, args.mchid), desk.tenant.clock.now()
    keys = desk.tenant.credentials(merchant)
    return KeysAndCertificates(
        mchid=merchant.mchid,
        key_mode=merchant.key_mode,
        api_key=merchant.api_key(now),
        pending_api_key=next((key.text for key in reversed(merchant.api_keys) if key.since > now), ""),
        apiv3_key=merchant.apiv3_key,
        serial_no=keys.serial_no,
        cert_pem=keys.cert_pem,
        key_pem=keys.key_pem,
        p12=keys.p12,
        platform_serial=keys.platform_serial,
        platform_cert_pem=keys.platform_cert_pem,
        pub_key_id=keys.pub_key_id,
        pub_key_pem=keys.pub_key_pem,
        ca_pem=keys.ca_pem,
    )
