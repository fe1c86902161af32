"""`notify`: what the merchant was told, in the shell."""

from live_sandbox import inbox
from shell import Shell


def test_attempts_are_listed_with_their_reasons(shell: Shell) -> None:
    """Each at its place on the ladder, and when the next one comes."""
    shell.order("T1")
    shell.typed("pay", "T1")
    shell.typed("clock", "advance", "20s")

    told = shell.typed("notify", "list", "T1").output

    assert "pending  payment of T1  http://127.0.0.1:9/notify" in told
    assert "+0s  unanswered  nothing listens at http://127.0.0.1:9/notify" in told
    assert "+15s  unanswered" in told
    assert "next attempt at" in told


def test_nothing_to_list_says_when_there_would_be(shell: Shell) -> None:
    """An empty list is explained."""
    assert "when an order is paid" in shell.typed("notify", "list").output


def test_resending_tells_whether_it_was_acknowledged(shell: Shell) -> None:
    """Exit code 0 with the merchant's thanks, 1 without."""
    with inbox() as merchant:
        shell.order("T1", notify_url=merchant.url)
        shell.typed("pay", "T1")
        merchant.first()
        good = shell.typed("notify", "resend", "T1")
    bad = shell.typed("notify", "resend", "T1")

    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert "delivered" in good.output
    assert "acknowledged  HTTP 200" in good.output
    assert "nothing listens" in bad.output
    assert len(merchant.bodies) == 2


def test_resending_what_is_not_there_is_no_answer(shell: Shell) -> None:
    """Exit code 2."""
    assert shell.typed("notify", "resend", "T404").exit_code == 2
