"""Scan the QR code of a NATIVE order."""

import msgspec

from sandbox.actions.paying import PaymentView, pay_at, payment_view
from sandbox.actions.verb import Desk, verb
from sandbox.phone import answer, native, people
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
    summary="Scan a NATIVE order's QR code and pay",
    summary_zh="扫描NATIVE订单的二维码付款",
)
async def scan(desk: Desk, args: Scan) -> PaymentView:
    """What the scanner shows."""
    outcome = pay_at(
        desk, args.action, lambda tx: people.find(tx, args.user), lambda cashier: native.scan(cashier, args.code_url)
    )
    return payment_view(outcome, answer.screen(outcome.refusal))
