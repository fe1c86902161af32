"""Findings and the range for people at a terminal, or in a log."""

from collections import Counter
from collections.abc import Iterator, Sequence

import click

from sandbox.audit.auditor import Finding
from sandbox.audit.families import Family
from sandbox.audit.range import CLEAN, Round
from sandbox.audit.ruling import Outcome, Severity, Words

MARKS = {
    Outcome.SAFE: ("✓", "green"),
    Outcome.UNSAFE: ("✗", "red"),
    Outcome.NOT_JUDGED: ("-", "yellow"),
    Outcome.BROKEN: ("!", "magenta"),
}
NAMES = {
    "en": {"safe": "safe", "unsafe": "unsafe", "not-judged": "not judged", "broken": "not put"},
    "zh": {"safe": "安全", "unsafe": "不安全", "not-judged": "未判定", "broken": "未执行"},
}
NAME_WIDTH = 24  # of a flaw
LABELS = {
    "en": ("sent", "a safe merchant", "this one", "fix"),
    "zh": ("发送了", "安全的商户", "该商户", "如何修复"),
}


def report(families: Sequence[Family], findings: Sequence[Finding], language: str) -> str:
    """Every finding below its family, and a closing line."""
    return "\n".join([*_families(families, findings, language), closing(findings, language)])


def closing(findings: Sequence[Finding], language: str) -> str:
    """How many of each, the worst first."""
    counts = Counter(one.outcome for one in findings)
    names = NAMES[language]
    said = [
        click.style(f"{counts[outcome]} {names[outcome.value]}", fg=MARKS[outcome][1], bold=outcome is Outcome.UNSAFE)
        for outcome in (Outcome.UNSAFE, Outcome.BROKEN, Outcome.NOT_JUDGED, Outcome.SAFE)
        if counts[outcome]
    ]
    worst = [severity for severity in Severity for one in findings if _bad(one) and one.probe.severity is severity]
    grave = f" ({', '.join(f'{n} {severity.value}' for severity, n in Counter(worst).items())})" if worst else ""
    return (said[0] + grave + "".join(f", {more}" for more in said[1:])) if said else "-"


def catalogue(families: Sequence[Family], language: str) -> Iterator[str]:
    """Every probe that there is."""
    width = max(len(probe.name) for family in families for probe in family.probes)
    for family in families:
        yield click.style(getattr(family.title, language), bold=True)
        for probe in family.probes:
            yield (
                f"  {probe.name:<{width}}  {probe.severity.value:<8}  {_cwe(probe.cwe):<8}  {'+'.join(probe.apis):<5}  "
                f"{getattr(probe.title, language)}"
            )


def row(one: Round) -> Iterator[str]:
    """One shop of the matrix: which probes it failed, and where that is not as declared."""
    mark = click.style("✓", fg="green") if one.good else click.style("✗", fg="red")
    yield f"{mark} {one.api}  {one.flaw or '(none)':<{NAME_WIDTH}}  {', '.join(sorted(one.caught)) or '-'}"
    did = {finding.probe.name: finding.did.en for finding in one.findings}
    wrong = [("missed", name) for name in one.missed] + [("false alarm", name) for name in one.false_alarms]
    for label, name in wrong:
        yield f"      {click.style(f'{label}: {name}', fg='red')}  {did[name]}"
    for reason in one.unput:
        yield click.style(f"      not judged: {reason}", fg="red")


def total(rounds: Sequence[Round]) -> str:
    """The last line of the matrix."""
    flaws = {one.flaw for one in rounds} - {CLEAN}
    probes = {finding.probe.name for one in rounds for finding in one.findings}
    bad = sum(not one.good for one in rounds)
    return (
        f"{len(probes)} probes, {len(flaws)} flaws, {len(rounds)} shops: {bad or 'none'} with a miss or a false alarm"
    )


def _families(families: Sequence[Family], findings: Sequence[Finding], language: str) -> Iterator[str]:
    width = max(len(one.probe.name) for one in findings)
    for family in families:
        of_it = [one for one in findings if one.probe.family == family.name]
        if of_it:
            yield click.style(getattr(family.title, language), bold=True)
        for one in of_it:
            mark, colour = MARKS[one.outcome]
            outcome = NAMES[language][one.outcome.value]
            yield (
                f"  {click.style(mark, fg=colour, bold=True)} {one.api} {one.probe.name:<{width}}  "
                f"{click.style(outcome, fg=colour)}"
                + ("" if one.outcome is Outcome.SAFE else f"  {_grave(one)}  {getattr(one.probe.title, language)}")
            )
            yield from _details(one, language)


def _details(one: Finding, language: str) -> Iterator[str]:
    sent, safe, did, fix = LABELS[language]
    probe = one.probe
    said: tuple[tuple[str, Words], ...] = ()
    if one.outcome is Outcome.UNSAFE:
        said = ((sent, probe.sent), (safe, probe.safe), (did, one.did), (fix, probe.fix))
    elif one.outcome is not Outcome.SAFE:
        said = ((did, one.did),)
    for label, words in said:
        yield f"      {click.style(label + ':', dim=True)} {getattr(words, language)}"


def _grave(one: Finding) -> str:
    return f"{one.probe.severity.value} {_cwe(one.probe.cwe)}".rstrip()


def _cwe(number: int | None) -> str:
    return f"CWE-{number}" if number else ""


def _bad(one: Finding) -> bool:
    return one.outcome is Outcome.UNSAFE
