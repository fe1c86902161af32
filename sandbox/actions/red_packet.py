"""Open a red packet."""

import msgspec

from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.phone import people
from sandbox.platform import red_packets


class OpenRedPacket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`user` by id, nickname or openid; whom it was sent to without."""

    mch_billno: str
    mchid: str = ""
    user: str = ""


class RedPacketView(msgspec.Struct, frozen=True, kw_only=True):
    """`amount` fen went into the purse."""

    mch_billno: str
    user: str
    amount: int
    state: str


@verb(
    "user.open_red_packet",
    "POST /red-packets/{mch_billno}/open",
    OpenRedPacket,
    RedPacketView,
    summary="Open a red packet that a merchant sent",
    summary_zh="拆开商户发放的红包",
)
async def open_red_packet(desk: Desk, args: OpenRedPacket) -> RedPacketView:
    """The money goes into the payer's purse."""
    tenant = desk.tenant
    try:
        with tenant.transaction() as tx:
            mchids = [args.mchid] if args.mchid else list(tenant.merchants)
            packets = [one for mchid in mchids if (one := tx.red_packet(mchid, args.mch_billno)) is not None]
            if len(packets) != 1:
                told = f"no red packet {args.mch_billno!r}" if not packets else "several merchants sent one: add mchid"
                raise VerbError(told, status=404 if not packets else 400, code="not-found")
            payer = people.with_openids(tenant, tx, people.find(tx, args.user or packets[0].openid))
            after = red_packets.take(tx, packets[0], payer, tenant.clock.now())
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None
    if after is None:
        told = f"there is nothing for {payer.id} in {args.mch_billno!r}: taken, too late, or for somebody else"
        raise VerbError(told, status=409, code="refused")
    return RedPacketView(
        mch_billno=after.mch_billno, user=payer.id, amount=after.received[-1].amount, state=after.state.value
    )
