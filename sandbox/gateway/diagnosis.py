"""From a refusal to the diagnosis that journal, console and header show."""

from sandbox.doctor import refusal as words
from sandbox.doctor import verdict
from sandbox.doctor.mistake import told
from sandbox.doctor.verdict import Chart, Verdict
from sandbox.errors import Refusal, protocol, v3
from sandbox.gateway.visit import Visit
from sandbox.platform import charts, suspects
from sandbox.platform.journal import Diagnosis

V3_SIGNATURE = (v3.REQUEST_SIGNATURE_WRONG, v3.REQUEST_SIGNATURE_WRONG_ON_PAY)


def diagnose(visit: Visit, refusal: Refusal) -> Diagnosis:
    """What to tell the developer about `refusal`; of a signature, what can be told at once."""
    plain = _plain(visit, refusal)
    chart = visit.chart = _chart(visit, refusal)
    if chart is None:
        serial = _serial(visit) if refusal.row is v3.SERIAL_NO_WRONG else None
        return plain if serial is None else plain.refined(serial)
    return plain.refined(verdict.at_once(chart))


def reconsider(diagnosis: Diagnosis, chart: Chart) -> Diagnosis:
    """A pending diagnosis after combinations of mistakes were tried, which takes its time."""
    return diagnosis.refined(verdict.at_leisure(chart))


def give_up(diagnosis: Diagnosis) -> Diagnosis:
    """A pending diagnosis for whose combinations nobody has time."""
    return diagnosis.refined(verdict.SHED)


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
        fix=str(facts.get("fix") or row.fix),
        fix_zh=str(facts.get("fix_zh") or row.fix_zh),
    )


def _sentence(cause: str, field: str, came: str, expected: str) -> str:
    parts = [f"{field}: " if field else "", cause]
    if came:
        parts.append(f" Came: {came}.")
    if expected:
        parts.append(f" Expected: {expected}.")
    return "".join(parts)


def _serial(visit: Visit) -> Verdict | None:
    """Whose serial number it is, where it is somebody's."""
    tenant, merchant, given = visit.tenant, visit.merchant, visit.authorization
    if tenant is None or merchant is None or given is None:
        return None
    owner = suspects.serial_owner(tenant, merchant, given.serial_no)
    if owner is None:
        return None
    finding = told(
        "V3_OTHER_SERIAL", f"serial_no is {owner[0]}, not that of {merchant.mchid}'s API certificate",
        f"serial_no是{owner[1]}，而不是商户{merchant.mchid}的API证书序列号",
    )  # fmt: skip
    return verdict.of_finding(finding)


def _chart(visit: Visit, refusal: Refusal) -> Chart | None:
    """What the doctor needs, where a signature was refused that nature, not a rule, refused."""
    tenant, merchant, given = visit.tenant, visit.merchant, visit.authorization
    by_rule = visit.occasion is not None and visit.occasion.problem is refusal.row
    if tenant is None or merchant is None or by_rule:
        return None
    if refusal.row is protocol.SIGN_WRONG:
        return charts.v2_chart(tenant, merchant, visit.fields, visit.endpoint.name, visit.now)
    if refusal.row in V3_SIGNATURE and given is not None:
        wire = visit.wire
        request = charts.V3Request(wire.method, wire.target, wire.body, wire.base_url)
        return charts.v3_chart(tenant, merchant, request, given, visit.endpoint.name)
    return None
