"""Findings as one HTML page that needs nothing else."""

from collections import Counter
from collections.abc import Sequence

from sandbox.audit.auditor import Finding
from sandbox.audit.families import Family
from sandbox.audit.ruling import Outcome
from sandbox.audit.terminal import LABELS, MARKS, NAMES

TITLES = {"en": "Audit of a WeChat Pay merchant", "zh": "微信支付商户安全审计"}


def page(families: Sequence[Family], findings: Sequence[Finding], target: str, language: str) -> str:
    """Everything that came from the merchant is escaped."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sandbox.audit"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    told = [(family, [one for one in findings if one.probe.family == family.name]) for family in families]
    counts = Counter(one.outcome for one in findings)
    return environment.get_template("audit.html").render(
        lang=language,
        title=TITLES[language],
        target=target,
        told=[(family, of_it) for family, of_it in told if of_it],
        counts=[(outcome, counts[outcome]) for outcome in Outcome if counts[outcome]],
        marks={outcome: mark for outcome, (mark, _) in MARKS.items()},
        names=NAMES[language],
        labels=LABELS[language],
        unsafe=Outcome.UNSAFE,
        passed=Outcome.SAFE,
    )
