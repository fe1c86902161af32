"""Wait until a cashier's payer is through."""

from typing import Annotated

import msgspec

from sandbox.actions.cashiers import CashierView, cashier_view, find_cashier
from sandbox.actions.verb import Desk, verb


class AwaitCashier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seconds` of real time, half a minute at most; ask again while it is open."""

    id: str
    seconds: Annotated[float, msgspec.Meta(ge=0, le=30)] = 25.0


@verb(
    "cashier.wait",
    "GET /cashiers/{id}/outcome",
    AwaitCashier,
    CashierView,
    summary="Wait until the payer has paid or left, half a minute at most",
    summary_zh="等待用户付款或离开，最多30秒",
)
async def await_cashier(desk: Desk, args: AwaitCashier) -> CashierView:
    """At once when it has ended already."""
    cashier = find_cashier(desk, args.id)
    await cashier.ended(args.seconds)
    return cashier_view(desk, cashier)
