"""Paying from an App: what the Open SDK's PayReq is checked for."""

from collections.abc import Mapping
from typing import Any

from sandbox.doctor.paysign import APP_SPELLINGS, Launched
from sandbox.domain.order import Order, TradeType
from sandbox.errors import Refusal, phone
from sandbox.phone import secondsign, v3sign
from sandbox.phone.cashier import Cashier
from sandbox.protocol import v2sign
from sandbox.protocol.v2sign import SignType

PACKAGE = "Sign=WXPay"
SIGNED = ("appid", "partnerid", "prepayid", "package", "noncestr", "timestamp")


def pay(cashier: Cashier, params: Mapping[str, Any]) -> Order:
    """The order paid. `params` are named as the server signs them or as the PayReq has them. Raises Refusal."""
    request = {_name(name): str(value) for name, value in params.items()}
    order = _order(cashier, request.get("prepayid", ""))
    terms = order.terms
    appids = [appid for appid in (terms.appid, terms.sub_appid) if appid]
    appid = request.get("appid", "")
    if appid not in appids:
        raise Refusal(
            phone.APPID_MISMATCH, field="appid", came=appid or "nothing", expected=f"{' or '.join(appids)}, the order's"
        )
    cashier.ensure_trade_type(order, TradeType.APP)
    _ensure_signed(cashier, order, request)
    assert cashier.prepay is not None
    cashier.ensure_open(order, cashier.prepay)
    cashier.ensure_payer(order)
    return cashier.settle()


def check_signature(cashier: Cashier, params: Mapping[str, Any]) -> Order:
    """The order whose PayReq is signed rightly; nothing else is looked at. Raises Refusal."""
    request = {_name(name): str(value) for name, value in params.items()}
    order = _order(cashier, request.get("prepayid", ""))
    _ensure_signed(cashier, order, request)
    return order


def _name(name: str) -> str:
    """Android says packageValue, Java and Objective-C partnerId: one name for all of them."""
    return name.lower().removesuffix("value")


def _order(cashier: Cashier, prepay_id: str) -> Order:
    prepay = cashier.tx.prepay(prepay_id)
    if prepay is None:
        raise Refusal(
            phone.PREPAY_ID_ILLEGAL,
            field="prepayid",
            came=prepay_id or "nothing",
            expected="a prepay_id that unifiedorder answered here",
        )
    return cashier.take(prepay)


def _ensure_signed(cashier: Cashier, order: Order, request: Mapping[str, str]) -> None:
    terms, came = order.terms, request.get("sign", "")
    partners = [mchid for mchid in (terms.mchid, terms.sub_mchid) if mchid]
    for name, allowed in (("partnerid", partners), ("package", [PACKAGE])):
        if request.get(name) not in allowed:
            raise Refusal(
                phone.PAY_SIGN_WRONG, field=name, came=request.get(name) or "nothing", expected=" or ".join(allowed)
            )
    if terms.dialect == "v3":
        appid, timestamp, noncestr = (request.get(name, "") for name in ("appid", "timestamp", "noncestr"))
        v3sign.ensure_app(cashier, order, appid, timestamp, noncestr, request.get("prepayid", ""), came)
        return
    sign_type = SignType(terms.sign_type)
    fields = {name: request.get(name, "") for name in SIGNED}
    if came == v2sign.sign(fields, cashier.tenant.merchants[terms.mchid].api_key(cashier.now), sign_type):
        return
    launched = Launched(
        came=came,
        fields=fields,
        spellings=APP_SPELLINGS,
        sign_type=sign_type,
        values=secondsign.other_values(cashier, order, fields, "timestamp", "noncestr"),
        order_signs=secondsign.order_signs(cashier, order),
    )
    raise secondsign.wrong(cashier, order, launched, "sign")
