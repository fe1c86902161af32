"""Reports of findings: for a terminal, for programs, as SARIF, and as one page that runs nothing."""

import json
import re
from typing import Any

import click
import pytest

from sandbox.audit import terminal
from sandbox.audit.auditor import Finding
from sandbox.audit.families import families, probes
from sandbox.audit.page import page
from sandbox.audit.probe import Probe
from sandbox.audit.range import CLEAN, Round
from sandbox.audit.ruling import Outcome, Words
from sandbox.audit.sarif import sarif

EVIL = "<script>alert(1)</script> & ]]>"


def probe_called(name: str) -> Probe:
    return next(one for one in probes() if one.name == name)


def finding(name: str, outcome: Outcome, api: Any = "v3", did: str = "answered HTTP 204") -> Finding:
    return Finding(probe=probe_called(name), api=api, outcome=outcome, did=Words(did, f"应答：{did}"), seconds=0.5)


FINDINGS = [
    finding("no-signature", Outcome.UNSAFE, did=EVIL),
    finding("less-paid", Outcome.UNSAFE),
    finding("coupon", Outcome.SAFE),
    finding("page-says-ok", Outcome.NOT_JUDGED),
    finding("genuine", Outcome.BROKEN),
]


@pytest.fixture
def run() -> dict[str, Any]:
    """The one run of a SARIF log about FINDINGS."""
    log = json.loads(sarif(FINDINGS, "my-shop.yaml"))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (only,) = log["runs"]
    assert isinstance(only, dict)
    return only


def test_sarif_has_what_the_schema_requires(run: dict[str, Any]) -> None:
    """tool.driver.name, a message for each result, ids of rules, and enumerated values from the standard's lists."""
    driver = run["tool"]["driver"]

    assert driver["name"]
    assert all(rule["id"] and rule["shortDescription"]["text"] for rule in driver["rules"])
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    assert {rule["defaultConfiguration"]["level"] for rule in driver["rules"]} <= {"none", "note", "warning", "error"}
    for result in run["results"]:
        assert result["message"]["text"]
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["kind"] in {"notApplicable", "pass", "fail", "review", "open", "informational"}
        # 3.27.10: with any kind but fail, the level is none.
        assert (result["level"] == "none") == (result["kind"] != "fail")
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "my-shop.yaml"


def test_sarif_names_weaknesses_in_its_taxonomy(run: dict[str, Any]) -> None:
    """A CWE that a rule is related to stands among the taxa, and the driver says that it supports the taxonomy."""
    taxa = {taxon["id"] for taxon in run["taxonomies"][0]["taxa"]}
    related = {
        relation["target"]["id"]
        for rule in run["tool"]["driver"]["rules"]
        for relation in rule.get("relationships", [])
    }

    assert related == taxa == {"345", "354", "602", "754"}
    assert run["tool"]["driver"]["supportedTaxonomies"] == [{"name": "CWE", "index": 0}]
    assert re.fullmatch(r"\d\.\d", run["tool"]["driver"]["rules"][0]["properties"]["security-severity"])


def test_outcomes_become_kinds(run: dict[str, Any]) -> None:
    """Only what is unsafe fails; a code host closes an alert when it finds a pass."""
    assert [result["kind"] for result in run["results"]] == ["fail", "fail", "pass", "notApplicable", "review"]


def test_the_page_escapes_what_the_merchant_said() -> None:
    """One page, without scripts or anything from elsewhere; the merchant's text is text."""
    html = page(families(), FINDINGS, "my-shop.yaml", "zh")

    assert EVIL not in html
    assert "&lt;script&gt;alert(1)" in html
    assert not re.search(r"<script|<link|<img|src=|https?://", html)
    assert "default-src 'none'" in html
    assert "完全没有签名" in html
    assert html.count(" open>") == 2


@pytest.mark.parametrize(("language", "fix", "count"), [("en", "fix:", "2 unsafe"), ("zh", "如何修复:", "2 不安全")])
def test_the_terminal_explains_what_is_unsafe(language: str, fix: str, count: str) -> None:
    """What was sent, what is safe, what came and how to fix it, for what is unsafe alone; then the counts."""
    text = terminal.report(families(), FINDINGS, language)

    assert text.count(fix) == 2
    assert count in text.splitlines()[-1]
    assert "critical" in text.splitlines()[-1]


def test_facts_are_for_programs() -> None:
    """A finding as JSON has everything but the function."""
    facts = json.loads(json.dumps(FINDINGS[0].facts()))

    assert (facts["probe"], facts["outcome"], facts["cwe"], facts["api"]) == ("no-signature", "unsafe", 345, "v3")
    assert set(facts["fix"]) == {"en", "zh"}


def test_a_round_knows_misses_and_false_alarms() -> None:
    """Declared and not caught is a miss, caught and not declared a false alarm, not judged is neither but not good."""
    found = Round(flaw="ignore-amount", api="v3", findings=(FINDINGS[0], finding("less-paid", Outcome.SAFE)))
    mute = Round(flaw=CLEAN, api="v3", findings=(FINDINGS[3],))

    assert (found.missed, found.false_alarms, found.good) == (["less-paid"], ["no-signature"], False)
    assert (mute.missed, mute.false_alarms, mute.good) == ([], [], False)
    assert Round(flaw="ignore-amount", api="v3", findings=(FINDINGS[1], FINDINGS[2])).good


def test_the_matrix_tells_what_went_wrong() -> None:
    """A line for each shop, one for each miss and false alarm with what the merchant did, and the sum."""
    found = Round(flaw="ignore-amount", api="v3", findings=(FINDINGS[0], finding("less-paid", Outcome.SAFE)))
    lines = click.unstyle("\n".join(terminal.row(found)))

    assert "✗ v3  ignore-amount" in lines
    assert "missed: less-paid" in lines
    assert f"false alarm: no-signature  {EVIL}" in lines
    assert terminal.total([found]) == "2 probes, 1 flaws, 1 shops: 1 with a miss or a false alarm"
