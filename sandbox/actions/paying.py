"""What all ways of paying share: one transaction with a payer at the cashier, and how it looks from outside."""

import msgspec

from sandbox.actions.verb import Desk, VerbError
from sandbox.phone import people
from sandbox.phone.cashier import Deed
from sandbox.phone.entrance import Entrance, Outcome, enter
from sandbox.phone.explanation import explain
from sandbox.platform.journal import Diagnosis, Event


class PaymentView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of it: `dialog` or `page` is what the person saw; `paid` whether money moved.

    JavaScript hears `errMsg`, and `err_code`, `err_desc` or `errno` where they are here; an App hears `errCode`.
    """

    dialog: str | None
    paid: bool
    user: str
    out_trade_no: str = ""
    transaction_id: str = ""
    errMsg: str | None = None
    err_code: str | None = None
    err_desc: str | None = None
    errno: int | None = None
    errCode: int | None = None
    page: str | None = None
    redirect_url: str = ""
    explanation: Diagnosis | None = None
    note: str = ""


def pay_at(desk: Desk, deed: Deed, entrance: Entrance) -> PaymentView:
    """Go to the cashier and do there what `deed` says. Raises VerbError when there is no such payer or app."""
    return payment_view(entrance, go(desk, deed, entrance))


def go(desk: Desk, deed: Deed | None, entrance: Entrance, card: str = "") -> Outcome:
    """The same as it looks from inside; notifications leave, watchers hear of it. Raises VerbError."""
    try:
        outcome = enter(desk.tenant, entrance, deed, card)
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None
    if outcome.settled:
        desk.timers.wake(desk.tenant)
    if outcome.settled or outcome.refusal is not None:
        _tell(desk, outcome)
    return outcome


def payment_view(entrance: Entrance, outcome: Outcome) -> PaymentView:
    """The outcome as JSON."""
    order, refusal = outcome.order, outcome.refusal
    payment = order.payment if order is not None and outcome.settled else None
    return PaymentView(
        **msgspec.structs.asdict(entrance.told(refusal)),
        paid=outcome.settled,
        user=outcome.payer.id,
        out_trade_no="" if order is None else order.terms.out_trade_no,
        transaction_id="" if payment is None else payment.transaction_id,
        redirect_url=entrance.back,
        explanation=None if refusal is None else explain(refusal),
        note=entrance.note,
    )


def _tell(desk: Desk, outcome: Outcome) -> None:
    watchers = desk.tenants.watchers
    if not watchers:
        return
    number = "" if outcome.order is None else outcome.order.terms.out_trade_no
    said = "paid" if outcome.refusal is None else outcome.refusal.row.name
    text = f"{outcome.payer.id} {number} {said}"
    watchers.tell(Event(kind="payment", tenant=desk.tenant.id, id=number, text=text))
