"""How things look from outside: the JSON of orders, deliveries, merchants and exchanges."""

from typing import Any

import msgspec

from sandbox.domain.delivery import Delivery
from sandbox.domain.merchant import App, Merchant
from sandbox.domain.order import Order
from sandbox.platform.journal import Diagnosis, Exchange
from sandbox.platform.tenants import Tenant


class OrderView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An order. Instants are ms since the epoch, money is fen."""

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
    posts: int
    created: int
    openid: str = ""
    sub_mchid: str = ""
    sub_appid: str = ""
    attach: str | None = None
    time_expire: int | None = None
    closed: int | None = None
    transaction_id: str = ""
    paid_at: int | None = None
    payer_openid: str = ""
    refunded: int = 0


def order_view(tenant: Tenant, order: Order) -> OrderView:
    """An order as it stands now."""
    terms, payment = order.terms, order.payment
    return OrderView(
        out_trade_no=terms.out_trade_no,
        mchid=terms.mchid,
        appid=terms.appid,
        trade_state=order.state(tenant.clock.now(), tenant.auto_close()).value,
        trade_type=terms.trade_type.value,
        dialect=terms.dialect,
        total=terms.total,
        description=terms.description,
        notify_url=terms.notify_url,
        prepay_id=order.prepay_id,
        posts=order.posts,
        created=order.created,
        openid=terms.openid,
        sub_mchid=terms.sub_mchid,
        sub_appid=terms.sub_appid,
        attach=terms.attach,
        time_expire=terms.time_expire,
        closed=order.closed,
        transaction_id="" if payment is None else payment.transaction_id,
        paid_at=None if payment is None else payment.time,
        payer_openid="" if payment is None else payment.openid,
        refunded=order.refunded,
    )


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """A notification. `attempts` tell `due_in` (ms after the first), verdict, reason, request and response."""

    id: str
    event: str
    mchid: str
    out_trade_no: str
    subject: str
    dialect: str
    url: str
    state: str
    first_due: int
    next_due: int | None
    acknowledged: int
    attempts: list[dict[str, Any]]


HEAVY = ("request", "request_headers", "response", "response_headers")


def delivery_view(delivery: Delivery, *, brief: bool = False) -> DeliveryView:
    """A notification and its attempts; `brief`: these without headers and bodies."""
    left_out = HEAVY if brief else ()
    attempts = [
        {
            **{name: value for name, value in msgspec.to_builtins(attempt).items() if name not in left_out},
            "due_in": attempt.due - delivery.first_due,
        }
        for attempt in delivery.attempts
    ]
    return DeliveryView(
        id=delivery.id,
        event=delivery.event,
        mchid=delivery.mchid,
        out_trade_no=delivery.out_trade_no,
        subject=delivery.subject,
        dialect=delivery.dialect,
        url=delivery.url,
        state=delivery.state.value,
        first_due=delivery.first_due,
        next_due=delivery.next_due,
        acknowledged=delivery.acknowledged,
        attempts=attempts,
    )


class ExchangeView(msgspec.Struct, frozen=True, kw_only=True):
    """One request and its answer; `verifiable` is false when a rule spoilt the answer after it was signed."""

    id: int
    tenant: str
    at: int
    instant: int
    endpoint: str
    method: str
    target: str
    remote: str
    status: int
    problem: str
    said: str
    tags: dict[str, str]
    notes: list[str]
    verifiable: bool
    took_us: int
    request_headers: dict[str, str]
    request: str
    response_headers: dict[str, str]
    response: str
    diagnosis: Diagnosis | None


def exchange_view(exchange: Exchange, *, brief: bool = False) -> ExchangeView:
    """An exchange with its bodies as text; `brief`: without headers and bodies."""
    return ExchangeView(
        id=exchange.id,
        tenant=exchange.tenant,
        at=exchange.at,
        instant=exchange.instant,
        endpoint=exchange.endpoint,
        method=exchange.method,
        target=exchange.target,
        remote=exchange.remote,
        status=exchange.status,
        problem=exchange.problem,
        said=exchange.said,
        tags=exchange.tags,
        notes=exchange.notes,
        verifiable=exchange.verifiable,
        took_us=exchange.took_us,
        request_headers={} if brief else dict(exchange.request_headers),
        request="" if brief else exchange.request.decode("utf-8", "replace"),
        response_headers={} if brief else dict(exchange.response_headers),
        response="" if brief else exchange.response.decode("utf-8", "replace"),
        diagnosis=exchange.diagnosis,
    )


class MerchantView(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's state, without its keys."""

    mchid: str
    name: str
    kind: str
    appids: list[str]
    products: list[str]
    restricted: bool
    key_mode: str
    directories: list[str]
    h5_domains: list[str]
    balance: int
    fee_rate: int  # ten-thousandths of what is collected
    refund_notify_url: str
    plan_notify_urls: dict[str, str]
    sharing_notify_url: str
    native_callback_url: str
    provider: str  # a sub-merchant's
    api_key_pending_until: int | None  # ms; a reset key counts from then


def merchant_view(merchant: Merchant, balance: int, now: int) -> MerchantView:
    """A merchant as it stands now."""
    pending = [key.since for key in merchant.api_keys if key.since > now]
    return MerchantView(
        mchid=merchant.mchid,
        name=merchant.name,
        kind=merchant.kind,
        appids=sorted(merchant.appids),
        products=sorted(merchant.products),
        restricted=merchant.restricted,
        key_mode=merchant.key_mode,
        directories=list(merchant.directories),
        h5_domains=list(merchant.h5_domains),
        balance=balance,
        fee_rate=merchant.fee_rate,
        refund_notify_url=merchant.refund_notify_url,
        plan_notify_urls=merchant.plan_notify_urls,
        sharing_notify_url=merchant.sharing_notify_url,
        native_callback_url=merchant.native_callback_url,
        provider=merchant.provider,
        api_key_pending_until=max(pending, default=None),
    )


class AppView(msgspec.Struct, frozen=True, kw_only=True):
    """An app, without its secret."""

    appid: str
    name: str
    kind: str
    can_pay: bool
    open_platform: bool
    secret_frozen: bool
    ip_whitelist: list[str]
    domains: list[str]
    templates: list[str]


def app_view(app: App) -> AppView:
    """An app as it stands now."""
    return AppView(
        appid=app.appid,
        name=app.name,
        kind=app.kind,
        can_pay=app.can_pay,
        open_platform=app.open_platform,
        secret_frozen=app.secret_frozen,
        ip_whitelist=list(app.ip_whitelist),
        domains=list(app.domains),
        templates=list(app.templates),
    )
