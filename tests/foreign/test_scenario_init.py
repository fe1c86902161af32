"""`scenario init` finds out by itself how a shop is driven that somebody else has written."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from findings import HERE

from sandbox.adapter.adapter import load
from sandbox.cli.scenario import scenario

CALLS = ("--login", "POST /api/login", "--order", "POST /api/orders", "--status", "GET /api/orders/{order_no}")
REFUND = ("--refund", "POST /api/orders/{order_no}/refund")
START = ("--start", f"{{python}} {HERE / 'flask_shop.py'} {{port}}", "--doors")


def typed(*words: object) -> Result:
    """The command with these words."""
    return CliRunner().invoke(scenario, [str(word) for word in ("init", *words)])


def test_the_adapter_is_found_out_and_holds(tmp_path: Path) -> None:
    """Token, amount, title, launch parameters, number, state, parcels, refund, notify path: as by hand."""
    file = tmp_path / "my-shop.yaml"
    result = typed(file, *START, *CALLS, *REFUND)

    assert result.exit_code == 0, result.output
    assert "one purchase through it went well" in result.output
    assert "not found: GET /api/orders/{order_no}: how a closed order looks" in result.output
    drafted, by_hand = load(file), load(HERE / "flask-wechatpy.yaml")
    assert (drafted.notify_path, drafted.dialects, drafted.doors) == (by_hand.notify_path, by_hand.dialects, True)
    for name in ("login", "order"):
        assert drafted.steps[name] == by_hand.steps[name]
    assert drafted.steps["refund"].json == by_hand.steps["refund"].json
    assert drafted.steps["status"].save == {"status": "state", "shipped": "parcels", "total": "amount"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--start", "x", "--url", "http://x"), "expected either --start COMMAND or --url URL"),
        ((), "expected either --start COMMAND or --url URL"),
        (("--url", "http://127.0.0.1:1"), "--url needs --sandbox and --credentials"),
        ((*START, *CALLS[:2], "--order", "orders"),
         "--order: expected a method and a path such as POST /orders, came 'orders'"),
        ((*START, *CALLS, "--order-json", "[]"), "--order-json: expected a JSON object, came '[]'"),
        (("--start", "false", *CALLS), "the shop ended with code 1 before it was ready"),
        ((*START, *CALLS[2:], "--login", "POST /nowhere"), "POST /nowhere takes a login code under no name"),
        ((*START, *CALLS[:2], *CALLS[4:], "--order", "POST /nowhere"),
         "POST /nowhere led to no order at the platform: 404"),
    ],
)  # fmt: skip
def test_what_cannot_go_on_is_said(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    """What was expected and what came; nothing is written."""
    result = typed(tmp_path / "a.yaml", *words)

    assert result.exit_code == 2
    assert message in result.output
    assert os.listdir(tmp_path) == []


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    """Unless --force says so."""
    file = tmp_path / "a.yaml"
    file.write_text("mine")

    assert "is there already" in typed(file, *START, *CALLS).output
    assert file.read_text() == "mine"
