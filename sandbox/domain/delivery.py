"""A notification on its way: the event it tells, every attempt, and when the next is due."""

from enum import StrEnum

import msgspec


class DeliveryState(StrEnum):
    """Where a notification stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given-up"


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One POST. `due` is business time; `at`, when it began, and `took` are real time (ms).

    `verifiable` is false when the message was spoilt on purpose, so that a merchant who verifies refuses it.
    """

    number: int
    due: int
    at: int = 0
    verdict: str = ""  # "" while out; then "acknowledged", "refused", "timeout", "lost" …
    reason: str = ""  # why it failed, or what to do
    url: str = ""
    request: str = ""
    request_headers: dict[str, str] = {}
    status: int | None = None
    response: str = ""
    response_headers: dict[str, str] = {}
    warnings: tuple[str, ...] = ()
    took: int | None = None
    verifiable: bool = True


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event for one merchant and its climb up the ladder. `rung` is the number of attempts made."""

    id: str
    tenant: str
    mchid: str
    event: str  # "payment" …: picks the ladder and the message
    subject: str  # out_trade_no, out_refund_no …: what it happened to
    url: str
    dialect: str  # of the message
    out_trade_no: str = ""  # the order it is about
    turn: str = ""  # which of several events of one kind that happen to the subject
    first_due: int
    state: DeliveryState = DeliveryState.PENDING
    next_due: int | None = None
    rung: int = 0
    acknowledged: int = 0
    attempts: tuple[Attempt, ...] = ()
