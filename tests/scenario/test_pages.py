"""Verdicts as a page and as Markdown: whole, escaped, with timelines."""

from test_scenario_reports import BAD, BROKEN, GOOD, IDLE

from sandbox.scenario.markdown import markdown
from sandbox.scenario.page import page
from sandbox.scenario.verdict import Event, Verdict

HOSTILE = "<script>alert(1)</script>|\n"


def hostile() -> Verdict:
    """A failure in which the shop says what it should not."""
    from msgspec.structs import replace

    timeline = (Event("merchant.order", HOSTILE, 0, "merchant"), Event("notification", "lost", 15_000, "delivery"))
    return replace(BAD, timeline=timeline, shop_log=(HOSTILE,), reason=HOSTILE, again="scenario run <x>")


def test_the_page_has_a_timeline_in_virtual_time() -> None:
    """Every story, what it expected and what came, and when what happened."""
    written = page([GOOD, hostile(), IDLE, BROKEN], "my shop", "zh")

    assert "<title>my shop: 2 of 4 went wrong</title>" in written
    assert '<tr class="delivery"><td class="at">+15s<td class="who">notification<td>lost</tr>' in written
    assert '<details class="failed" open>' in written
    assert '<details class="passed">' in written
    assert "一笔订单" in written
    assert "<td>merchant.status<td>&#39;paid&#39;<td>&#39;unpaid&#39;" in written


def test_the_page_escapes_what_shops_say_and_needs_nothing_else() -> None:
    """No markup of theirs, no address of anybody's."""
    written = page([hostile()], HOSTILE)

    assert "<script" not in written
    assert written.count("&lt;script&gt;") >= 3
    assert "http" not in written
    assert "scenario run &lt;x&gt;" in written


def test_markdown_is_a_table_and_what_went_wrong() -> None:
    """One row a story; whatever could end a row or begin a tag is harmless."""
    written = markdown([GOOD, hostile(), IDLE, BROKEN], HOSTILE)

    rows = [line for line in written.splitlines() if line.startswith(("| ✓", "| ✗", "| - ", "| !"))]
    assert rows[0] == "| ✓ | good (v2) | one order | 0.2 |"
    assert rows[2] == "| - | idle (v2) | one order – no step | 0.0 |"
    assert len(rows) == 4
    assert written.startswith("## &lt;script>alert(1)&lt;/script>\\| : 1 passed, 1 failed, 1 skipped, 1 broken\n")
    assert "<details><summary>bad (v3): failed</summary>" in written
    assert "    bad (v3) failed  bad.yaml:9  expect" in written
