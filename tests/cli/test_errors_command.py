"""`errors` and `endpoints`: the catalogues in the shell, no sandbox needed."""

import json
from typing import Any

from click.testing import CliRunner, Result

from sandbox.app import catalogue as endpoint_catalogue
from sandbox.cli import main
from sandbox.errors import catalogue


def typed(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def as_json(*words: str) -> Any:
    return json.loads(typed(*words, "--json").stdout)


def test_every_row_is_listed() -> None:
    """With spellings, source and confidence."""
    listed = as_json("errors")

    assert [row["name"] for row in listed] == list(catalogue())
    assert all(spelling["confidence"] for row in listed for spelling in row["spellings"])
    assert all(name in typed("errors").output for name in catalogue())


def test_a_wire_code_finds_its_rows() -> None:
    """By code or by row; only the spellings asked for are shown."""
    result = typed("errors", "--code", "ORDERPAID")

    assert "ORDER_PAID" in result.output
    assert "v2 err_code: ORDERPAID 该订单已支付" in result.output
    assert [row["name"] for row in as_json("errors", "--code", "ORDER_PAID")] == ["ORDER_PAID"]
    (row,) = as_json("errors", "--code", "40029")
    assert {spelling["dialect"] for spelling in row["spellings"]} == {"login"}


def test_a_dialect_narrows() -> None:
    """Rows that say nothing there are left out."""
    listed = as_json("errors", "--dialect", "phone")

    assert listed
    assert {spelling["dialect"] for row in listed for spelling in row["spellings"]} == {"phone"}


def test_nothing_found_names_the_nearest() -> None:
    """Exit code 2, with a way on."""
    code, dialect = typed("errors", "--code", "orderpayd"), typed("errors", "--dialect", "v9")

    assert (code.exit_code, dialect.exit_code) == (2, 2)
    assert "did you mean ORDERPAID" in code.stderr
    assert "there are login, phone, v2" in dialect.stderr


def test_endpoints_are_listed() -> None:
    """Name, route and title of each."""
    names = [one.name for one in endpoint_catalogue()]

    assert [one["name"] for one in as_json("endpoints")] == names
    assert all(name in typed("endpoints").output for name in names)


def test_one_endpoint_shows_its_form() -> None:
    """Fields with limits, and the errors it may answer."""
    told = typed("endpoints", "v2.unifiedorder").output
    (described,) = as_json("endpoints", "v2.unifiedorder")

    assert "POST /pay/unifiedorder  统一下单" in told
    assert "127 bytes" in told
    assert "integer 1…" in told
    assert "ORDER_PAID" in described["raises"]
    assert {field["name"] for field in described["fields"]} >= {"body", "total_fee", "out_trade_no"}


def test_an_unknown_endpoint_names_the_nearest() -> None:
    """Exit code 2."""
    result = typed("endpoints", "v2.unifedorder")

    assert result.exit_code == 2
    assert "did you mean v2.unifiedorder?" in result.stderr
