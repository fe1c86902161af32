"""What a payer's WeChat tells: money that went and came, contracts, and what the merchant's server sent."""

import json
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from sandbox.domain.refund import RefundState
from sandbox.domain.transfer import TransferState
from sandbox.domain.user import User
from sandbox.platform.journal import Exchange
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction

KEPT = 50
SUBSCRIBED = "login.subscribe_send"
Kind = Literal["payment", "refund", "transfer", "red_packet", "contract", "contract_end", "subscribed"]


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`at` is ms on the tenant's clock, `amount` fen, `number` the merchant's own; `lines` only of a subscribed one."""

    kind: Kind
    at: int
    merchant: str = ""
    number: str = ""
    text: str = ""
    amount: int = 0
    lines: dict[str, str] = {}


def messages(tenant: Tenant, tx: Transaction, user: User) -> list[Message]:
    """What this payer has, the newest first."""
    mine = set(user.openids.values())
    found = [
        *_payments(tenant, tx, user),
        *_received(tenant, tx, mine),
        *_contracts(tenant, tx, user),
        *_subscribed(tenant, mine),
    ]
    return sorted(found, key=lambda one: -one.at)[:KEPT]


def merchant_name(tenant: Tenant, mchid: str) -> str:
    """As the phone shows it."""
    merchant = tenant.merchants.get(mchid)
    return mchid if merchant is None else merchant.name


def _payments(tenant: Tenant, tx: Transaction, user: User) -> Iterator[Message]:
    """What was paid, and what came back of it."""
    for order in tx.orders():
        terms, payment = order.terms, order.payment
        if payment is None or payment.user != user.id:
            continue
        name = merchant_name(tenant, terms.seller)
        yield Message(
            kind="payment", at=payment.time, merchant=name, number=terms.out_trade_no, text=terms.description,
            amount=terms.total,
        )  # fmt: skip
        for refund in tx.refunds_of(terms.mchid, terms.out_trade_no) if order.refunds else ():
            if refund.state is RefundState.SUCCESS:
                yield Message(
                    kind="refund", at=refund.success_time or 0, merchant=name, number=refund.terms.out_refund_no,
                    text=refund.terms.reason or terms.description, amount=refund.terms.refund,
                )  # fmt: skip


def _received(tenant: Tenant, tx: Transaction, mine: set[str]) -> Iterator[Message]:
    for made in tx.transfers():
        if made.openid in mine and made.state is TransferState.SUCCESS:
            yield Message(
                kind="transfer", at=made.since, merchant=merchant_name(tenant, made.mchid), number=made.out_bill_no,
                text=made.remark, amount=made.amount,
            )  # fmt: skip
    for packet in tx.red_packets():
        for part in packet.received:
            if part.openid in mine:
                yield Message(
                    kind="red_packet", at=part.time, merchant=merchant_name(tenant, packet.mchid),
                    number=packet.mch_billno, text=packet.wishing, amount=part.amount,
                )  # fmt: skip


def _contracts(tenant: Tenant, tx: Transaction, user: User) -> Iterator[Message]:
    for one in tx.contracts():
        if one.user != user.id or one.signed is None:
            continue
        name = merchant_name(tenant, one.mchid)
        yield Message(kind="contract", at=one.signed, merchant=name, number=one.contract_code, text=one.display_account)
        if one.terminated is not None:
            yield Message(kind="contract_end", at=one.terminated, merchant=name, number=one.contract_code)


def _subscribed(tenant: Tenant, mine: set[str]) -> Iterator[Message]:
    """Of these the journal knows, and nothing else does."""
    for exchange in tenant.journal:
        if exchange.endpoint == SUBSCRIBED and not exchange.problem and (said := _sent(exchange)).get("touser") in mine:
            lines = {str(key): str(item.get("value", "")) for key, item in said["data"].items()}
            app = tenant.apps.get(str(exchange.tags.get("appid", "")))
            yield Message(
                kind="subscribed", at=exchange.instant, merchant="" if app is None else app.name,
                number=str(said.get("template_id", "")), text=urlsplit(str(said.get("page") or "")).path, lines=lines,
            )  # fmt: skip


def _sent(exchange: Exchange) -> dict[str, Any]:
    """The request's JSON; nothing of one that was not kept whole."""
    try:
        said = json.loads(exchange.request)
    except ValueError:
        return {}
    return said if isinstance(said, dict) and isinstance(said.get("data"), dict) else {}
