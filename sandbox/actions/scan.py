"""Scan a QR code: a NATIVE order's, a short link to one, or a static one that asks the shop for an order."""

import msgspec

from sandbox.actions.paying import Outcome, PaymentView, pay_at, payment_view
from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.errors import Refusal
from sandbox.phone import answer, native, people, static
from sandbox.phone.cashier import Deed


class Scan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`code_url` is what the QR code says. `user` is the first payer without."""

    code_url: str
    user: str = ""
    action: Deed = Deed.PAY


@verb(
    "user.scan",
    "POST /scan",
    Scan,
    PaymentView,
    summary="Scan a NATIVE order's QR code, or a static one, and pay",
    summary_zh="扫描NATIVE订单的二维码或静态码付款",
)
async def scan(desk: Desk, args: Scan) -> PaymentView:
    """What the scanner shows."""
    with desk.tenant.transaction() as tx:
        code = tx.long_url(args.code_url) or args.code_url
    if static.is_static(code):
        return await _static(desk, args, code)
    outcome = pay_at(desk, args.action, lambda tx: people.find(tx, args.user), lambda at: native.scan(at, code))
    return payment_view(outcome, answer.screen(outcome.refusal))


async def _static(desk: Desk, args: Scan, code: str) -> PaymentView:
    """Ask the shop, then pay what it answers."""
    tenant = desk.tenant
    try:
        with tenant.transaction() as tx:
            payer = people.with_openids(tenant, tx, people.find(tx, args.user))
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None
    try:
        merchant, said = static.owner(tenant, code)
        told = await desk.deliveries.ask(
            tenant, merchant.native_callback_url, static.question(tenant, merchant, said, payer)
        )
        prepay = static.prepay_id(tenant, merchant, told.status, told.body, told.failure)
    except Refusal as refusal:
        outcome = Outcome(payer=payer, order=None, refusal=refusal)
    else:
        outcome = pay_at(desk, args.action, lambda tx: people.find(tx, payer.id), lambda at: static.pay(at, prepay))
    return payment_view(outcome, answer.screen(outcome.refusal))
