"""A way to the cashier: who comes, what is checked before it opens, and how its end is told. Gone twice by who looks
first and acts later."""

from collections.abc import Callable

import msgspec

from sandbox.domain.order import Order
from sandbox.domain.user import User
from sandbox.errors import Refusal
from sandbox.phone import people
from sandbox.phone.answer import Answer
from sandbox.phone.cashier import Cashier, Deed
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction


class Entrance(msgspec.Struct, frozen=True, kw_only=True):
    """`way` does the checks and settles; `told` spells the end; `back` is where an H5 page returns to."""

    payer: Callable[[Transaction], User]
    way: Callable[[Cashier], Order]
    told: Callable[[Refusal | None], Answer]
    note: str = ""
    back: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a visit to the cashier ended. `settled`: money moved; neither that nor `refusal`: the cashier is open."""

    payer: User
    order: Order | None
    refusal: Refusal | None
    settled: bool = False


def enter(tenant: Tenant, entrance: Entrance, deed: Deed | None, card: str = "") -> Outcome:
    """Go in and do there what `deed` says, nothing with None. Raises people.Unknown."""
    refusal = None
    with tenant.transaction() as tx:
        payer = people.with_openids(tenant, tx, entrance.payer(tx))
        cashier = Cashier(tenant, tx, payer, deed, card)
        try:
            entrance.way(cashier)
        except Refusal as error:
            refusal = error
    settled = deed is not None and refusal is None
    return Outcome(payer=payer, order=cashier.order, refusal=refusal, settled=settled)
