"""Contracts of deduction as the platform keeps them: signed, ended, told to the merchant."""

import msgspec

from sandbox.domain.contract import Contract
from sandbox.domain.order import Order
from sandbox.domain.user import User
from sandbox.platform import outbox
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction

ADD, DELETE = "ADD", "DELETE"


def sign(tenant: Tenant, tx: Transaction, contract: Contract, payer: User) -> Contract:
    """The payer agrees."""
    now = tenant.clock.now()
    signed = msgspec.structs.replace(contract, openid=payer.openid(contract.appid), user=payer.id, signed=now)
    tx.put_contract(signed)
    _tell(tenant, tx, signed, ADD)
    return signed


def sign_with(tenant: Tenant, tx: Transaction, order: Order, payer: User) -> None:
    """The payer agreed with a payment; a deduction under the contract changes nothing."""
    contract = tx.contract(order.terms.mchid, order.terms.contract_id)
    if contract is not None and contract.signed is None:
        sign(tenant, tx, contract, payer)


def end(tenant: Tenant, tx: Transaction, contract: Contract, mode: int, remark: str) -> Contract:
    """No more deductions."""
    now = tenant.clock.now()
    ended = msgspec.structs.replace(contract, terminated=now, termination_mode=mode, remark=remark)
    tx.put_contract(ended)
    _tell(tenant, tx, ended, DELETE)
    return ended


def _tell(tenant: Tenant, tx: Transaction, contract: Contract, change: str) -> None:
    if contract.notify_url:
        outbox.announce(
            tx, tenant.ids, event=outbox.CONTRACT, mchid=contract.mchid, subject=contract.contract_id,
            url=contract.notify_url, dialect="v2", now=tenant.clock.now(), turn=change,
        )  # fmt: skip
