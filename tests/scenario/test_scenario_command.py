"""`wechatpay-sandbox scenario` as it is typed."""

import json
import shlex
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sandbox.cli.scenario import scenario

STORY = """\
name: mine
summary: {zh: 我的, en: mine}
flaw: [trust-client-ok, paid-on-any-callback]
story:
  - user.login:
  - merchant.login:
  - merchant.order:
  - merchant.report: {errMsg: "requestPayment:ok"}
  - expect: {merchant: {status: unpaid}}
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """A story of one's own, in a folder of its own."""
    file = tmp_path / "mine.yaml"
    file.write_text(STORY, encoding="utf-8")
    return file


def typed(*words: object) -> Result:
    """The command with these words."""
    return CliRunner().invoke(scenario, [str(word) for word in words])


def test_run_shows_progress_and_a_table(story: Path) -> None:
    """Plain text in a pipe; the exit code is 0 when all is well."""
    result = typed("run", story, "--lang", "zh")

    assert result.exit_code == 0, result.output
    assert "✓ mine (v2)" in result.output
    assert "✓ passed   mine (v3)" in result.output
    assert "我的" in result.output
    assert result.output.endswith("2 passed\n")
    assert "\x1b" not in result.output


def test_a_bad_verdict_is_exit_code_1(story: Path) -> None:
    """The flaw is named, and the result is a whole JSON document."""
    result = typed("run", story.parent, "--flaw", "trust-client-ok", "--api", "v3", "--json")

    assert result.exit_code == 1
    (verdict,) = json.loads(result.stdout)
    assert (verdict["outcome"], verdict["dialect"], verdict["line"]) == ("failed", "v3", 9)
    assert verdict["flaws"] == ["trust-client-ok"]
    assert verdict["differences"] == [{"what": "merchant.status", "expected": "'unpaid'", "came": "'paid'"}]


def test_junit_is_written_beside_the_table(story: Path, tmp_path: Path) -> None:
    """One test case a story and API, in the shop's name."""
    result = typed("run", story, "--junit", tmp_path / "out.xml")

    assert result.exit_code == 0
    suite = ElementTree.parse(tmp_path / "out.xml").getroot()[0]
    assert (suite.get("name"), [case.get("name") for case in suite]) == (
        "merchant_demo",
        ["mine (v2)", "mine (v3)"],
    )


def test_controls_are_content_when_every_one_fails(story: Path) -> None:
    """Each flaw that a story names is run; one that passes is a blind story."""
    assert "all 4 failed against their control, as they must" in typed("run", story, "--controls", "-j", 2).output

    story.write_text(STORY.replace("paid-on-any-callback", "slow-answer"), encoding="utf-8")
    blind = typed("run", story, "--controls", "--api", "v2")

    assert blind.exit_code == 1
    assert "did not fail against their control: mine (v2) +slow-answer: passed" in blind.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["hapy-path"], "did you mean 'happy-path'?"),
        (["happy-path", "--controls", "--flaw", "no-query"], "leave --flaw out"),
        (["happy-path", "--sandbox", "http://127.0.0.1:9"], "no sandbox answers at http://127.0.0.1:9"),
    ],
)
def test_wrong_usage_is_told(words: list[str], message: str) -> None:
    """What cannot be asked is said, with the remedy."""
    result = typed("run", *words)

    assert result.exit_code != 0
    assert message in result.output


def test_a_mistake_in_a_file_is_exit_code_2(story: Path) -> None:
    """File, line and the nearest word, before anything is run."""
    story.write_text(STORY.replace("user.login", "user.logn"), encoding="utf-8")

    result = typed("run", story)

    assert result.exit_code == 2
    assert "mine.yaml:5: no verb called 'user.logn' — did you mean 'user.login'?" in result.output


def test_list_names_every_shipped_story() -> None:
    """Name, summary and control; the happy path first."""
    listed = json.loads(typed("list", "--json").stdout)

    assert listed[0]["name"] == "happy-path"
    assert (listed[0]["dialects"], listed[0]["flaw"]) == (["v2", "v3"], ["reuse-order-sign"])
    assert len(listed) >= 33
    assert "登录、下单、付款" in typed("list", "--lang", "zh").stdout


def test_schema_knows_the_sandboxs_own_words() -> None:
    """Every fault and verb that there is today."""
    schema = json.loads(typed("schema").stdout)

    verbs = schema["$defs"]["Steps"]["items"]["oneOf"][0]["properties"]
    faults = schema["$defs"]["Rule"]["properties"]["do"]["oneOf"][0]["properties"]
    assert {"user.pay", "user.login", "clock.advance", "notify.settle", "console.reset_key"} <= set(verbs)
    assert {"drop", "fail", "forge", "rewrite", "repeat"} <= set(faults)


def test_stories_are_chosen_repeated_and_reported(story: Path, tmp_path: Path) -> None:
    """-k, --shard, --repeat, --seed and --set; a page with a timeline also of what passed, and Markdown."""
    text = STORY.replace("story:\n", "parameters: {total: 5}\nstory:\n").replace(
        "order:\n", 'order: {total: "{total}"}\n'
    )
    story.write_text(text, encoding="utf-8")
    html, summary = tmp_path / "r.html", tmp_path / "r.md"
    words = ["run", story, "-k", "mine and not v3", "--repeat", "2", "--seed", "9", "--set", "total=7"]
    result = typed(*words, "--html", html, "--markdown", summary)

    assert result.exit_code == 0, result.output
    assert result.output.count("✓ mine [total=7] (v2)") == 2
    page = html.read_text(encoding="utf-8")
    assert "v2.unifiedorder" in page
    assert ", 7 fen" in page
    assert "2 passed" in summary.read_text(encoding="utf-8")
    assert "nothing was run" in typed("run", story, "-k", "other").output
    assert "mine" in typed("run", story, "--shard", "1/2").output


def test_a_failure_is_told_again_by_its_command(story: Path) -> None:
    """The command that it prints fails in the same way, with the same seed."""
    result = typed("run", story, "--api", "v2", "--flaw", "trust-client-ok")
    (command,) = [line.removeprefix("  again: ") for line in result.output.splitlines() if "  again: " in line]

    again = typed(*shlex.split(command)[2:], "--json")

    (verdict,) = json.loads(again.stdout)
    assert verdict["differences"] == [{"what": "merchant.status", "expected": "'unpaid'", "came": "'paid'"}]
    assert f"--seed {verdict['seed']} " in command
