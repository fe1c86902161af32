"""Findings as SARIF 2.1.0, which code hosts show beside the code: docs.oasis-open.org/sarif/sarif/v2.1.0."""

import json
from collections.abc import Sequence
from typing import Any

from sandbox import __version__
from sandbox.audit.auditor import Finding
from sandbox.audit.probe import Probe
from sandbox.audit.ruling import Outcome, Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
TOOL = "wechatpay-sandbox audit"
CWE = {"name": "CWE", "organization": "MITRE", "shortDescription": {"text": "Common Weakness Enumeration"}}

LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.5"}
"""`security-severity`: from these a code host takes critical, high, medium and low."""

KINDS = {
    Outcome.SAFE: "pass",
    Outcome.UNSAFE: "fail",
    Outcome.NOT_JUDGED: "notApplicable",
    Outcome.BROKEN: "review",
}


def sarif(findings: Sequence[Finding], target: str, language: str = "en") -> str:
    """One run; every finding is a result, those that are not unsafe as passes. `target` is what they are about."""
    rules: dict[str, Probe] = {one.probe.name: one.probe for one in findings}
    order = list(rules)
    weaknesses = sorted({probe.cwe for probe in rules.values() if probe.cwe})
    run = {
        "tool": {
            "driver": {
                "name": TOOL,
                "version": __version__,
                "rules": [_rule(probe, language) for probe in rules.values()],
                "supportedTaxonomies": [{"name": "CWE", "index": 0}],
            }
        },
        "taxonomies": [{**CWE, "taxa": [{"id": str(number)} for number in weaknesses]}],
        "automationDetails": {"id": f"{TOOL}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, order.index(one.probe.name), target, language) for one in findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(probe: Probe, language: str) -> dict[str, Any]:
    title, sent, safe, fix = (getattr(getattr(probe, name), language) for name in ("title", "sent", "safe", "fix"))
    rule: dict[str, Any] = {
        "id": probe.name,
        "name": "".join(word.capitalize() for word in probe.name.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": f"{sent} {safe}"},
        "help": {"text": fix, "markdown": f"**{title}**\n\n{sent}\n\n{safe}\n\n{fix}"},
        "defaultConfiguration": {"level": LEVELS[probe.severity]},
        "properties": {
            "security-severity": SCORES[probe.severity],
            "tags": ["security", probe.family, *([f"external/cwe/cwe-{probe.cwe:03d}"] if probe.cwe else [])],
        },
    }
    if probe.cwe:
        target = {"id": str(probe.cwe), "toolComponent": {"name": "CWE", "index": 0}}
        rule["relationships"] = [{"target": target, "kinds": ["superset"]}]
    return rule


def _result(one: Finding, rule: int, target: str, language: str) -> dict[str, Any]:
    title, did = (getattr(words, language) for words in (one.probe.title, one.did))
    kind = KINDS[one.outcome]
    return {
        "ruleId": one.probe.name,
        "ruleIndex": rule,
        "kind": kind,
        "level": LEVELS[one.probe.severity] if kind == "fail" else "none",
        "message": {"text": f"{title} ({one.api}): {did}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": target}, "region": {"startLine": 1}}}],
        "partialFingerprints": {"probe/v1": f"{one.probe.name}/{one.api}"},
        "properties": {"api": one.api, "severity": one.probe.severity.value},
    }
