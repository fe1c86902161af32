"""From a refusal to the diagnosis that journal, console and header show."""

from sandbox.doctor import refusal as words
from sandbox.doctor import signature
from sandbox.doctor.signature import Candidate
from sandbox.domain.merchant import Merchant
from sandbox.errors import Refusal, protocol
from sandbox.gateway.visit import Visit
from sandbox.platform.journal import Diagnosis
from sandbox.platform.tenants import Tenant
from sandbox.protocol.v2sign import SignType


def diagnose(visit: Visit, refusal: Refusal) -> Diagnosis:
    """What to tell the developer about `refusal`."""
    row, facts = refusal.row, refusal.facts
    field = str(facts.get("field", ""))
    came = words.short_value(facts["came"]) if "came" in facts else ""
    expected = str(facts.get("expected", ""))
    code, likely, likely_zh = row.name, "", ""
    if row is protocol.SIGN_WRONG and visit.tenant is not None and visit.merchant is not None:
        finding = _signature(visit, visit.tenant, visit.merchant)
        field, came = "sign", words.short_value(visit.fields.get("sign", ""))
        expected = expected or f"the signature under {_right(visit.merchant, visit.now).owner}"
        if finding is not None:
            code, likely, likely_zh = finding
    elif row in (protocol.FIELD_MISSING, protocol.FIELD_EMPTY):
        near = words.near_field(field, visit.fields)
        if near:
            likely = f"{near} was sent: names are case-sensitive, this one is {field}"
            likely_zh = f"收到的是{near}：字段名区分大小写，应为{field}"
    likely = likely or str(facts.get("likely", ""))
    summary = likely or _sentence(row.cause, field, came, expected)
    return Diagnosis(
        code=code,
        summary=summary,
        summary_zh=likely_zh or str(facts.get("likely_zh", "")) or row.cause_zh,
        field=field,
        came=came,
        expected=expected,
        likely=(likely,) if likely else (),
        fix=row.fix,
        fix_zh=row.fix_zh,
    )


def _sentence(cause: str, field: str, came: str, expected: str) -> str:
    parts = [f"{field}: " if field else "", cause]
    if came:
        parts.append(f" Came: {came}.")
    if expected:
        parts.append(f" Expected: {expected}.")
    return "".join(parts)


def _right(merchant: Merchant, now: int) -> Candidate:
    key = merchant.api_key(now)
    return Candidate(f"the API key of {merchant.mchid} in force", f"商户{merchant.mchid}当前生效的API密钥", key)


def _signature(visit: Visit, tenant: Tenant, merchant: Merchant) -> signature.Finding | None:
    sign_type = SignType.HMAC_SHA256 if visit.fields.get("sign_type") == "HMAC-SHA256" else SignType.MD5
    return signature.explain(visit.fields, _right(merchant, visit.now), _others(visit, tenant, merchant), sign_type)


def _others(visit: Visit, tenant: Tenant, merchant: Merchant) -> list[Candidate]:
    in_force = merchant.api_key(visit.now)
    found = []
    for key in merchant.api_keys:
        if key.since > visit.now:
            minutes = -(-(key.since - visit.now) // 60_000)
            owner = (
                f"the new API key of {merchant.mchid}, which takes effect in {minutes} min (the old one still signs)"
            )
            found.append(
                Candidate(
                    owner, f"商户{merchant.mchid}的新API密钥（{minutes}分钟后生效，在此之前仍用旧密钥）", key.text
                )
            )
        elif key.text != in_force:
            owner = f"the previous API key of {merchant.mchid}"
            found.append(Candidate(owner, f"商户{merchant.mchid}的旧API密钥", key.text))
    found.append(
        Candidate(f"the APIv3 key of {merchant.mchid}", f"商户{merchant.mchid}的APIv3密钥", merchant.apiv3_key)
    )
    for other in tenant.merchants.values():
        if other.mchid != merchant.mchid:
            owner = f"the API key of another merchant, {other.mchid}"
            found.append(Candidate(owner, f"另一商户{other.mchid}的API密钥", other.api_key(visit.now)))
    secrets = [
        Candidate(f"the AppSecret of {a.appid}", f"{a.appid}的AppSecret", a.secret) for a in tenant.apps.values()
    ]
    return [*found, *secrets]
