"""Deductions under a contract: accepted first, decided later, failures are told too."""

import msgspec

from sandbox.domain.order import Order, TradeState
from sandbox.platform import funds, outbox
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction
from sandbox.store.transaction import Timer

CARRY_OUT = "deduction"  # the timer's kind; its subject is mchid/out_trade_no


def accept(tx: Transaction, order: Order, due: int) -> None:
    """Take a deduction on."""
    tx.add_bare_order(msgspec.structs.replace(order, charging=TradeState.ACCEPT))
    tx.book(due, CARRY_OUT, f"{order.terms.mchid}/{order.terms.out_trade_no}")


def due(tenant: Tenant, tx: Transaction, timer: Timer) -> None:
    """The timer's handler: the purse pays, if the contract still holds and it has enough."""
    mchid, _, out_trade_no = timer.subject.partition("/")
    order = tx.order(mchid, out_trade_no)
    if order is None or order.charging is not TradeState.ACCEPT:
        return
    contract, now = tx.contract(mchid, order.terms.contract_id), tenant.clock.now()
    payer = None if contract is None or not contract.in_force(now) else tx.user(contract.user)
    if payer is None or payer.limited or payer.balance < order.terms.total:
        tx.put_order(msgspec.structs.replace(order, charging=TradeState.PAYERROR))
    else:
        funds.pay(tenant, tx, msgspec.structs.replace(order, charging=None), payer)
    outbox.announce(
        tx, tenant.ids, event=outbox.DEDUCTION, mchid=mchid, subject=out_trade_no, url=order.terms.notify_url,
        dialect="v2", now=now, out_trade_no=out_trade_no,
    )  # fmt: skip
