"""Which stories are told: expressions and shares."""

import pytest

from sandbox.scenario.selection import BadExpression, chosen_by, share

NAMES = ["refunds/refund-late v2", "refunds/refund-late v3", "till/till-gives-up v2", "paying/happy-path v3"]


@pytest.mark.parametrize(
    ("expression", "numbers"),
    [
        ("refund", [0, 1]),
        ("REFUND and v3", [1]),
        ("not refund", [2, 3]),
        ("refund and not v3 or till", [0, 2]),
        ("(refund or till) and v2", [0, 2]),
        ("not (refund or till)", [3]),
        ("paying/happy-path", [3]),
    ],
)
def test_words_are_joined(expression: str, numbers: list[int]) -> None:
    """not binds before and, and before or."""
    test = chosen_by(expression)

    assert [number for number, name in enumerate(NAMES) if test(name)] == numbers


@pytest.mark.parametrize("expression", ["", "and", "a or", "(a", "a b", "not", "a )"])
def test_what_cannot_be_read_is_said(expression: str) -> None:
    """Where, and what was expected."""
    with pytest.raises(BadExpression, match="expected"):
        chosen_by(expression)


def test_shares_are_all_of_it() -> None:
    """Disjoint, of about the same size, in order."""
    shares = [share(range(7), f"{n}/3") for n in (1, 2, 3)]

    assert shares == [[0, 3, 6], [1, 4], [2, 5]]
    for wrong in ("0/3", "4/3", "1", "a/b"):
        with pytest.raises(BadExpression, match="such as 2/5"):
            share([1], wrong)
