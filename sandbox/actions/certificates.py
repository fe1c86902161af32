"""The platform renews the certificate that signs what it says to a merchant."""

from typing import Literal

import msgspec

from sandbox.actions.merchants import MerchantName, find_merchant
from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.domain.merchant import Merchant


class RotateCertificate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`overlap`: the next certificate is valid beside the old one, which signs; `finish`: only the next one is."""

    mchid: str
    stage: Literal["overlap", "finish"]


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate of the platform's."""

    serial_no: str
    pem: str
    signs: bool


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """The platform's certificates that are valid for the merchant now."""

    mchid: str
    certificates: list[Certificate]


@verb(
    "console.rotate_certificate",
    "POST /merchants/{mchid}/certificates/rotate",
    RotateCertificate,
    Rotation,
    summary="Renew the platform's certificate of a merchant: first old and new side by side, then only the new",
    summary_zh="更换平台证书：先新旧并存（旧证书签名），再只留新证书",
)
async def rotate(desk: Desk, args: RotateCertificate) -> Rotation:
    """In force at once; GET /v3/certificates lists what is valid."""
    merchant = find_merchant(desk, args.mchid)
    overlapping = len(merchant.platform_certificates) > 1
    if merchant.key_mode == "pubkey":
        raise VerbError(
            f"{merchant.mchid} has no platform certificate, its key_mode is pubkey: "
            f"PATCH /_sandbox/merchants/{merchant.mchid} with key_mode both or cert"
        )
    if overlapping == (args.stage == "overlap"):
        expected = "overlap comes first" if args.stage == "finish" else "a renewal is under way: finish it"
        raise VerbError(f"stage {args.stage!r} does not fit now: {expected}", status=409, code="conflict")
    changed = merchant.with_next_certificate() if args.stage == "overlap" else merchant.with_last_certificate()
    desk.tenant.change_merchant(changed)
    return _rotation(desk, changed)


@verb(
    "merchants.certificates",
    "GET /merchants/{mchid}/certificates",
    MerchantName,
    Rotation,
    summary="The platform's certificates that are valid for a merchant, and which of them signs",
    summary_zh="查看对商户有效的平台证书及当前签名的证书",
)
async def certificates(desk: Desk, args: MerchantName) -> Rotation:
    """None where the merchant has the platform's public key only."""
    return _rotation(desk, find_merchant(desk, args.mchid))


def _rotation(desk: Desk, merchant: Merchant) -> Rotation:
    renewals = () if merchant.key_mode == "pubkey" else merchant.platform_certificates
    valid = [desk.tenant.credentials(merchant, renewal).platform for renewal in renewals]
    shown = [Certificate(serial_no=one.serial_no, pem=one.pem, signs=one is valid[0]) for one in valid]
    return Rotation(mchid=merchant.mchid, certificates=shown)
