"""What comes of paying, on both layers: the dialog a person sees and what JavaScript hears."""

from typing import Any

import msgspec

from sandbox.errors import Layer, Refusal, Row, phone
from sandbox.phone.launch import Api

WORDS: dict[Api, str] = {
    "requestPayment": "requestPayment",
    "getBrandWCPayRequest": "get_brand_wcpay_request",
    "chooseWXPay": "chooseWXPay",
}
OWN_DOING = (phone.PAYMENT_CANCELLED, phone.WRONG_PASSWORD, phone.BALANCE_LOW)
"""What the payer does to themselves: old clients, too, called that a cancellation."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`dialog` is Chinese as published. `err_code` and `err_desc` only where the client still gives them."""

    errMsg: str
    dialog: str = ""
    err_code: str = ""
    err_desc: str = ""
    errno: int | None = None


def paid(api: Api) -> Answer:
    """It went through."""
    return Answer(errMsg=f"{WORDS[api]}:ok")


def refused(refusal: Refusal, api: Api, *, legacy: bool) -> Answer:
    """It did not. `legacy` clients hand the dialog's text to the page."""
    row = refusal.row
    dialog = _text(row, Layer.DIALOG, refusal.facts, legacy=legacy)
    heard = row.spelling("phone", layer=Layer.ERR_MSG, endpoint=api, generation=_generation(legacy))
    if heard is None:
        if legacy and row not in OWN_DOING:
            return Answer(errMsg=f"{WORDS[api]}:fail", dialog=dialog, err_code="-1", err_desc=dialog)
        heard = phone.PAYMENT_CANCELLED.spelling("phone", layer=Layer.ERR_MSG, endpoint=api)
        assert heard is not None
    text = heard.text.format(**refusal.facts)
    if not heard.endpoint:
        text = text.replace("requestPayment:", f"{WORDS[api]}:", 1)
    if not heard.code:
        return Answer(errMsg=text, dialog=dialog)
    if heard.code == "102":
        return Answer(errMsg=text, dialog=dialog, errno=102)
    return Answer(errMsg=text, dialog=dialog, err_code=heard.code, err_desc=dialog)


def page_text(refusal: Refusal) -> str:
    """What the H5 page says; a dialog's text where the row is the cashier's."""
    return _text(refusal.row, Layer.PAGE, refusal.facts) or dialog_text(refusal)


def dialog_text(refusal: Refusal) -> str:
    """The dialog alone."""
    return _text(refusal.row, Layer.DIALOG, refusal.facts)


def _text(row: Row, layer: Layer, facts: dict[str, Any], *, legacy: bool = False) -> str:
    spelling = row.spelling("phone", layer=layer, generation=_generation(legacy))
    return "" if spelling is None else spelling.text.format(**facts)


def _generation(legacy: bool) -> str:
    return "legacy" if legacy else "modern"
