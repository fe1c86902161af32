"""Profit sharing: who may receive, what was shared out of an order's money, what was given back, what is left.

pay.weixin.qq.com/doc/v3/merchant/4014547102.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from sandbox.domain.order import Order
from sandbox.errors import Refusal, sharing

DAY = 24 * 60 * 60 * 1000
FROZEN = 30 * DAY  # after that what is left goes to the seller by itself
MOST_REQUESTS = 50  # an order
WHOLE = 10_000  # ratios are ten-thousandths


class ReceiverType(StrEnum):
    """What an account number is."""

    MERCHANT_ID = "MERCHANT_ID"
    PERSONAL_OPENID = "PERSONAL_OPENID"
    PERSONAL_SUB_OPENID = "PERSONAL_SUB_OPENID"  # under the sub-merchant's own appid


class ShareResult(StrEnum):
    """What became of one share."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    CLOSED = "CLOSED"  # the money went back to the seller


class FailReason(StrEnum):
    """Why a share was closed, or nothing given back."""

    NONE = ""
    ACCOUNT_ABNORMAL = "ACCOUNT_ABNORMAL"
    RELATION_GONE = "NO_RELATION"
    BALANCE_NOT_ENOUGH = "BALANCE_NOT_ENOUGH"


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with whom `seller` may share. `name` is in the clear."""

    seller: str
    type: ReceiverType
    account: str
    relation_type: str
    custom_relation: str | None = None
    name: str | None = None


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One receiver's part. `release` marks the remainder that goes to the seller."""

    type: ReceiverType
    account: str
    amount: int
    description: str
    detail_id: str
    release: bool = False
    result: ShareResult = ShareResult.PENDING
    fail_reason: FailReason = FailReason.NONE


class Sharing(msgspec.Struct, frozen=True, kw_only=True):
    """One out_order_no of one mchid: a request to share, or to release what is left."""

    mchid: str
    out_order_no: str
    transaction_id: str
    out_trade_no: str
    order_id: str
    created: int
    shares: tuple[Share, ...]
    fingerprint: bytes
    sub_mchid: str = ""
    finished: int | None = None

    @property
    def seller(self) -> str:
        """Out of whose order it is."""
        return self.sub_mchid or self.mchid

    @property
    def shared(self) -> int:
        """Fen that others got or are to get."""
        return sum(s.amount for s in self.shares if not s.release and s.result is not ShareResult.CLOSED)

    @property
    def releases(self) -> bool:
        """Whether what was left was released with it."""
        return any(share.release for share in self.shares)

    def received(self, mchid: str) -> int:
        """Fen that this merchant got."""
        mine = (s for s in self.shares if s.type is ReceiverType.MERCHANT_ID and s.account == mchid and not s.release)
        return sum(share.amount for share in mine if share.result is ShareResult.SUCCESS)


class ReturnResult(StrEnum):
    """What became of giving back."""

    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """One out_return_no of one mchid: a merchant gives back what it got of a sharing."""

    mchid: str
    out_return_no: str
    out_order_no: str
    order_id: str
    return_id: str
    return_mchid: str
    amount: int
    description: str
    created: int
    fingerprint: bytes
    sub_mchid: str = ""
    finished: int | None = None
    result: ReturnResult = ReturnResult.PROCESSING
    fail_reason: FailReason = FailReason.NONE

    @property
    def seller(self) -> str:
        """To whom the money goes."""
        return self.sub_mchid or self.mchid


def unsplit(order: Order, sharings: Iterable[Sharing], now: int) -> int:
    """Fen of an order that can still be shared at `now`."""
    done = list(sharings)
    payment = order.payment
    released = any(one.releases for one in done)
    if payment is None or not order.terms.profit_sharing or released or now - payment.time >= FROZEN:
        return 0
    return max(0, order.terms.total - order.refunded - sum(one.shared for one in done))


def ensure_shareable(order: Order, sharings: list[Sharing], amount: int, max_ratio: int, now: int) -> None:
    """`amount` fen of the order may be shared beside what was shared before. Raises Refusal."""
    left = unsplit(order, sharings, now)
    if amount > left:
        raise Refusal(sharing.UNSPLIT_TOO_LITTLE, field="receivers", came=f"{amount} fen", expected=f"at most {left}")
    shared, most = sum(one.shared for one in sharings), order.terms.total * max_ratio // WHOLE
    if shared + amount > most:
        expected = f"at most {most - shared}: {max_ratio / 100:g} % of {order.terms.total}, {shared} are shared"
        raise Refusal(sharing.RATIO_EXCEEDED, field="receivers", came=f"{amount} fen", expected=expected)
    if len(sharings) >= MOST_REQUESTS:
        raise Refusal(sharing.SHARED_TOO_OFTEN, came=f"request {len(sharings) + 1}", expected=f"{MOST_REQUESTS}")


def ensure_returnable(source: Sharing, returns: Iterable[Return], mchid: str, amount: int) -> None:
    """`mchid` got at least `amount` fen more than it has given back. Raises Refusal: RETURN_TOO_MUCH."""
    given = sum(r.amount for r in returns if r.return_mchid == mchid and r.result is not ReturnResult.FAILED)
    left = source.received(mchid) - given
    if amount > left:
        raise Refusal(sharing.RETURN_TOO_MUCH, field="amount", came=f"{amount} fen", expected=f"at most {left}")
