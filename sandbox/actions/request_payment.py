"""Do what wx.requestPayment does, with the arguments that the shop's server made."""

from typing import Any

import msgspec

from sandbox.actions.paying import PaymentView, pay_at
from sandbox.actions.verb import Desk, verb
from sandbox.domain.order import Order
from sandbox.phone import answer, jsapi, people
from sandbox.phone.cashier import Cashier, Deed
from sandbox.phone.entrance import Entrance
from sandbox.phone.launch import Api


class RequestPayment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`params` as the page passes them. `user` or `openid` says whose phone, `appid` which app, `page` which URL."""

    params: dict[str, Any]
    appid: str = ""
    openid: str = ""
    user: str = ""
    action: Deed = Deed.PAY
    api: Api = "requestPayment"
    page: str = ""


def entrance(desk: Desk, args: RequestPayment) -> Entrance:
    """All checks of the client and the cashier."""
    tenant = desk.tenant
    legacy = tenant.settings.phone.legacy_errors

    def way(cashier: Cashier) -> Order:
        appid = people.appid_of(tenant, cashier.tx, args.appid, args.openid)
        return jsapi.request_payment(cashier, args.params, appid, args.api, args.page)

    return Entrance(
        payer=lambda tx: people.find(tx, args.user or args.openid),
        way=way,
        told=lambda refusal: answer.javascript(refusal, args.api, legacy=legacy),
    )


@verb(
    "user.request_payment",
    "POST /request-payment",
    RequestPayment,
    PaymentView,
    summary="Do what wx.requestPayment does with these launch parameters",
    summary_zh="用调起参数模拟wx.requestPayment",
)
async def request_payment(desk: Desk, args: RequestPayment) -> PaymentView:
    """The phone's answer, on both layers."""
    return pay_at(desk, args.action, entrance(desk, args))
