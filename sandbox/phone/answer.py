"""What comes of paying: the dialog or page a person sees, and what the program that asked for it hears."""

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
"""What payers do to themselves: every client calls that a cancellation."""
APP_PAID, APP_FAILED, APP_CANCELLED = 0, -1, -2


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`dialog` and `page` are Chinese as published; `errMsg` and what follows JavaScript's, `errCode` an App's."""

    dialog: str | None = None
    page: str | None = None
    errMsg: str | None = None
    err_code: str | None = None
    err_desc: str | None = None
    errno: int | None = None
    errCode: int | None = None


def javascript(refusal: Refusal | None, api: Api, *, legacy: bool) -> Answer:
    """To a page. `legacy` clients hand it the dialog's text, today's only say that it was cancelled."""
    if refusal is None:
        return Answer(errMsg=f"{WORDS[api]}:ok")
    row, facts = refusal.row, refusal.facts
    dialog = _text(row, Layer.DIALOG, facts, legacy=legacy)
    heard = row.spelling("phone", layer=Layer.ERR_MSG, endpoint=api, generation=_generation(legacy))
    if heard is None:
        if legacy and row not in OWN_DOING:
            return Answer(errMsg=f"{WORDS[api]}:fail", dialog=dialog, err_code="-1", err_desc=dialog)
        heard = phone.PAYMENT_CANCELLED.spelling("phone", layer=Layer.ERR_MSG, endpoint=api)
        assert heard is not None
    text = heard.text.format(**facts)
    if not heard.endpoint:
        text = text.replace("requestPayment:", f"{WORDS[api]}:", 1)
    if not heard.code:
        return Answer(errMsg=text, dialog=dialog)
    if dialog is None:
        return Answer(errMsg=text, errno=int(heard.code))
    return Answer(errMsg=text, dialog=dialog, err_code=heard.code, err_desc=dialog)


def app(refusal: Refusal | None) -> Answer:
    """To an App: paid, cancelled, and one number for everything else."""
    if refusal is None:
        return Answer(errCode=APP_PAID)
    code = APP_CANCELLED if refusal.row in OWN_DOING else APP_FAILED
    return Answer(errCode=code, dialog=_text(refusal.row, Layer.DIALOG, refusal.facts))


def screen(refusal: Refusal | None) -> Answer:
    """To nobody but the person: a scanned code, an H5 page."""
    if refusal is None:
        return Answer()
    row, facts = refusal.row, refusal.facts
    return Answer(dialog=_text(row, Layer.DIALOG, facts), page=_text(row, Layer.PAGE, facts))


def _text(row: Row, layer: Layer, facts: dict[str, Any], *, legacy: bool = False) -> str | None:
    spelling = row.spelling("phone", layer=layer, generation=_generation(legacy))
    return None if spelling is None else spelling.text.format(**facts)


def _generation(legacy: bool) -> str:
    return "legacy" if legacy else "modern"
