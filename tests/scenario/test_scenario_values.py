"""Placeholders, comparisons and spans of time."""

import pytest

from sandbox.adapter.placeholders import Unknown, fill, named_in
from sandbox.scenario import duration
from sandbox.scenario.comparison import Difference, differences


def test_a_lone_placeholder_keeps_its_type() -> None:
    """A number stays one; inside text it becomes text."""
    given = {"total": 199, "payment": {"a": 1}}

    filled = fill({"t": "{total}", "p": "{payment}", "u": "/x/{total}/y", "l": ["{payment.a}"]}, given, {})

    assert filled == {"t": 199, "p": {"a": 1}, "u": "/x/199/y", "l": [1]}


def test_an_optional_placeholder_leaves_its_key_out() -> None:
    """`{name?}` looks only at what the step gives, never at what the story remembers."""
    assert fill({"a": "{openid?}", "b": "{n?}"}, {"n": 1}, {"openid": "o1"}) == {"b": 1}
    assert fill(["x{openid?}"], {}, {"openid": "o1"}) == []


def test_an_unknown_placeholder_says_what_there_is() -> None:
    """The message names the missing value and those that are known."""
    with pytest.raises(Unknown) as caught:
        fill("{token}", {"code": "c"}, {"openid": "o"})

    assert caught.value.args[0] == "nothing is called {token} yet; there is code, openid"


def test_placeholders_are_found_at_any_depth() -> None:
    """In texts, lists and mappings."""
    assert {"a", "b", "c"} == named_in({"x": ["{a}", {"y": "-{b?}-"}], "z": "{c}", "n": 5})


@pytest.mark.parametrize(
    ("expected", "came"),
    [
        (199, 199),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"dialog": None}, {}),
        ({"dialog": None}, {"dialog": None}),
        ([1, {"a": 1}], [1, {"a": 1, "b": 2}]),
        ({"contains": "签名"}, "支付验证签名失败"),
        ({"at_least": 2}, 3),
        ({"at_most": 3}, 3),
        ({"one_of": ["paid", "closed"]}, "paid"),
        ({"not": "paid"}, "unpaid"),
        ({"not": {"contains": "x"}}, "y"),
    ],
)
def test_as_expected(expected: object, came: object) -> None:
    """Mappings ask for what they name, null admits absence, comparisons compare."""
    assert differences(expected, came, "it") == []


@pytest.mark.parametrize(
    ("expected", "came", "difference"),
    [
        (199, "199", Difference("it", "199", "'199'")),
        (1, True, Difference("it", "1", "true")),
        ("paid", None, Difference("it", "'paid'", "nothing")),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, Difference("it.a.b", "1", "2")),
        ({"a": 1}, {}, Difference("it.a", "1", "nothing of that name")),
        ({"a": 1}, None, Difference("it", "{'a': 1}", "nothing")),
        (None, {"a": 1}, Difference("it", "nothing", "{'a': 1}")),
        ([1, 2], [1], Difference("it", "[1, 2]", "[1]")),
        ([1, 2], [1, 3], Difference("it[1]", "2", "3")),
        ({"contains": "x"}, None, Difference("it", "contains 'x'", "nothing")),
        ({"at_least": 2}, "3", Difference("it", "at least 2", "'3'")),
        ({"not": "paid"}, "paid", Difference("it", "not 'paid'", "'paid'")),
        ({"a": {"not": 1}}, {}, Difference("it.a", "not 1", "nothing of that name")),
    ],
)
def test_not_as_expected(expected: object, came: object, difference: Difference) -> None:
    """A difference names the place and both sides."""
    assert [difference] == differences(expected, came, "it")


@pytest.mark.parametrize(
    ("text", "milliseconds", "shown"),
    [
        ("0s", 0, "0s"),
        ("15s", 15_000, "15s"),
        ("60s", 60_000, "1m"),
        ("24h4m", 86_640_000, "1d4m"),
        ("1.5s", 1500, "1s500ms"),
        ("500ms", 500, "500ms"),
    ],
)
def test_spans_of_time(text: str, milliseconds: int, shown: str) -> None:
    """Every span has one shortest spelling."""
    assert (milliseconds, shown) == (duration.parse(text), duration.show(milliseconds))
    assert milliseconds == duration.parse(shown)


@pytest.mark.parametrize("text", ["", "15", "s", "15 s", "1x", "-5s", "5s!"])
def test_no_span_of_time(text: str) -> None:
    """A number needs its unit."""
    with pytest.raises(ValueError, match="expected a span of time such as 15s"):
        duration.parse(text)
