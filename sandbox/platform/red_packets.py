"""Red packets as the platform carries them out: sent, opened, and given back after a day."""

import msgspec

from sandbox.domain.ledger import Business
from sandbox.domain.red_packet import LIFETIME, PacketState, RedPacket
from sandbox.domain.user import User
from sandbox.platform import funds
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction
from sandbox.store.transaction import Timer

EXPIRE = "red-packet"  # the timer's kind; its subject is mchid/mch_billno


def send(tenant: Tenant, tx: Transaction, packet: RedPacket) -> None:
    """Take the money from the merchant's account; it waits a day for whoever may open it."""
    tx.put_red_packet(packet)
    _move(tenant, tx, packet, Business.RED_PACKET, -packet.total)
    tx.book(packet.created + LIFETIME, EXPIRE, f"{packet.mchid}/{packet.mch_billno}")


def take(tx: Transaction, packet: RedPacket, payer: User, now: int) -> RedPacket | None:
    """The packet after the payer opened it, the money in their purse; None when there is nothing for them."""
    after = packet.opened(payer.openid(packet.appid), now)
    if after is not None:
        tx.put_red_packet(after)
        tx.put_user(msgspec.structs.replace(payer, balance=payer.balance + after.received[-1].amount))
    return after


def due(tenant: Tenant, tx: Transaction, timer: Timer) -> None:
    """The timer's handler: what nobody took goes back."""
    mchid, _, mch_billno = timer.subject.partition("/")
    packet = tx.red_packet(mchid, mch_billno)
    if packet is not None and packet.state is PacketState.SENT:
        tx.put_red_packet(msgspec.structs.replace(packet, refunded=tenant.clock.now()))
        _move(tenant, tx, packet, Business.RED_PACKET_RETURNED, packet.left)


def _move(tenant: Tenant, tx: Transaction, packet: RedPacket, business: Business, amount: int) -> None:
    funds.post(
        tenant, tx, mchid=packet.mchid, business=business, amount=amount, business_no=packet.detail_id,
        voucher=packet.mch_billno, remark=packet.wishing,
    )  # fmt: skip
