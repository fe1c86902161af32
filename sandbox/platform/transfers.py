"""Transfers as the platform carries them out: each state by the tenant's clock, the money, and the notification."""

import msgspec

from sandbox.domain.ledger import Business
from sandbox.domain.transfer import (
    CONFIRM_WITHIN,
    FINAL,
    Batch,
    BatchStatus,
    Detail,
    DetailStatus,
    Transfer,
    TransferFailure,
    TransferState,
)
from sandbox.domain.user import User
from sandbox.platform import funds, outbox
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction
from sandbox.store.transaction import Timer

GO_ON = "transfer"  # the timer's kind; its subject is the transfer_bill_no and the state that it is to end
BATCH = "transfer-batch"  # batch_id
WHOLE_BATCH = "batch"  # the turn of a notification that tells of a batch, not of a transfer bill


def start(tenant: Tenant, tx: Transaction, made: Transfer) -> Transfer:
    """Take the money from the merchant's account and set out; without a review the payee may take it at once."""
    _move(tenant, tx, made, Business.TRANSFER, -made.amount)
    if tenant.settings.transfer.review > 0:
        return _into(tenant, tx, made, TransferState.ACCEPTED)
    return _into(tenant, tx, made, TransferState.WAIT_USER_CONFIRM)


def send_at_once(tenant: Tenant, tx: Transaction, made: Transfer) -> None:
    """As before 2025: from the merchant's account straight into the purse of a payee who can take it."""
    tx.put_transfer(made)
    _move(tenant, tx, made, Business.TRANSFER, -made.amount)
    _received(tx, made.openid, made.amount)


def confirm(tenant: Tenant, tx: Transaction, made: Transfer) -> Transfer:
    """The payee takes the money."""
    return _into(tenant, tx, made, TransferState.TRANSFERING)


def cancel(tenant: Tenant, tx: Transaction, made: Transfer) -> Transfer:
    """The merchant calls it off."""
    return _into(tenant, tx, made, TransferState.CANCELING)


def due(tenant: Tenant, tx: Transaction, timer: Timer) -> None:
    """The timer's handler: what comes after a state, unless something else came in between."""
    number, _, state = timer.subject.partition(" ")
    made = tx.transfer_by_id(number)
    if made is None or made.state.value != state:
        return
    match made.state:
        case TransferState.ACCEPTED:
            _into(tenant, tx, made, TransferState.PROCESSING)
        case TransferState.PROCESSING:
            _into(tenant, tx, made, TransferState.WAIT_USER_CONFIRM)
        case TransferState.WAIT_USER_CONFIRM:
            _into(tenant, tx, made, TransferState.FAIL, TransferFailure.OVERDUE_CLOSE)
        case TransferState.CANCELING:
            _into(tenant, tx, made, TransferState.CANCELLED, TransferFailure.MCH_CANCEL)
        case TransferState.TRANSFERING:
            if _received(tx, made.openid, made.amount):
                _into(tenant, tx, made, TransferState.SUCCESS)
            else:
                _into(tenant, tx, made, TransferState.FAIL, TransferFailure.PAYEE_ACCOUNT_ABNORMAL)


def start_batch(tenant: Tenant, tx: Transaction, made: Batch) -> None:
    """Take the money of a batch and set out."""
    tx.put_batch(made)
    _move_batch(tenant, tx, made, Business.TRANSFER, -made.total)
    tx.book(made.created + _delay(tenant), BATCH, made.batch_id)


