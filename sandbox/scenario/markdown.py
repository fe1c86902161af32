"""Verdicts as Markdown, for the summary page of a CI job."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sandbox.scenario import reports
from sandbox.scenario.verdict import Verdict


def markdown(verdicts: Sequence[Verdict], shop: str, language: str = "en") -> str:
    """A table of all stories, and below it what went wrong."""
    return "\n".join(_lines(verdicts, shop, language)) + "\n"


def _lines(verdicts: Sequence[Verdict], shop: str, language: str) -> Iterator[str]:
    counts = Counter[str](verdict.outcome for verdict in verdicts)
    yield f"## {_cell(shop)}: " + (", ".join(f"{count} {outcome}" for outcome, count in counts.items()) or "no stories")
    yield ""
    yield "| | story | | s |"
    yield "| --- | --- | --- | ---: |"
    for verdict in verdicts:
        why = verdict.reason if verdict.outcome in ("skipped", "broken") else ""
        summary = " – ".join(part for part in (getattr(verdict.summary, language), why) if part)
        yield f"| {reports.mark(verdict)} | {_cell(verdict.title)} | {_cell(summary)} | {verdict.seconds:.1f} |"
    for verdict in verdicts:
        if not verdict.good:
            yield ""
            yield f"<details><summary>{_cell(verdict.title)}: {verdict.outcome}</summary>"
            yield ""
            yield from (f"    {line}" for line in reports.failure(verdict, plain=True).splitlines())
            yield ""
            yield "</details>"


def _cell(text: str) -> str:
    """In a table, where neither bars nor line breaks nor tags may stand."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("\n", " ")
