"""Why an APIv3 answer or notification that the merchant received does not verify or open."""

import json
from typing import Any

from sandbox.actions.explaining import Explanation, diagnosed
from sandbox.actions.verb import VerbError
from sandbox.doctor import verdict
from sandbox.doctor.mistake import Finding, told
from sandbox.doctor.statement import Statement
from sandbox.doctor.v3notice import NoticeCase, in_headers, notice_draft
from sandbox.doctor.verdict import Chart
from sandbox.platform import suspects
from sandbox.platform.journal import Diagnosis
from sandbox.platform.tenants import Tenant
from sandbox.protocol import aead, v3auth

SIGNED = ("wechatpay-signature", "wechatpay-timestamp", "wechatpay-nonce")


def is_one(given: Statement) -> bool:
    """Whether the platform said this. Raises VerbError for a body without anything around it."""
    if given.parameters is not None:
        if "resource" in given.parameters and "event_type" in given.parameters:
            raise VerbError("this is a notification's body alone: paste it with its headers, as raw HTTP")
        return False
    if "authorization" in given.headers:
        return False
    return any(name in given.headers for name in SIGNED) or bool(_resource(given.body))


async def explained(tenant: Tenant, given: Statement) -> Explanation:
    """The headers, then the signature, then whether the resource opens."""
    found = in_headers(given.headers)
    if found is not None:
        return _wrong(found, "headers", "")
    came, serial = given.headers["wechatpay-signature"], given.headers["wechatpay-serial"]
    signers = suspects.platform_signers(tenant)
    named = signers.pop(serial, None)
    if named is None:
        return _wrong(_unknown_serial(serial), "Wechatpay-Serial", serial)
    draft = notice_draft(given.headers, given.body)
    chart = Chart(NoticeCase(draft, came, [named, *signers.values()]), suspects.secrets(tenant), {})
    if not v3auth.verify(named.key, draft.message(), came):
        expected = f"a signature by {named.owner}"
        plain = Diagnosis(code="", summary="", field="Wechatpay-Signature", came=came, expected=expected)
        return _explanation(await diagnosed(plain, chart), verdict.shown(chart))
    resource = _resource(given.body)
    if resource and not _opens(tenant, resource):
        return _wrong(_sealed(), "resource", "cipher text")
    return _explanation(None, verdict.shown(chart))


def _resource(body: bytes) -> dict[str, Any]:
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    resource = envelope.get("resource") if isinstance(envelope, dict) else None
    return resource if isinstance(resource, dict) and "ciphertext" in resource else {}


def _opens(tenant: Tenant, resource: dict[str, Any]) -> bool:
    sealed, nonce, data = (str(resource.get(name, "")) for name in ("ciphertext", "nonce", "associated_data"))
    for merchant in tenant.merchants.values():
        try:
            aead.decrypt(sealed, merchant.apiv3_key, nonce, data)
        except aead.DecryptError:
            continue
        return True
    return False


def _unknown_serial(serial: str) -> Finding:
    return told(
        "NOTIFY_OTHER_SERIAL", f"no platform certificate or public key here has the number {serial}",
        f"这里没有序列号为{serial}的平台证书或公钥",
    )  # fmt: skip


def _sealed() -> Finding:
    return told(
        "NOTIFY_RESOURCE_SEALED", "the signature is right, but no APIv3 key in force here opens the resource",
        "签名正确，但当前的APIv3密钥都无法解密resource",
    )  # fmt: skip


def _wrong(found: Finding, field: str, came: str) -> Explanation:
    plain = Diagnosis(code=found.code, summary=found.text, field=field, came=came)
    return _explanation(plain.refined(verdict.of_finding(found)), "")


def _explanation(diagnosis: Diagnosis | None, string_to_sign: str) -> Explanation:
    return Explanation(
        kind="v3 answer or notification",
        right=diagnosis is None,
        string_to_sign=string_to_sign,
        diagnosis=diagnosis,
    )
