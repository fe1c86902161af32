"""`refund`: the merchant's console in the shell."""

from shell import Shell


def test_what_is_left_of_an_order_is_refunded(shell: Shell) -> None:
    """First a part under a number of its own, then the rest; the refund's ids and its state are shown."""
    shell.order("T1")
    shell.typed("pay", "T1")

    part = shell.json("refund", "T1", "--amount", 100, "--out-refund-no", "R1", "--reason", "damaged")
    rest = shell.typed("refund", "T1")

    assert (part["out_refund_no"], part["refund"], part["reason"]) == ("R1", 100, "damaged")
    assert rest.exit_code == 0
    assert "refund accepted  out_refund_no console" in rest.output
    assert "¥0.99 of ¥1.99  of order T1, PROCESSING" in rest.output


def test_an_order_that_is_not_paid_is_not_refunded(shell: Shell) -> None:
    """Exit code 2, with what to do first; so for one that is not there."""
    shell.order("T1")

    unpaid, unknown = shell.typed("refund", "T1"), shell.typed("refund", "T404")

    assert (unpaid.exit_code, unknown.exit_code) == (2, 2)
    assert "order 'T1' is not paid: pay it first" in unpaid.stderr
    assert "no order 'T404'" in unknown.stderr
