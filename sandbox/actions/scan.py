"""Scan a QR code: a NATIVE order's, a short link to one, or a static one that asks the shop for an order."""

from collections.abc import Callable

import msgspec

from sandbox.actions.paying import PaymentView, pay_at
from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.domain.order import Order
from sandbox.domain.user import User
from sandbox.errors import Refusal
from sandbox.phone import answer, native, people, static
from sandbox.phone.cashier import Cashier, Deed
from sandbox.phone.entrance import Entrance
from sandbox.store import Transaction


class Scan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`code_url` is what the QR code says. `user` is the first payer without."""

    code_url: str
    user: str = ""
    action: Deed = Deed.PAY


async def entrance(desk: Desk, code_url: str, user: str) -> Entrance:
    """What the scanner finds. A static code asks the shop first; then the order that it answers is meant."""
    tenant = desk.tenant
    with tenant.transaction() as tx:
        code = tx.long_url(code_url) or code_url

    def payer(tx: Transaction) -> User:
        return people.find(tx, user)

    if not static.is_static(code):
        return Entrance(payer=payer, way=lambda cashier: native.scan(cashier, code), told=answer.screen)
    try:
        prepay = await _asked(desk, code, user)
    except Refusal as refusal:
        return Entrance(payer=payer, way=_refuses(refusal), told=answer.screen)
    return Entrance(payer=payer, way=lambda cashier: static.pay(cashier, prepay), told=answer.screen)


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
    return pay_at(desk, args.action, await entrance(desk, args.code_url, args.user))


async def _asked(desk: Desk, code: str, user: str) -> str:
    """The prepay_id that the shop answers for a static code. Raises Refusal, VerbError."""
    tenant = desk.tenant
    try:
        with tenant.transaction() as tx:
            payer = people.with_openids(tenant, tx, people.find(tx, user))
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None
    merchant, said = static.owner(tenant, code)
    question = static.question(tenant, merchant, said, payer)
    told = await desk.deliveries.ask(tenant, merchant.native_callback_url, question)
    return static.prepay_id(tenant, merchant, told.status, told.body, told.failure)


def _refuses(refusal: Refusal) -> Callable[[Cashier], Order]:
    def way(cashier: Cashier) -> Order:
        raise refusal

    return way
