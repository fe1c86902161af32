"""Verdicts as one HTML page that needs nothing else: a timeline for each story, in virtual time."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment

from sandbox.scenario import duration, reports
from sandbox.scenario.verdict import Verdict

_TEMPLATE = Path(__file__).with_name("page.html")


def page(verdicts: Sequence[Verdict], shop: str, language: str = "en") -> str:
    """The whole page. All that shops and stories say is escaped."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["span"] = lambda at: "" if at is None else f"+{duration.show(at)}"
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        shop=shop,
        verdicts=verdicts,
        language=language,
        counts=Counter(verdict.outcome for verdict in verdicts),
        seconds=sum(verdict.seconds for verdict in verdicts),
        mark=reports.mark,
    )
