"""Contracts of deduction as the platform keeps them: signed, ended, told to the merchant."""

from collections.abc import Mapping

import msgspec

from sandbox.domain.contract import EXPIRED, Contract, Session
from sandbox.domain.order import Order
from sandbox.domain.user import User
from sandbox.errors import Refusal
from sandbox.errors import contract as rows
from sandbox.platform import outbox
from sandbox.platform.tenants import Tenant
from sandbox.protocol import identifiers
from sandbox.store import Transaction
from sandbox.store.transaction import Timer

ADD, DELETE = "ADD", "DELETE"
EXPIRE = "contract"  # the timer's kind; its subject is mchid/contract_id


def asked(tenant: Tenant, tx: Transaction, said: Mapping[str, str]) -> Contract:
    """The contract that the parameters of a signing page ask for, unsigned. Raises Refusal."""
    mchid, plan_id, code = said["mch_id"], said["plan_id"], said["contract_code"]
    known = tx.contract_by_code(mchid, plan_id, code)
    if known is not None and known.signed is not None:
        expected = "a contract_code that was not signed yet"
        raise Refusal(rows.CONTRACT_SIGNED, field="contract_code", came=code, expected=expected)
    entropy = tenant.ids.entropy("contract", mchid, plan_id, code)
    return Contract(
        mchid=mchid,
        appid=said["appid"],
        contract_id=identifiers.contract_id(entropy, tenant.clock.now()) if known is None else known.contract_id,
        plan_id=plan_id,
        contract_code=code,
        request_serial=said["request_serial"],
        display_account=said["contract_display_account"],
        notify_url=said["notify_url"],
    )


def wait(tenant: Tenant, tx: Transaction, contract: Contract) -> Session:
    """Have it wait for the payer who opens it."""
    nth = tx.count(f"entrust {contract.contract_id}")
    number = identifiers.entrust_session(tenant.ids.entropy("entrust", contract.mchid, contract.contract_id, nth))
    session = Session(session=number, created=tenant.clock.now(), contract=contract)
    tx.put_entrust_session(session)
    return session


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
