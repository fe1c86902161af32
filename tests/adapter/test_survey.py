"""Finding out how a shop is driven: which part of an answer is which."""

import pytest

from sandbox.adapter import answers

PAY = {"appId": "wx1", "timeStamp": "1", "nonceStr": "n", "package": "prepay_id=wx1", "paySign": "S"}


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        (PAY, ""),
        ({"data": {"pay": PAY}}, "data.pay"),
        ({"list": [{"x": 1}, {"params": PAY}]}, "list.1.params"),
        ({"appid": "wx1", "prepayid": "wx1", "sign": "S"}, ""),
        ({"package": "prepay_id=wx1"}, None),
        ("<html>", None),
    ],
)
def test_launch_parameters_are_known_by_their_names(answer: object, path: str | None) -> None:
    """Wherever they stand; a package alone is none."""
    assert answers.launch_parameters(answer) == path


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ({"token": "t"}, "token"),
        ({"data": {"userId": 7, "accessToken": "abc"}}, "data.accessToken"),
        ({"ok": True, "ticket": "0123456789abcdef"}, "ticket"),
        ({"a": "0123456789abcdef", "b": "0123456789abcdef"}, None),
        ({"ok": True}, None),
    ],
)
def test_a_token_is_known_by_its_name_or_its_look(answer: object, path: str | None) -> None:
    """The only long text without blanks may be one, too; of two nobody knows."""
    assert answers.token_in(answer) == path


def test_the_orders_number_is_what_the_platform_was_told() -> None:
    """Else the likeliest name."""
    answer = {"id": 7, "order": {"sn": "A1", "no": "T2026"}}

    assert answers.number_in(answer, "T2026") == "order.no"
    assert answers.number_in(answer, "other") == "order.sn"
    assert answers.number_in({"x": "y"}, "other") is None


def test_what_the_payment_changed_is_seen() -> None:
    """Also what was not there before."""
    before, after = {"a": {"state": 0, "n": 1}}, {"a": {"state": 1, "n": 1}, "paid_at": "now"}

    assert answers.changed(before, after) == {"a.state": (0, 1), "paid_at": (None, "now")}
    assert answers.likeliest(["x.paid", "x.STATE"], answers.STATES) == "x.STATE"
