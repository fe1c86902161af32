"""The arguments of wx.requestPayment as the client reads them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import Refusal, phone
from sandbox.phone import launch

GOOD = {"timeStamp": "1767225600", "nonceStr": "n", "package": "prepay_id=wx1", "signType": "MD5", "paySign": "S"}
ALL_MISSING = (
    "parameter.timeStamp should be String instead of Undefined;parameter.nonceStr should be String instead of"
    " Undefined;parameter.package should be String instead of Undefined;parameter.signType should be String instead"
    " of Undefined;parameter.paySign should be String instead of Undefined;"
)
JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.lists(st.integers()) | st.just({"a": 1})


def clauses(params: dict[str, Any], *, optional: bool = False) -> str:
    """What the base library complains of; empty when nothing."""
    try:
        launch.read(params, "requestPayment", sign_type_optional=optional)
    except Refusal as refusal:
        return str(refusal.facts["clauses"]) if refusal.row is phone.PARAMETER_TYPE else refusal.row.name
    return ""


def test_nothing_passed_has_a_clause_for_each_argument_in_order() -> None:
    """The text observed on devices when the names have another case."""
    assert clauses({}) == ALL_MISSING


@pytest.mark.parametrize(
    ("value", "word"),
    [(1767225600, "Number"), (1.5, "Number"), (None, "Null"), (True, "Boolean"), ([], "Array"), ({}, "Object")],
)
def test_a_wrong_type_is_called_what_javascript_calls_it(value: Any, word: str) -> None:
    """A timeStamp that is a number is the classic one."""
    assert clauses({**GOOD, "timeStamp": value}) == f"parameter.timeStamp should be String instead of {word};"


def test_empty_text_is_text() -> None:
    """The base library looks at types only."""
    assert clauses(dict.fromkeys(GOOD, "")) == ""


def test_a_missing_sign_type_counts_unless_the_tenant_says_otherwise() -> None:
    """phone.signtype_optional takes MD5 for it."""
    without = {name: value for name, value in GOOD.items() if name != "signType"}
    assert clauses(without) == "parameter.signType should be String instead of Undefined;"
    assert clauses(without, optional=True) == ""
    assert launch.read(without, "requestPayment", sign_type_optional=True).sign_type == "MD5"


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(GOOD, st.text() | JSON)))
def test_a_launch_is_read_exactly_when_all_five_are_text(params: dict[str, Any]) -> None:
    """One clause per bad argument, in the documented order, whatever is passed."""
    said = clauses(params)
    bad = [name for name in GOOD if not isinstance(params.get(name), str)]
    assert [clause.split(" ")[0].removeprefix("parameter.") for clause in said.split(";")[:-1]] == bad


@pytest.mark.parametrize("came", ["timestamp", "time_stamp", "TimeStamp"])
def test_a_misspelt_name_is_pointed_out(came: str) -> None:
    """The explanation names what was passed and what it is called."""
    params = {**{name: value for name, value in GOOD.items() if name != "timeStamp"}, came: "1"}
    with pytest.raises(Refusal) as caught:
        launch.read(params, "requestPayment", sign_type_optional=False)
    assert caught.value.facts["likely"] == f"{came} was passed: the name is timeStamp"


@pytest.mark.parametrize(
    ("api", "params", "argument"),
    [
        ("getBrandWCPayRequest", GOOD, "appId"),
        ("getBrandWCPayRequest", {**GOOD, "appId": "wx1", "timeStamp": 1}, "timeStamp"),
        ("chooseWXPay", GOOD, "timeStamp"),
        ("chooseWXPay", {**GOOD, "timestamp": "1", "paySign": None}, "paySign"),
    ],
)
def test_pages_in_wechat_hear_of_the_first_missing_argument(api: Any, params: dict[str, Any], argument: str) -> None:
    """getBrandWCPayRequest needs appId, wx.chooseWXPay takes timestamp."""
    with pytest.raises(Refusal) as caught:
        launch.read(params, api, sign_type_optional=False)
    assert caught.value.row is phone.JSAPI_ARGUMENT_MISSING
    assert caught.value.facts["argument"] == argument
