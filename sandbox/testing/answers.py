"""What a test is handed: payments, codes, orders, notifications, requests. Instants are ms, money is fen."""

from typing import Any

import msgspec


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """How a visit to the cashier ended. `dialog` or `page` is what the payer saw, `errMsg` what JavaScript heard."""

    paid: bool
    user: str
    out_trade_no: str = ""
    transaction_id: str = ""
    dialog: str | None = None
    page: str | None = None
    errMsg: str | None = None
    errCode: int | None = None
    redirect_url: str = ""
    explanation: dict[str, Any] | None = None


class LoginCode(msgspec.Struct, frozen=True, kw_only=True):
    """What `wx.login` gives the page; `jscode2session` takes it once and answers with this openid."""

    code: str
    openid: str
    appid: str
    user: str


class PaymentCode(msgspec.Struct, frozen=True, kw_only=True):
    """The payer's bar code, good for one charge until `expires`."""

    auth_code: str
    user: str
    expires: int


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the platform has it."""

    out_trade_no: str
    mchid: str
    appid: str
    trade_state: str
    trade_type: str
    dialect: str
    total: int
    description: str
    notify_url: str
    prepay_id: str
    created: int
    openid: str = ""
    attach: str | None = None
    transaction_id: str = ""
    paid_at: int | None = None
    payer_openid: str = ""
    refunded: int = 0


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """A refund as the platform has it."""

    out_refund_no: str
    refund_id: str
    out_trade_no: str
    transaction_id: str
    state: str
    refund: int
    total: int
    created: int
    source: str = ""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One POST of a notification: `due_in` ms after the first, what the shop answered, and what that meant.

    `verdict` is acknowledged, refused, unanswered or lost; `verifiable` is false when it was spoilt on purpose.
    """

    number: int
    due: int
    due_in: int
    at: int
    verdict: str
    reason: str = ""
    request: str = ""
    request_headers: dict[str, str] = {}
    status: int | None = None
    response: str = ""
    warnings: tuple[str, ...] = ()
    verifiable: bool = True


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop was told, or is going to be. `subject` is the order's or the refund's number."""

    id: str
    event: str
    mchid: str
    subject: str
    out_trade_no: str
    url: str
    state: str
    first_due: int
    next_due: int | None
    acknowledged: int
    attempts: list[Attempt]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop asked, and what the platform answered. `problem` names the error when it was refused.

    `tenant` is empty when the request belonged to nobody; `verifiable` false when the answer was spoilt on purpose.
    """

    id: int
    tenant: str
    at: int
    instant: int
    endpoint: str
    method: str
    target: str
    status: int
    problem: str
    said: str
    tags: dict[str, str]
    notes: list[str]
    verifiable: bool
    request: str
    response: str
    diagnosis: dict[str, Any] | None


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """How far the clock came, and how many timers fired on the way."""

    now: int
    fired: int = 0
