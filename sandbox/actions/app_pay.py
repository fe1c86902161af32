"""Pay from an App, with the PayReq that the shop's server made."""

from typing import Any

import msgspec

from sandbox.actions.paying import PaymentView, pay_at
from sandbox.actions.verb import Desk, verb
from sandbox.phone import answer, app, people
from sandbox.phone.cashier import Deed
from sandbox.phone.entrance import Entrance


class AppPay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`params`: appid, partnerid, prepayid, package, noncestr, timestamp, sign. `user` is the first payer without."""

    params: dict[str, Any]
    user: str = ""
    action: Deed = Deed.PAY


def entrance(params: dict[str, Any], user: str) -> Entrance:
    """What the Open SDK checks."""
    return Entrance(
        payer=lambda tx: people.find(tx, user), way=lambda cashier: app.pay(cashier, params), told=answer.app
    )


@verb(
    "user.app_pay",
    "POST /app-pay",
    AppPay,
    PaymentView,
    summary="Pay from an App: errCode 0, -1 or -2, and why",
    summary_zh="App调起支付，返回errCode 0、-1或-2及原因",
)
async def app_pay(desk: Desk, args: AppPay) -> PaymentView:
    """What the Open SDK answers."""
    return pay_at(desk, args.action, entrance(args.params, args.user))
