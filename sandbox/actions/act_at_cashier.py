"""Act at an open cashier: type the password, or leave."""

import msgspec

from sandbox.actions.cashiers import CashierView, cashier_view, find_cashier, tell
from sandbox.actions.paying import go
from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.domain.user import User
from sandbox.errors import phone
from sandbox.phone.cashier import Deed
from sandbox.phone.pending import PendingCashier

TRY_AGAIN = (phone.WRONG_PASSWORD, phone.BALANCE_LOW)
"""What leaves the cashier open behind its dialog."""


class ActAtCashier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`password` is compared with the payer's; without one, `pay` types it rightly. `card` pays, not the purse."""

    id: str
    action: Deed = Deed.PAY
    password: str = ""
    card: str = ""


@verb(
    "cashier.act",
    "POST /cashiers/{id}",
    ActAtCashier,
    CashierView,
    summary="Pay at an open cashier with the password, or leave it",
    summary_zh="在打开的收银台输入密码付款，或离开",
)
async def act_at_cashier(desk: Desk, args: ActAtCashier) -> CashierView:
    """All checks are done anew: an order may have been closed meanwhile."""
    cashier = find_cashier(desk, args.id)
    if cashier.outcome is not None:
        raise VerbError(f"the cashier {args.id!r} is closed: open another", status=409, code="closed")
    payer, deed = _payer(desk, cashier), args.action
    if args.card and args.card not in payer.cards:
        known = ", ".join(payer.cards) or f"none: PATCH /_sandbox/users/{payer.id} gives some"
        raise VerbError(f"{payer.id} has no card {args.card!r}; there are {known}")
    if deed is Deed.PAY and args.password not in ("", payer.password):
        deed = Deed.WRONG_PASSWORD
    seen = go(desk, deed, cashier.entrance, args.card)
    cashier.see(seen, stays=seen.refusal is not None and seen.refusal.row in TRY_AGAIN)
    tell(desk, cashier)
    return cashier_view(desk, cashier)


def _payer(desk: Desk, cashier: PendingCashier) -> User:
    """Who stands there, as they are now."""
    with desk.tenant.transaction() as tx:
        return tx.user(cashier.seen.payer.id) or cashier.seen.payer
