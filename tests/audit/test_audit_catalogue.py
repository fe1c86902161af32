"""The probes as a catalogue: found by walking, complete in both languages, within their means."""

import pytest

from sandbox.audit.auditor import budget, chosen
from sandbox.audit.families import families, probes
from sandbox.audit.probe import Probe
from sandbox.audit.ruling import Severity
from sandbox.audit.sender import AT_ONCE

PROBES = {probe.name: probe for probe in probes()}


def test_there_are_at_least_fifty_in_fifteen_families() -> None:
    """As many as the docs promise, each in its family."""
    assert len(PROBES) >= 50
    assert [family.name for family in families()] == [
        "authenticity", "integrity", "replay", "identity", "amount", "state", "concurrency", "parser", "abuse",
        "transport", "time", "v2keys", "v3keys", "login", "responses",
    ]  # fmt: skip
    assert all(family.probes for family in families())


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_says_everything_in_both_languages(name: str) -> None:
    """Title, what is sent, what is safe, how to fix it; Chinese is Chinese."""
    probe = PROBES[name]
    for words in (probe.title, probe.sent, probe.safe, probe.fix):
        assert words.en
        assert words.en.isascii() or set(words.en) <= set(map(chr, range(0x250))) | set("…—’“”")
        assert words.zh
    assert any("\u4e00" <= character <= "\u9fff" for character in probe.sent.zh + probe.fix.zh)
    assert isinstance(probe.severity, Severity)
    assert probe.catches


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_is_modest(name: str) -> None:
    """At most ten requests, which is what ten copies at once need."""
    assert 0 <= PROBES[name].posts <= AT_ONCE // 2


def test_the_budget_is_that_of_the_probes_chosen() -> None:
    """What is announced is the sum over the probes of the API."""
    assert budget(chosen(probes(), "v2")) == sum(one.posts for one in probes() if "v2" in one.apis)
    assert budget([]) == 0


def test_a_flaw_may_be_for_one_api_only() -> None:
    """`name/v3` is a duty in APIv3 alone, `name` in both."""
    probe = PROBES["no-signature"]
    assert isinstance(probe, Probe)

    assert probe.must_catch("verifies-only-complete", "v3")
    assert not probe.must_catch("verifies-only-complete", "v2")
    assert probe.must_catch("accept-unsigned", "v2")
    assert not probe.must_catch("ignore-amount", "v2")
