"""`pay`: the phone in the shell."""

import pytest
from shell import Shell


def test_an_order_is_paid_by_its_number(shell: Shell) -> None:
    """Both layers are shown, and what has not been checked."""
    shell.order("T1")

    result = shell.typed("pay", "T1")

    assert result.exit_code == 0
    assert "paid  out_trade_no T1  transaction_id 4200000" in result.output
    assert "JavaScript heard   requestPayment:ok" in result.output
    assert "paySign was not checked" in result.output


@pytest.mark.parametrize("handle", ["prepay_id", "code_url"])
def test_other_handles_are_told_apart(shell: Shell, handle: str) -> None:
    """A prepay_id by its length, a code_url by its scheme."""
    reply = shell.order("T1", trade_type="NATIVE", product_id="p")

    assert shell.json("pay", reply[handle], "--user", "xiaohong")["paid"] is True
    assert shell.json("notify", "list", "T1")["notifications"][0]["out_trade_no"] == "T1"


def test_a_cancelled_payment_is_a_bad_answer(shell: Shell) -> None:
    """Exit code 1; what the person saw differs from what JavaScript heard."""
    shell.order("T1")

    result = shell.typed("pay", "T1", "--action", "cancel")

    assert result.exit_code == 1
    assert "not paid" in result.output
    assert "requestPayment:fail cancel" in result.output


def test_a_paid_order_is_not_paid_again(shell: Shell) -> None:
    """The dialog, the reason and the remedy are shown."""
    shell.order("T1")
    shell.typed("pay", "T1")

    result = shell.typed("pay", "T1")

    assert result.exit_code == 1
    assert "the person saw     该订单已支付" in result.output
    assert "what to do" in result.output


def test_an_unknown_order_is_not_an_answer(shell: Shell) -> None:
    """Exit code 2: the question was wrong."""
    result = shell.typed("pay", "T404")

    assert result.exit_code == 2
    assert "no order 'T404'" in result.stderr
