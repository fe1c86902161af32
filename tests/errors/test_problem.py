"""How a row finds its spelling, and a rule its row."""

import pytest

from sandbox.errors import Layer, Row, Spelling, catalogue, find, pay, phone, protocol

ROW = Row(
    name="EXAMPLE",
    cause="",
    fix="",
    spellings=(
        Spelling(dialect="v2", layer=Layer.RETURN_MSG, text="anywhere"),
        Spelling(dialect="v2", layer=Layer.RETURN_MSG, text="legacy", generation="legacy"),
        Spelling(dialect="v2", layer=Layer.RETURN_MSG, text="query", endpoint="v2.orderquery"),
        Spelling(dialect="v2", layer=Layer.ERR_CODE, code="WIRE", text="ruled", only_by_rule=True),
    ),
)


@pytest.mark.parametrize(
    ("endpoint", "generation", "by_rule", "text"),
    [
        ("v2.unifiedorder", "modern", False, "anywhere"),
        ("v2.unifiedorder", "legacy", False, "legacy"),
        ("v2.orderquery", "modern", False, "query"),
        ("v2.orderquery", "legacy", False, "query"),
        ("v2.orderquery", "modern", True, "ruled"),
    ],
)
def test_the_most_specific_spelling_wins(endpoint: str, generation: str, by_rule: bool, text: str) -> None:
    """A rule's own spelling before the endpoint's, the endpoint's before the generation's, that before the general."""
    spelling = ROW.spelling("v2", endpoint=endpoint, generation=generation, by_rule=by_rule)
    assert spelling is not None
    assert spelling.text == text


def test_a_row_can_be_mute_in_a_dialect() -> None:
    """No spelling of the dialect, or only one that needs a rule, is None."""
    assert ROW.spelling("login") is None
    assert pay.OUT_TRADE_NO_USED.spelling("v2", endpoint="v2.unifiedorder") is None


def test_the_phone_says_one_thing_twice() -> None:
    """The layer chooses between what the payer reads and what JavaScript hears."""
    dialog = phone.PREPAY_EXPIRED.spelling("phone", layer=Layer.DIALOG)
    heard = phone.PREPAY_EXPIRED.spelling("phone", layer=Layer.ERR_MSG)
    assert (dialog and dialog.text) == "该订单已过期，请重新下单"
    assert (heard and (heard.text, heard.code)) == ("requestPayment:fail", "2")


def test_a_rule_may_name_the_row_or_the_wire_code() -> None:
    """Both lead to the row; a code counts in its own dialect only."""
    assert find("SIGN_WRONG", "v2") is find("SIGNERROR", "v2") is protocol.SIGN_WRONG
    assert find("40029", "login").name == "CODE_INVALID"
    with pytest.raises(LookupError):
        find("40029", "v2")


def test_a_misspelt_name_gets_a_hint() -> None:
    """The error names what came and the nearest names."""
    with pytest.raises(LookupError, match=r"'SINGERROR' in dialect v2 — did you mean .*SIGNERROR"):
        find("SINGERROR", "v2")


def test_the_catalogue_lists_every_family() -> None:
    """Rows of all families stand in one catalogue by name."""
    rows = catalogue()
    assert rows["ORDER_PAID"] is pay.ORDER_PAID
    assert rows["PAY_SIGN_WRONG"] is phone.PAY_SIGN_WRONG