def due_batch(tenant: Tenant, tx: Transaction, timer: Timer) -> None:
    """The timer's handler: an accepted batch is processed, a processed one comes to its end."""
    made, now = tx.batch_by_id(timer.subject), tenant.clock.now()
    if made is None or made.status is BatchStatus.FINISHED:
        return
    if made.status is BatchStatus.ACCEPTED:
        details = tuple(msgspec.structs.replace(one, status=DetailStatus.PROCESSING) for one in made.details)
        tx.put_batch(msgspec.structs.replace(made, status=BatchStatus.PROCESSING, details=details, updated=now))
        tx.book(now + _delay(tenant), BATCH, made.batch_id)
        return
    details = tuple(_carried(tx, detail) for detail in made.details)
    made = msgspec.structs.replace(made, status=BatchStatus.FINISHED, details=details, updated=now)
    tx.put_batch(made)
    back = sum(detail.amount for detail in made.these(DetailStatus.FAIL))
    if back:
        _move_batch(tenant, tx, made, Business.TRANSFER_RETURNED, back)
    if made.notify_url:
        outbox.announce(
            tx, tenant.ids, event=outbox.TRANSFER, mchid=made.mchid, subject=made.out_batch_no, url=made.notify_url,
            dialect="v3", now=now, turn=WHOLE_BATCH,
        )  # fmt: skip


def payee(tx: Transaction, openid: str, appid: str) -> User | None:
    """Who has this openid under this appid."""
    known = tx.openid(openid)
    return tx.user(known[1]) if known is not None and known[0] == appid else None


def _into(
    tenant: Tenant,
    tx: Transaction,
    made: Transfer,
    state: TransferState,
    fail_reason: TransferFailure = TransferFailure.NONE,
) -> Transfer:
    now = tenant.clock.now()
    after = made.now(state, now, fail_reason)
    tx.put_transfer(after)
    if state not in FINAL:
        tx.book(now + _stay(tenant, state), GO_ON, f"{made.transfer_bill_no} {state.value}")
        return after
    if state is not TransferState.SUCCESS:
        _move(tenant, tx, made, Business.TRANSFER_RETURNED, made.amount)
    if made.notify_url:
        outbox.announce(
            tx, tenant.ids, event=outbox.TRANSFER, mchid=made.mchid, subject=made.out_bill_no, url=made.notify_url,
            dialect="v3", now=now,
        )  # fmt: skip
    return after


def _stay(tenant: Tenant, state: TransferState) -> int:
    """How long a transfer stays in a state by itself, ms."""
    match state:
        case TransferState.WAIT_USER_CONFIRM:
            return CONFIRM_WITHIN
        case TransferState.ACCEPTED | TransferState.PROCESSING:
            return round(tenant.settings.transfer.review * 500)
        case _:
            return _delay(tenant)


def _delay(tenant: Tenant) -> int:
    return round(tenant.settings.transfer.delay * 1000)


def _received(tx: Transaction, openid: str, amount: int) -> bool:
    """Put the money into the payee's purse; False when the account can take none."""
    known = tx.openid(openid)
    user = None if known is None else tx.user(known[1])
    if user is None or user.limited:
        return False
    tx.put_user(msgspec.structs.replace(user, balance=user.balance + amount))
    return True


def _carried(tx: Transaction, detail: Detail) -> Detail:
    """A batch names its payees unseen: what is wrong with one shows here."""
    known = tx.openid(detail.openid)
    user = None if known is None else tx.user(known[1])
    reason = TransferFailure.NONE
    if user is None:
        reason = TransferFailure.OPENID_INVALID
    elif detail.user_name is not None and user.nickname not in ("", detail.user_name):
        reason = TransferFailure.NAME_NOT_CORRECT
    elif not _received(tx, detail.openid, detail.amount):
        reason = TransferFailure.PAYEE_ACCOUNT_ABNORMAL
    status = DetailStatus.FAIL if reason else DetailStatus.SUCCESS
    return msgspec.structs.replace(detail, status=status, fail_reason=reason)


def _move(tenant: Tenant, tx: Transaction, made: Transfer, business: Business, amount: int) -> None:
    funds.post(
        tenant, tx, mchid=made.mchid, business=business, amount=amount, business_no=made.transfer_bill_no,
        voucher=made.out_bill_no, remark=made.remark,
    )  # fmt: skip


def _move_batch(tenant: Tenant, tx: Transaction, made: Batch, business: Business, amount: int) -> None:
    funds.post(
        tenant, tx, mchid=made.mchid, business=business, amount=amount, business_no=made.batch_id,
        voucher=made.out_batch_no, remark=made.remark,
    )  # fmt: skip
