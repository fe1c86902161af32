"""Look at a payer's phone: what waits for them, and what they were told."""

import msgspec

from sandbox.actions.cashiers import CashierView, cashier_view
from sandbox.actions.users import UserView, user_view
from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.domain.order import TradeState
from sandbox.domain.red_packet import PacketState
from sandbox.domain.transfer import TransferState
from sandbox.domain.user import User
from sandbox.phone import messages, people
from sandbox.phone.messages import Message, merchant_name
from sandbox.store import Transaction


class LookAtPhone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` may be a nickname or an openid as well."""

    id: str


class Waiting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something to take or to answer. `number` is the merchant's, `amount` fen; `handle` what a verb names it by."""

    number: str
    mchid: str
    merchant: str
    amount: int = 0
    text: str = ""
    handle: str = ""


class PhoneView(msgspec.Struct, frozen=True, kw_only=True):
    """`now` is ms on the tenant's clock. `cashiers` are open; `passwords` are payment-code charges that ask for one.

    `transfers` and `red_packets` wait to be taken (a transfer's `handle` is its package_info), `contracts` are in
    force (`handle` is the contract_id).
    """

    now: int
    user: UserView
    cashiers: list[CashierView]
    passwords: list[Waiting]
    transfers: list[Waiting]
    red_packets: list[Waiting]
    contracts: list[Waiting]
    messages: list[Message]


@verb(
    "phone.get",
    "GET /users/{id}/phone",
    LookAtPhone,
    PhoneView,
    summary="A payer's phone: cashiers, passwords that are asked for, money to take, messages",
    summary_zh="用户的手机：收银台、待输入的密码、待收的款项、消息",
)
async def look_at_phone(desk: Desk, args: LookAtPhone) -> PhoneView:
    """As it lies on the table."""
    tenant = desk.tenant
    try:
        with tenant.transaction() as tx:
            user = people.with_openids(tenant, tx, people.find(tx, args.id))
            return PhoneView(
                now=tenant.clock.now(),
                user=user_view(user),
                cashiers=[
                    cashier_view(desk, one)
                    for one in desk.cashiers.all(tenant)
                    if one.outcome is None and one.seen.payer.id == user.id
                ],
                passwords=_passwords(desk, tx, user),
                transfers=_transfers(desk, tx, user),
                red_packets=_red_packets(desk, tx, user),
                contracts=_contracts(desk, tx, user),
                messages=messages.messages(tenant, tx, user),
            )
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None


def _passwords(desk: Desk, tx: Transaction, user: User) -> list[Waiting]:
    tenant, now = desk.tenant, desk.tenant.clock.now()
    return [
        Waiting(
            number=order.terms.out_trade_no, mchid=order.terms.mchid, amount=order.terms.total,
            merchant=merchant_name(tenant, order.terms.seller), text=order.terms.description,
        )
        for order in tx.orders()
        if order.opened_by == user.id and order.state(now, tenant.auto_close()) is TradeState.USERPAYING
    ]  # fmt: skip


def _transfers(desk: Desk, tx: Transaction, user: User) -> list[Waiting]:
    return [
        Waiting(
            number=one.out_bill_no, mchid=one.mchid, merchant=merchant_name(desk.tenant, one.mchid),
            amount=one.amount, text=one.remark, handle=one.package_info,
        )
        for one in tx.transfers()
        if one.openid in user.openids.values() and one.state is TransferState.WAIT_USER_CONFIRM
    ]  # fmt: skip


def _red_packets(desk: Desk, tx: Transaction, user: User) -> list[Waiting]:
    return [
        Waiting(
            number=one.mch_billno, mchid=one.mchid, merchant=merchant_name(desk.tenant, one.mchid), text=one.wishing
        )
        for one in tx.red_packets()
        if one.openid in user.openids.values() and one.state is PacketState.SENT
        if not one.received or one.group
    ]


def _contracts(desk: Desk, tx: Transaction, user: User) -> list[Waiting]:
    now = desk.tenant.clock.now()
    return [
        Waiting(
            number=one.contract_code, mchid=one.mchid, merchant=merchant_name(desk.tenant, one.mchid),
            text=one.display_account, handle=one.contract_id,
        )
        for one in tx.contracts()
        if one.user == user.id and one.in_force(now)
    ]  # fmt: skip
