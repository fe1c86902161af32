"""Cashiers that wait for somebody to act: look at them, and how each looks."""

import msgspec

from sandbox.actions.paying import PaymentView, payment_view
from sandbox.actions.verb import Desk, NoArguments, VerbError, verb
from sandbox.phone.pending import PendingCashier
from sandbox.platform.journal import Event


class CashierView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A cashier on a payer's phone, `open` until they are through; `outcome` is how it ended.

    `kind` is how it was opened, `merchant` the name that it shows, `total` fen. `dialog` is what its payer saw last:
    after a wrong password or with an empty purse the cashier stays open behind it.
    """

    id: str
    kind: str
    open: bool
    user: str
    nickname: str = ""
    out_trade_no: str = ""
    mchid: str = ""
    merchant: str = ""
    description: str = ""
    total: int = 0
    dialog: str = ""
    outcome: PaymentView | None = None


class CashierList(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first."""

    cashiers: list[CashierView]


class WhichCashier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` as POST /cashiers answered it."""

    id: str


def cashier_view(desk: Desk, cashier: PendingCashier) -> CashierView:
    """A cashier as it stands."""
    seen, outcome = cashier.seen, cashier.outcome
    dialog = None if seen.refusal is None else cashier.entrance.told(seen.refusal).dialog
    terms = None if seen.order is None else seen.order.terms
    merchant = None if terms is None else desk.tenant.merchants.get(terms.seller)
    return CashierView(
        id=cashier.id,
        kind=cashier.kind,
        open=outcome is None,
        user=seen.payer.id,
        nickname=seen.payer.nickname,
        out_trade_no="" if terms is None else terms.out_trade_no,
        mchid="" if terms is None else terms.seller,
        merchant="" if merchant is None else merchant.name,
        description="" if terms is None else terms.description,
        total=0 if terms is None else terms.total,
        dialog=dialog or "",
        outcome=None if outcome is None else payment_view(cashier.entrance, outcome),
    )


def find_cashier(desk: Desk, id: str) -> PendingCashier:
    """The tenant's cashier of this id. Raises VerbError."""
    found = desk.cashiers.find(desk.tenant, id)
    if found is None:
        raise VerbError(
            f"no cashier {id!r} in tenant {desk.tenant.id!r}: POST /_sandbox/cashiers opens one, and half an hour "
            "later it is forgotten",
            status=404,
            code="not-found",
        )
    return found


def tell(desk: Desk, cashier: PendingCashier) -> None:
    """Whoever watches hears that a cashier opened, or what was done there."""
    watchers = desk.tenants.watchers
    if watchers:
        refusal = cashier.seen.refusal
        said = "paid" if cashier.seen.settled else "open" if refusal is None else refusal.row.name
        text = f"{cashier.seen.payer.id} {cashier.kind} {said}"
        watchers.tell(Event(kind="cashier", tenant=desk.tenant.id, id=cashier.id, text=text))


@verb(
    "cashier.list",
    "GET /cashiers",
    NoArguments,
    CashierList,
    summary="The cashiers of the last half hour: open, paid, left, refused",
    summary_zh="最近半小时的收银台：待支付、已支付、已离开、被拒绝",
)
async def list_cashiers(desk: Desk, args: NoArguments) -> CashierList:
    """At most fifty a tenant."""
    return CashierList(cashiers=[cashier_view(desk, one) for one in desk.cashiers.all(desk.tenant)])


@verb(
    "cashier.get",
    "GET /cashiers/{id}",
    WhichCashier,
    CashierView,
    summary="One cashier as it stands",
    summary_zh="查看一个收银台",
)
async def get_cashier(desk: Desk, args: WhichCashier) -> CashierView:
    """Without waiting."""
    return cashier_view(desk, find_cashier(desk, args.id))
