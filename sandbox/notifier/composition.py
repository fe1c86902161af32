"""A notification of any content, written but not sent: what the platform would have said if it had happened."""

from typing import Literal

import msgspec

from sandbox.domain import refund as refunds
from sandbox.domain.delivery import Delivery
from sandbox.domain.merchant import Merchant
from sandbox.domain.order import Order, Payment, Terms, TradeType
from sandbox.domain.refund import Refund, RefundState, Step
from sandbox.notifier import payments
from sandbox.notifier import refunds as refunding
from sandbox.notifier.envelope import signed
from sandbox.notifier.letter import Letter, Writing
from sandbox.platform.moments import Moment, Occasion
from sandbox.platform.tenants import Tenant
from sandbox.protocol import identifiers
from sandbox.protocol.v2sign import SignType
from sandbox.store import Transaction

Api = Literal["v2", "v3"]
Told = Literal["payment", "refund"]
SigningKey = Literal["certificate", "public-key"]
KEY_MODES = {"certificate": "cert", "public-key": "pubkey"}
IMAGINED_TOTAL = 100  # fen


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What to write. `set` is laid over the message before it is signed, `tamper` after.

    `body` (APIv3) takes the message's place and is signed as it is. The signature is dated back by `age` seconds, and
    made with `key`, or with the one that the merchant's notifications are signed with.
    """

    event: Told = "payment"
    api: Api = "v3"
    set: dict[str, str] = {}
    tamper: dict[str, str] = {}
    body: str | None = None
    age: int = 0
    key: SigningKey | None = None


def compose(tenant: Tenant, tx: Transaction, order: Order, draft: Draft) -> Letter:
    """The letter about an order; a payment or refund that did not happen is imagined, and nothing is stored of it."""
    order = _in_dialect(order, draft.api)
    writing = _writing(tenant, tx, order.terms, draft)
    if draft.body is not None and draft.api == "v3":
        return signed(writing, draft.body.encode("utf-8", "surrogatepass"))
    payment = order.payment or _payment(tenant, tx, order.terms)
    if draft.event == "payment":
        told = payments.told_v3 if draft.api == "v3" else payments.told_v2
        return told(writing, order, payment)
    news = _refund(tenant, order, payment)
    return refunding.told_v3(writing, news) if draft.api == "v3" else refunding.told_v2(writing, order.terms, news)


def imagined(tenant: Tenant, tx: Transaction, merchant: Merchant, out_trade_no: str, api: Api) -> Order:
    """An order that was never placed: what a message is about whose number nobody knows."""
    now = tenant.clock.now()
    appid = next((appid for appid in tenant.apps if appid in merchant.appids), next(iter(tenant.apps)))
    payer = next((user.openid(appid) for user in tx.users()), "")
    terms = Terms(
        mchid=merchant.mchid,
        out_trade_no=out_trade_no,
        appid=appid,
        total=IMAGINED_TOTAL,
        trade_type=TradeType.JSAPI,
        dialect=api,
        notify_url="",
        description="",
        fingerprint=b"",
        openid=payer,
        nonce_str=identifiers.nonce_str(tenant.ids.entropy("imagined.nonce", out_trade_no)),
    )
    return Order(terms=terms, created=now, prepay_id="")


def _in_dialect(order: Order, api: Api) -> Order:
    """An order of APIv3 has nothing to sign an API v2 notice with but MD5."""
    if api == "v3" or order.terms.dialect == "v2":
        return order
    return msgspec.structs.replace(order, terms=msgspec.structs.replace(order.terms, sign_type=SignType.MD5.value))


def _writing(tenant: Tenant, tx: Transaction, terms: Terms, draft: Draft) -> Writing:
    now, merchant = tenant.clock.now(), tenant.merchants[terms.mchid]
    if draft.key is not None:
        merchant = msgspec.structs.replace(merchant, key_mode=KEY_MODES[draft.key])
    delivery = Delivery(
        id=f"composed-{tx.count('composed')}",
        tenant=tenant.id,
        mchid=terms.mchid,
        event=draft.event,
        subject=terms.out_trade_no,
        url=terms.notify_url,
        dialect=draft.api,
        first_due=now,
    )
    occasion = Occasion(Moment.NOTIFY_DUE, {}, tenant.wall)
    occasion.signed_fields, occasion.fields, occasion.stale = draft.set, draft.tamper, draft.age
    return Writing(
        tenant=tenant, tx=tx, merchant=merchant, delivery=delivery, occasion=occasion, now=now
    )  # fmt: skip


def _payment(tenant: Tenant, tx: Transaction, terms: Terms) -> Payment:
    now = tenant.clock.now()
    number = identifiers.transaction_id(tenant.ids.entropy("imagined.transaction", terms.out_trade_no), now)
    payer = terms.openid or next((user.openid(terms.appid) for user in tx.users()), "")
    return Payment(transaction_id=number, time=now, openid=payer, user="")


def _refund(tenant: Tenant, order: Order, payment: Payment) -> refunding.News:
    """All that is left, given back."""
    terms, now = order.terms, tenant.clock.now()
    asked = refunds.Terms(
        mchid=terms.mchid,
        sub_mchid=terms.sub_mchid,
        out_refund_no=f"R{terms.out_trade_no}"[:64],
        out_trade_no=terms.out_trade_no,
        transaction_id=payment.transaction_id,
        refund=terms.total - order.refunded,
        total=terms.total,
        dialect=terms.dialect,
    )
    number = tenant.ids.refund_id(now, terms.mchid, asked.out_refund_no)
    return refunding.News(
        Refund(terms=asked, refund_id=number, steps=(Step(now, RefundState.SUCCESS),), fee_returned=0),
        RefundState.SUCCESS,
        now,
    )
