"""From a refusal to the diagnosis that journal, console and header show."""

from sandbox.doctor import refusal as words
from sandbox.doctor import signature
from sandbox.doctor.signature import Candidate
from sandbox.domain.merchant import Merchant
from sandbox.errors import Refusal, protocol
from sandbox.gateway.visit import Visit
from sandbox.platform import suspects
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
        expected = expected or f"the signature under {suspects.right_key(visit.merchant, visit.now).owner}"
        if finding is not None:
            code, likely, likely_zh = finding
    elif field and not visit.fields.get(field):
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


def _signature(visit: Visit, tenant: Tenant, merchant: Merchant) -> signature.Finding | None:
    sign_type = SignType.HMAC_SHA256 if visit.fields.get("sign_type") == "HMAC-SHA256" else SignType.MD5
    right = Candidate(*suspects.right_key(merchant, visit.now))
    others = [Candidate(*one) for one in suspects.wrong_keys(tenant, merchant, visit.now)]
    return signature.explain(visit.fields, right, others, sign_type)
