"""Refunds as the platform carries them out: accepted, settled by the tenant's clock, told to the merchant."""

import msgspec

from sandbox.domain.ledger import Business
from sandbox.domain.order import Order
from sandbox.domain.refund import OLD, Refund, RefundState, Terms, accepted, undone
from sandbox.errors import Refusal, pay, refund
from sandbox.platform import funds, outbox
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction
from sandbox.store.transaction import Timer

SETTLE = "refund"  # the timer's kind; its subject is the refund_id


def accept(tenant: Tenant, tx: Transaction, order: Order, terms: Terms) -> Refund:
    """Refund an order, or give the refund that this number stands for already. Raises Refusal."""
    known = tx.refund(terms.mchid, terms.out_refund_no)
    if known is not None:
        known.ensure_repeats(terms)
        return known
    now = tenant.clock.now()
    order, made = accepted(order, terms, tenant.ids.refund_id(now, terms.mchid, terms.out_refund_no), now)
    _ensure_patience(tenant, tx, order, now)
    _ensure_covered(tenant, tx, terms)
    _ensure_payer(tx, order)
    _carry_out(tenant, tx, order, made)
    return made


def reverse(tenant: Tenant, tx: Transaction, order: Order) -> None:
    """Call a payment-code order off: what was paid and not refunded goes back, unasked whether the account holds it."""
    now, terms = tenant.clock.now(), order.terms
    after = msgspec.structs.replace(order, reversed=now, charging=None)
    left = terms.total - order.refunded
    if order.payment is None or not left:
        tx.put_order(after)
        return
    asked = Terms(
        mchid=terms.mchid, sub_mchid=terms.sub_mchid, out_refund_no=f"reverse-{terms.out_trade_no}",
        out_trade_no=terms.out_trade_no, transaction_id=order.payment.transaction_id, refund=left, total=terms.total,
        dialect=terms.dialect, funds_account="UNSETTLED", reversal=True,
    )  # fmt: skip
    number = tenant.ids.refund_id(now, terms.mchid, asked.out_refund_no)
    _carry_out(tenant, tx, *accepted(after, asked, number, now))


def _carry_out(tenant: Tenant, tx: Transaction, order: Order, made: Refund) -> None:
    tx.put_order(order)
    tx.add_refund(made)
    _move(tenant, tx, made, Business.REFUND, -made.terms.refund)
    _move(tenant, tx, made, Business.FEE_RETURNED, made.fee_returned)
    book(tenant, tx, made)


def book(tenant: Tenant, tx: Transaction, made: Refund) -> None:
    """Have a refund settled when its time has come."""
    tx.book(tenant.clock.now() + round(tenant.settings.refund.delay * 1000), SETTLE, made.refund_id)


def due(tenant: Tenant, tx: Transaction, timer: Timer) -> None:
    """The timer's handler: the money arrives, unless the payer's account or the settings say otherwise."""
    made = tx.refund_by_id(timer.subject)
    if made is None or made.state is not RefundState.PROCESSING:
        return
    state = RefundState(tenant.settings.refund.outcome)
    order = tx.order(made.terms.mchid, made.terms.out_trade_no)
    if state is RefundState.SUCCESS and made.channel == "ORIGINAL" and order is not None and _closed(tx, order):
        state = RefundState.ABNORMAL
    settle(tenant, tx, made, state)


def settle(tenant: Tenant, tx: Transaction, made: Refund, state: RefundState) -> Refund:
    """Bring a refund to another state: money moves and the merchant is told. Raises ValueError when it cannot go."""
    after = made.to(state, tenant.clock.now())
    order = tx.order(made.terms.mchid, made.terms.out_trade_no)
    assert order is not None
    assert order.payment is not None
    tx.put_refund(after)
    if state is RefundState.SUCCESS and made.channel == "ORIGINAL" and not order.payment.card:
        payer = tx.user(order.payment.user)
        if payer is not None:
            tx.put_user(msgspec.structs.replace(payer, balance=payer.balance + made.terms.refund))
    if state is RefundState.CLOSED:
        tx.put_order(undone(order, made))
        _move(tenant, tx, made, Business.REFUND_CLOSED, made.terms.refund)
        _move(tenant, tx, made, Business.FEE, -made.fee_returned)
    _tell(tenant, tx, after)
    return after


def _tell(tenant: Tenant, tx: Transaction, made: Refund) -> None:
    """v3 JSON or v2 XML to the request's notify_url; without one, v2 XML to the merchant's; with neither, nothing.

    pay.weixin.qq.com/doc/v3/merchant/4013071200.
    """
    terms, merchant = made.terms, tenant.merchants[made.terms.mchid]
    url = terms.notify_url or merchant.refund_notify_url
    if not url:
        return
    outbox.announce(
        tx,
        tenant.ids,
        event=outbox.REFUND,
        mchid=terms.mchid,
        subject=terms.out_refund_no,
        url=url,
        dialect=terms.dialect if terms.notify_url else "v2",
        now=tenant.clock.now(),
        out_trade_no=terms.out_trade_no,
        turn=made.state.value,
    )


def _ensure_patience(tenant: Tenant, tx: Transaction, order: Order, now: int) -> None:
    wait = round(tenant.settings.limits.refund_wait * 1000)
    earlier = tx.refunds_of(order.terms.mchid, order.terms.out_trade_no) if wait else []
    if earlier and now - earlier[0].created < wait:
        assert order.payment is not None
        row = refund.REFUND_OLD_ORDER_LIMITED if now - order.payment.time > OLD else pay.FREQUENCY_LIMITED
        expected = f"limits.refund_wait: {wait / 1000:g} s between refunds of one order"
        raise Refusal(row, came=f"{(now - earlier[0].created) / 1000:g} s after the last", expected=expected)


def _ensure_covered(tenant: Tenant, tx: Transaction, terms: Terms) -> None:
    held = funds.balance(tenant, tx, terms.seller)
    if held < terms.refund:
        came = f"{held} fen on the account of {terms.seller}"
        raise Refusal(refund.REFUND_NOT_ENOUGH, field="refund", came=came, expected=f"at least {terms.refund} fen")


def _ensure_payer(tx: Transaction, order: Order) -> None:
    if _closed(tx, order):
        assert order.payment is not None
        came = f"{order.payment.user}, whose account is closed or limited"
        raise Refusal(refund.REFUND_ACCOUNT_ABNORMAL, came=came, expected="a payer who can receive money")


def _closed(tx: Transaction, order: Order) -> bool:
    """Whether the payer's account can no longer take the money."""
    payer = tx.user(order.payment.user) if order.payment is not None else None
    return payer is not None and payer.limited


def _move(tenant: Tenant, tx: Transaction, made: Refund, business: Business, amount: int) -> None:
    terms = made.terms
    if amount:
        funds.post(
            tenant, tx, mchid=terms.seller, business=business, amount=amount, business_no=made.refund_id,
            voucher=terms.out_refund_no, remark=terms.reason, applicant=f"{terms.mchid}{terms.source.value}",
        )  # fmt: skip
