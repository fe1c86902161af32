"""From a refusal to the diagnosis that journal, console and header show."""

from sandbox.doctor import refusal as words
from sandbox.doctor import verdict
from sandbox.doctor.verdict import Chart
from sandbox.errors import Refusal, protocol, v3
from sandbox.gateway import signatures
from sandbox.gateway.visit import Visit
from sandbox.platform import suspects
from sandbox.platform.journal import Diagnosis

V3_SIGNATURE = (v3.REQUEST_SIGNATURE_WRONG, v3.REQUEST_SIGNATURE_WRONG_ON_PAY)


def diagnose(visit: Visit, refusal: Refusal) -> Diagnosis:
    """What to tell the developer about `refusal`; of a signature, what can be told at once."""
    plain = _plain(visit, refusal)
    chart = visit.chart = _chart(visit, refusal)
    if chart is None:
        return plain
    return plain.refined(verdict.at_once(chart)._asdict())


def reconsider(diagnosis: Diagnosis, chart: Chart) -> Diagnosis:
    """A pending diagnosis after combinations of mistakes were tried, which takes its time."""
    return diagnosis.refined(verdict.at_leisure(chart)._asdict())


def give_up(diagnosis: Diagnosis) -> Diagnosis:
    """A pending diagnosis for whose combinations nobody has time."""
    return diagnosis.refined(verdict.shed(verdict.Verdict())._asdict())


def _plain(visit: Visit, refusal: Refusal) -> Diagnosis:
    row, facts = refusal.row, refusal.facts
    field = str(facts.get("field", ""))
    came = words.short_value(facts["came"]) if "came" in facts else ""
    expected = str(facts.get("expected", ""))
    likely, likely_zh = str(facts.get("likely", "")), str(facts.get("likely_zh", ""))
    if row is protocol.SIGN_WRONG and visit.merchant is not None:
        field, came = "sign", words.short_value(visit.fields.get("sign", ""))
        expected = expected or f"the signature under {suspects.right_key(visit.merchant, visit.now).owner}"
    elif field and not visit.fields.get(field):
        near = words.near_field(field, visit.fields)
        if near:
            likely = f"{near} was sent: names are case-sensitive, this one is {field}"
            likely_zh = f"收到的是{near}：字段名区分大小写，应为{field}"
    return Diagnosis(
        code=row.name,
        summary=likely or _sentence(row.cause, field, came, expected),
        summary_zh=likely_zh or row.cause_zh,
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


def _chart(visit: Visit, refusal: Refusal) -> Chart | None:
    """What the doctor needs, where a signature was refused that nature, not a rule, refused."""
    tenant, merchant, given = visit.tenant, visit.merchant, visit.authorization
    by_rule = visit.occasion is not None and visit.occasion.problem is refusal.row
    if tenant is None or merchant is None or by_rule:
        return None
    if refusal.row is protocol.SIGN_WRONG:
        return signatures.v2_chart(tenant, merchant, visit.fields, visit.endpoint.name, visit.now)
    if refusal.row in V3_SIGNATURE and given is not None:
        return signatures.v3_chart(tenant, merchant, visit.wire, given, visit.endpoint.name)
    return None
