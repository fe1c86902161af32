"""Verdicts as a person, a program and a CI server read them."""

import json
import xml.etree.ElementTree as ElementTree

import click

from sandbox.scenario import reports
from sandbox.scenario.comparison import Difference
from sandbox.scenario.language import Summary
from sandbox.scenario.verdict import Event, Verdict

SUMMARY = Summary(zh="一笔订单", en="one order")

GOOD = Verdict(scenario="good", dialect="v2", file="good.yaml", summary=SUMMARY, outcome="passed", seconds=0.25)
BAD = Verdict(
    scenario="bad",
    dialect="v3",
    file="bad.yaml",
    summary=SUMMARY,
    outcome="failed",
    seconds=1.5,
    line=9,
    step="expect",
    reason="expect: not as expected",
    flaws=("no-query",),
    differences=(Difference("merchant.status", "'paid'", "'unpaid'"),),
    timeline=(Event("user.pay", "errMsg=requestPayment:ok"), Event("notification", "lost", 15_000)),
    shop_log=("a \x1b[31mline\x1b[0m\x00",),
)
IDLE = Verdict(
    scenario="idle", dialect="v2", file="i.yaml", summary=SUMMARY, outcome="skipped", seconds=0.0, reason="no step"
)
BROKEN = Verdict(
    scenario="broken", dialect="v2", file="b.yaml", summary=SUMMARY, outcome="broken", seconds=0.0, reason="no shop"
)


def test_a_failure_says_where_what_and_how_it_came_to_that() -> None:
    """Place, expected against came, the timeline, the shop's last lines."""
    assert click.unstyle(reports.failure(BAD)).splitlines() == [
        "bad (v3) failed  bad.yaml:9  expect",
        "  merchant.status: expected 'paid', came 'unpaid'",
        "  what happened:",
        "               user.pay             errMsg=requestPayment:ok",
        "         +15s  notification         lost",
        "  the shop's last lines:",
        "    a line\x00",
    ]


def test_the_table_has_a_row_a_story_and_a_count() -> None:
    """Outcome, name, seconds, summary in the language asked for."""
    lines = click.unstyle(reports.table([GOOD, BAD, IDLE], "zh")).splitlines()

    assert lines[0] == "✓ passed   good (v2)    0.2 s  一笔订单"
    assert lines[-1] == "1 passed, 1 failed, 1 skipped"
    assert reports.table([]).endswith("nothing was run")


def test_progress_names_the_flaws_it_ran_with() -> None:
    """A control's line cannot be taken for the clean shop's."""
    assert click.unstyle(reports.progress(BAD)) == "✗ bad (v3) +no-query  1.5 s"
    assert click.unstyle(reports.progress(IDLE)) == "- idle (v2)  0.0 s  no step"


def test_json_has_everything() -> None:
    """Every field of every verdict, Chinese unescaped."""
    text = reports.as_json([GOOD, BAD])

    assert "一笔订单" in text
    assert json.loads(text)[1]["differences"] == [{"what": "merchant.status", "expected": "'paid'", "came": "'unpaid'"}]


def test_junit_counts_and_tells() -> None:
    """A test case a story; failures, errors and skips carry their text, without characters that XML cannot say."""
    suite = ElementTree.fromstring(reports.junit([GOOD, BAD, IDLE, BROKEN], "scenarios"))[0]

    assert {"tests": "4", "failures": "1", "errors": "1", "skipped": "1"}.items() <= suite.attrib.items()
    assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["skipped"], ["error"]]
    assert "a line\N{REPLACEMENT CHARACTER}" in (suite[1][0].text or "")
    assert suite[3][0].attrib == {"message": "no shop"}
