"""Profit sharing as the platform carries it out: shares arrive by the tenant's clock, and the seller is told."""

import msgspec

from sandbox.domain.ledger import Business
from sandbox.domain.sharing import FailReason, ReceiverType, Return, ReturnResult, Share, ShareResult, Sharing
from sandbox.platform import funds, outbox
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction
from sandbox.store.transaction import Timer

SETTLE = "sharing"  # the timer's kind; its subject is the order_id
GIVE_BACK = "sharing-return"  # mchid/out_return_no
RETURNED = "returned"  # the turn of a notification that tells of what was given back; else it is a share's detail_id


def book(tenant: Tenant, tx: Transaction, made: Sharing) -> None:
    """Store a sharing and have it settled when its time has come."""
    tx.put_sharing(made)
    tx.book(made.created + round(tenant.settings.sharing.delay * 1000), SETTLE, made.order_id)


def book_return(tenant: Tenant, tx: Transaction, made: Return) -> None:
    """Store what is to be given back, and have it moved when its time has come."""
    tx.put_return(made)
    due = made.created + round(tenant.settings.sharing.delay * 1000)
    tx.book(due, GIVE_BACK, f"{made.mchid}/{made.out_return_no}")


def due(tenant: Tenant, tx: Transaction, timer: Timer) -> None:
    """The timer's handler: every share arrives, or is closed when its receiver cannot take it."""
    made = tx.sharing_by_id(timer.subject)
    if made is None or made.finished is not None:
        return
    now = tenant.clock.now()
    shares = tuple(_settled(tenant, tx, made, share) for share in made.shares)
    made = msgspec.structs.replace(made, shares=shares, finished=now)
    tx.put_sharing(made)
    for share in shares:
        if share.result is ShareResult.SUCCESS and not share.release:
            _tell(tenant, tx, made, made.out_order_no, share.detail_id)


def due_return(tenant: Tenant, tx: Transaction, timer: Timer) -> None:
    """The timer's handler: the receiver's account pays, if it holds enough."""
    mchid, _, out_return_no = timer.subject.partition("/")
    made = tx.sharing_return(mchid, out_return_no)
    if made is None or made.finished is not None:
        return
    now = tenant.clock.now()
    if funds.balance(tenant, tx, made.return_mchid) < made.amount:
        reason = FailReason.BALANCE_NOT_ENOUGH
        tx.put_return(msgspec.structs.replace(made, result=ReturnResult.FAILED, fail_reason=reason, finished=now))
        return
    tx.put_return(msgspec.structs.replace(made, result=ReturnResult.SUCCESS, finished=now))
    for account, amount in ((made.return_mchid, -made.amount), (made.seller, made.amount)):
        funds.post(
            tenant, tx, mchid=account, business=Business.SHARE_RETURNED, amount=amount, business_no=made.return_id,
            voucher=made.out_return_no, remark=made.description,
        )  # fmt: skip
    source = tx.sharing_by_id(made.order_id)
    assert source is not None, "what is given back was shared"
    _tell(tenant, tx, source, made.out_return_no, RETURNED)


def _settled(tenant: Tenant, tx: Transaction, made: Sharing, share: Share) -> Share:
    if share.release:
        return msgspec.structs.replace(share, result=ShareResult.SUCCESS)
    if tx.receiver(made.seller, share.type, share.account) is None:
        return _closed(share, FailReason.RELATION_GONE)
    if not _paid(tenant, tx, made, share):
        return _closed(share, FailReason.ACCOUNT_ABNORMAL)
    funds.post(
        tenant, tx, mchid=made.seller, business=Business.SHARE, amount=-share.amount, business_no=made.order_id,
        voucher=made.out_order_no, remark=share.description,
    )  # fmt: skip
    return msgspec.structs.replace(share, result=ShareResult.SUCCESS)


def _paid(tenant: Tenant, tx: Transaction, made: Sharing, share: Share) -> bool:
    """Put the money where it goes; False when the receiver's account can take none."""
    if share.type is ReceiverType.MERCHANT_ID:
        if tenant.merchants[share.account].restricted:
            return False
        funds.post(
            tenant, tx, mchid=share.account, business=Business.SHARE, amount=share.amount, business_no=made.order_id,
            voucher=made.out_order_no, remark=share.description,
        )  # fmt: skip
        return True
    owner = tx.openid(share.account)
    user = None if owner is None else tx.user(owner[1])
    if user is None or user.limited:
        return False
    tx.put_user(msgspec.structs.replace(user, balance=user.balance + share.amount))
    return True


def _tell(tenant: Tenant, tx: Transaction, made: Sharing, subject: str, turn: str) -> None:
    """At the URL that the merchant has set on the platform; without one nothing is told."""
    url = tenant.merchants[made.mchid].sharing_notify_url
    if url:
        outbox.announce(
            tx, tenant.ids, event=outbox.PROFIT_SHARING, mchid=made.mchid, subject=subject, url=url, dialect="v3",
            now=tenant.clock.now(), out_trade_no=made.out_trade_no, turn=turn,
        )  # fmt: skip


def _closed(share: Share, reason: FailReason) -> Share:
    return msgspec.structs.replace(share, result=ShareResult.CLOSED, fail_reason=reason)
