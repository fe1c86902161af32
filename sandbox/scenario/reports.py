"""Verdicts for people, for programs and for CI."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator, Sequence

import click
import msgspec

from sandbox.scenario import duration
from sandbox.scenario.verdict import Verdict

_MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "broken": ("!", "red"), "skipped": ("-", "yellow")}
_XML_CANNOT_SAY = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def mark(verdict: Verdict) -> str:
    """The outcome as a sign."""
    return _MARKS[verdict.outcome][0]


def progress(verdict: Verdict) -> str:
    """One line, as soon as a story has ended."""
    mark, colour = _MARKS[verdict.outcome]
    name = verdict.title + "".join(f" +{flaw}" for flaw in verdict.flaws)
    line = f"{click.style(mark, fg=colour, bold=True)} {name}  {click.style(f'{verdict.seconds:.1f} s', dim=True)}"
    return line + (f"  {verdict.reason}" if verdict.outcome == "skipped" else "")


def failure(verdict: Verdict, *, plain: bool = False) -> str:
    """Where a story stopped, what was expected and what came, and what led there; `plain` is without colours."""
    return "\n".join(_failure_lines(verdict, plain=plain))


def table(verdicts: Sequence[Verdict], language: str = "en") -> str:
    """All results and a closing line."""
    width = max((len(verdict.title) for verdict in verdicts), default=0)
    lines = []
    for verdict in verdicts:
        mark, colour = _MARKS[verdict.outcome]
        outcome = click.style(f"{mark} {verdict.outcome:<7}", fg=colour, bold=verdict.outcome != "passed")
        summary = getattr(verdict.summary, language)
        lines.append(f"{outcome}  {verdict.title:<{width}}  {verdict.seconds:5.1f} s  {summary}")
    counts = Counter[str](verdict.outcome for verdict in verdicts)
    closing = ", ".join(f"{counts[outcome]} {outcome}" for outcome in _MARKS if counts[outcome]) or "nothing was run"
    return "\n".join([*lines, "", closing])


def as_json(verdicts: Sequence[Verdict]) -> str:
    """Every verdict in full."""
    return json.dumps(msgspec.to_builtins(list(verdicts)), ensure_ascii=False, indent=2)


def junit(verdicts: Sequence[Verdict], name: str) -> bytes:
    """A JUnit XML file: one test case a story."""
    counts = Counter(verdict.outcome for verdict in verdicts)
    suite = ElementTree.Element(
        "testsuite",
        name=name,
        tests=str(len(verdicts)),
        failures=str(counts["failed"]),
        errors=str(counts["broken"]),
        skipped=str(counts["skipped"]),
        time=f"{sum(verdict.seconds for verdict in verdicts):.3f}",
    )
    tags = {"failed": "failure", "broken": "error", "skipped": "skipped"}
    for verdict in verdicts:
        case = ElementTree.SubElement(
            suite, "testcase", classname=name, name=verdict.title, file=verdict.file, time=f"{verdict.seconds:.3f}"
        )
        if tag := tags.get(verdict.outcome):
            told = ElementTree.SubElement(case, tag, message=_sayable(verdict.reason))
            told.text = _sayable("\n".join(_failure_lines(verdict, plain=True)))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _failure_lines(verdict: Verdict, *, plain: bool = False) -> Iterator[str]:
    title = f"{verdict.title} {verdict.outcome}"
    yield (
        (title if plain else click.style(title, bold=True))
        + f"  {verdict.place}"
        + (f"  {verdict.step}" if verdict.step else "")
    )
    if verdict.differences:
        for difference in verdict.differences:
            yield f"  {difference.what}: expected {difference.expected}, came {difference.came}"
    else:
        yield f"  {verdict.reason}"
    if verdict.again:
        yield f"  again: {verdict.again}"
    if verdict.timeline:
        yield "  what happened:"
        for event in verdict.timeline:
            at = f"+{duration.show(event.at)}" if event.at is not None else ""
            yield f"    {at:>9}  {event.who:<20} {event.text}"
    if verdict.shop_log:
        yield "  the shop's last lines:"
        yield from (f"    {line}" for line in verdict.shop_log)


def _sayable(text: str) -> str:
    return _XML_CANNOT_SAY.sub("\N{REPLACEMENT CHARACTER}", click.unstyle(text))
