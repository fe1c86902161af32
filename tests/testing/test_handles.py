"""What names an order, and what a payer can be handed."""

from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.testing.handles import number, visit

CODE = "weixin://wxpay/bizpayurl?pr=x"
LAUNCH = {"package": "prepay_id=wx1", "paySign": "s"}
APP = {"partnerid": "1", "prepayid": "wx1", "package": "Sign=WXPay"}


@pytest.mark.parametrize(
    ("handed", "verb", "args", "handle"),
    [
        ("T1", "user.pay", {"out_trade_no": "T1"}, ""),
        ({"out_trade_no": "T1", "item": "tea"}, "user.pay", {"out_trade_no": "T1"}, ""),
        (SimpleNamespace(out_trade_no="T1"), "user.pay", {"out_trade_no": "T1"}, ""),
        (CODE, "user.scan", {"code_url": CODE}, CODE),
        ({"code_url": "weixin://x", "prepay_id": "wx1"}, "user.scan", {"code_url": "weixin://x"}, "weixin://x"),
        ({"h5_url": "https://wx/h5"}, "user.open_h5", {"url": "https://wx/h5"}, "https://wx/h5"),
        ({"prepay_id": "wx1"}, "user.pay", {"prepay_id": "wx1"}, "wx1"),
        (LAUNCH, "user.request_payment", {"params": LAUNCH}, "wx1"),
        (APP, "user.app_pay", {"params": APP}, "wx1"),
    ],
)
def test_everything_leads_to_a_verb(handed: Any, verb: str, args: dict[str, Any], handle: str) -> None:
    """By its kind; the handle is what the shop gave out, none for a bare number."""
    assert visit(handed) == (verb, args, handle)


def test_a_refund_is_named_by_its_own_number() -> None:
    """Not by its order's."""
    assert number(SimpleNamespace(out_refund_no="R1", out_trade_no="T1")) == "R1"
    assert number({"out_trade_no": "T1"}) == "T1"


@pytest.mark.parametrize("nothing", [{"item": "tea"}, SimpleNamespace(), {"out_trade_no": ""}])
def test_what_has_no_number_is_refused(nothing: Any) -> None:
    """The message shows what came."""
    with pytest.raises(ValueError, match="expected an order's number"):
        number(nothing)
