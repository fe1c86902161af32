"""Contracts of deduction as the platform keeps them: signed, ended, told to the merchant."""

import msgspec

from sandbox.domain.contract import EXPIRED, Contract
from sandbox.domain.order import Order
from sandbox.domain.user import User
from sandbox.platform import outbox
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction
from sandbox.store.transaction import Timer

ADD, DELETE = "ADD", "DELETE"
EXPIRE = "contract"  # the timer's kind; its subject is mchid/contract_id


def sign(tenant: Tenant, tx: Transaction, contract: Contract, payer: User) -> Contract:
    """The payer agrees."""
    now = tenant.clock.now()
    expires = now + round(tenant.settings.contract.life * 1000)
    signed = msgspec.structs.replace(
        contract, openid=payer.openid(contract.appid), user=payer.id, signed=now, expires=expires
    )
    tx.put_contract(signed)
    tx.book(expires, EXPIRE, _subject(signed))
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
    tx.cancel_timers(EXPIRE, _subject(ended))
    _tell(tenant, tx, ended, DELETE)
    return ended


def due(tenant: Tenant, tx: Transaction, timer: Timer) -> None:
    """The timer's handler: the contract ends by itself."""
    mchid, _, contract_id = timer.subject.partition("/")
    contract = tx.contract(mchid, contract_id)
    if contract is not None and contract.terminated is None:
        end(tenant, tx, contract, EXPIRED, "")


def _subject(contract: Contract) -> str:
    return f"{contract.mchid}/{contract.contract_id}"


def _tell(tenant: Tenant, tx: Transaction, contract: Contract, change: str) -> None:
    """A beginning at the call's URL, an end at the template's; where that has none, at the beginning's."""
    url = contract.notify_url
    if change == DELETE:
        url = tenant.merchants[contract.mchid].plan_notify_urls.get(contract.plan_id, url)
    if url:
        outbox.announce(
            tx, tenant.ids, event=outbox.CONTRACT, mchid=contract.mchid, subject=contract.contract_id, url=url,
            dialect="v2", now=tenant.clock.now(), turn=change,
        )  # fmt: skip
