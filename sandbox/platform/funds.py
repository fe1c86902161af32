"""Money that moves: what a merchant collects, its fee, and what leaves its account again."""

import msgspec

from sandbox.domain import ledger
from sandbox.domain.ledger import Business, Entry
from sandbox.domain.order import Order, Payment, Terms
from sandbox.domain.user import User
from sandbox.platform import contracts
from sandbox.platform.outbox import announce_payment
from sandbox.platform.tenants import Tenant
from sandbox.protocol import identifiers
from sandbox.store import Transaction


def balance(tenant: Tenant, tx: Transaction, mchid: str) -> int:
    """What is on a merchant's account, in fen."""
    last = tx.last_entry(mchid)
    return tenant.merchants[mchid].opening_balance if last is None else last.balance


def post(
    tenant: Tenant,
    tx: Transaction,
    *,
    mchid: str,
    business: Business,
    amount: int,
    business_no: str,
    voucher: str,
    remark: str = "",
    applicant: str = "system",
) -> Entry:
    """Move `amount` fen on a merchant's account; negative takes. Whether it may is asked before."""
    last, now = tx.last_entry(mchid), tenant.clock.now()
    number = 1 if last is None else last.number + 1
    entry = Entry(
        mchid=mchid,
        number=number,
        time=now,
        business=business,
        amount=amount,
        balance=amount + (tenant.merchants[mchid].opening_balance if last is None else last.balance),
        flow_id=identifiers.flow_id(tenant.ids.entropy("flow", mchid, number), mchid, now),
        business_no=business_no,
        voucher=voucher,
        applicant=applicant,
        remark=remark,
    )
    tx.add_entry(entry)
    return entry


def collect(tenant: Tenant, tx: Transaction, terms: Terms, payment: Payment) -> Payment:
    """Put what was paid for an order on the account of whoever sells, less the fee; the payment knows its fee."""
    mchid, rate = terms.seller, tenant.merchants[terms.seller].fee_rate
    paid = msgspec.structs.replace(payment, fee_rate=rate, fee=ledger.fee(terms.total, rate))
    number, voucher = paid.transaction_id, terms.out_trade_no
    post(tenant, tx, mchid=mchid, business=Business.PAYMENT, amount=terms.total, business_no=number, voucher=voucher)
    if paid.fee:
        post(tenant, tx, mchid=mchid, business=Business.FEE, amount=-paid.fee, business_no=number, voucher=voucher)
    return paid


def payment_of(tenant: Tenant, terms: Terms, payer: User, card: str = "") -> Payment:
    """How this payer pays now: with a card, or from the purse."""
    now = tenant.clock.now()
    return Payment(
        transaction_id=tenant.ids.transaction_id(now, terms.mchid, terms.out_trade_no),
        time=now,
        openid=payer.openid(terms.appid),
        user=payer.id,
        sub_openid=payer.openid(terms.sub_appid) if terms.sub_appid else "",
        card=card,
        subscribed=payer.subscribed,
    )


def spend(tx: Transaction, payer: User, total: int, card: str = "") -> None:
    """Take `total` fen from a purse that holds them; a card always does, and nobody counts what is on it."""
    if not card:
        tx.put_user(msgspec.structs.replace(payer, balance=payer.balance - total))


def pay(tenant: Tenant, tx: Transaction, order: Order, payer: User, card: str = "") -> Order:
    """Take an order's money from a payer who has it; the order is paid, and the merchant is told."""
    spend(tx, payer, order.terms.total, card)
    paid = order.paid(collect(tenant, tx, order.terms, payment_of(tenant, order.terms, payer, card)))
    tx.put_order(paid)
    announce_payment(tx, tenant.ids, paid, tenant.clock.now())
    if paid.terms.contract_id:
        contracts.sign_with(tenant, tx, paid, payer)
    return paid
