"""What all ways of paying share: one transaction with a payer at the cashier, and how it looks from outside."""

from collections.abc import Callable

import msgspec

from sandbox.actions.verb import Desk, VerbError
from sandbox.domain.order import Order
from sandbox.domain.user import User
from sandbox.errors import Refusal
from sandbox.phone import people
from sandbox.phone.answer import Answer
from sandbox.phone.cashier import Cashier, Deed
from sandbox.phone.explanation import explain
from sandbox.platform.journal import Diagnosis, Event
from sandbox.store import Transaction


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


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a visit to the cashier ended."""

    payer: User
    order: Order | None
    refusal: Refusal | None


def pay_at(desk: Desk, deed: Deed, payer_of: Callable[[Transaction], User], way: Callable[[Cashier], Order]) -> Outcome:
    """Go `way` to the cashier and do there what `deed` says; notifications leave, watchers hear of it.

    Raises VerbError when there is no such payer or app.
    """
    tenant = desk.tenant
    refusal = None
    try:
        with tenant.transaction() as tx:
            payer = people.with_openids(tenant, tx, payer_of(tx))
            cashier = Cashier(tenant, tx, payer, deed)
            try:
                way(cashier)
            except Refusal as error:
                refusal = error
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None
    if refusal is None:
        desk.timers.wake(tenant)
    outcome = Outcome(payer=payer, order=cashier.order, refusal=refusal)
    _tell(desk, outcome)
    return outcome


def payment_view(outcome: Outcome, answer: Answer, *, note: str = "", redirect_url: str = "") -> PaymentView:
    """The outcome as JSON."""
    order, refusal = outcome.order, outcome.refusal
    payment = order.payment if order is not None and refusal is None else None
    return PaymentView(
        **msgspec.structs.asdict(answer),
        paid=refusal is None,
        user=outcome.payer.id,
        out_trade_no="" if order is None else order.terms.out_trade_no,
        transaction_id="" if payment is None else payment.transaction_id,
        redirect_url=redirect_url,
        explanation=None if refusal is None else explain(refusal),
        note=note,
    )


def _tell(desk: Desk, outcome: Outcome) -> None:
    watchers = desk.tenants.watchers
    if not watchers:
        return
    number = "" if outcome.order is None else outcome.order.terms.out_trade_no
    said = "paid" if outcome.refusal is None else outcome.refusal.row.name
    text = f"{outcome.payer.id} {number} {said}"
    watchers.tell(Event(kind="payment", tenant=desk.tenant.id, id=number, text=text))
