"""Open the page of wx.requestMerchantTransfer, and take the money of a transfer or leave."""

from typing import Literal

import msgspec

from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.domain.transfer import Transfer
from sandbox.errors import Refusal
from sandbox.phone import people, transfer
from sandbox.phone.explanation import explain
from sandbox.platform.journal import Diagnosis, Event
from sandbox.store import Transaction


class ConfirmTransfer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly one of package_info and out_bill_no; `mchid` when several merchants use the number.

    `mchid` and `appid` are what the page hands over beside the package_info, unchecked when left out. `user` (or an
    openid) is whose phone it is; without, the payee whom the transfer names.
    """

    package_info: str = ""
    out_bill_no: str = ""
    mchid: str = ""
    appid: str = ""
    user: str = ""
    action: Literal["confirm", "decline"] = "confirm"


class TransferView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of it. `errMsg` says only whether the page was shown; `taken` whether the payee took the money."""

    errMsg: str
    taken: bool
    user: str = ""
    out_bill_no: str = ""
    transfer_bill_no: str = ""
    state: str = ""
    explanation: Diagnosis | None = None


@verb(
    "user.confirm_transfer",
    "POST /confirm-transfer",
    ConfirmTransfer,
    TransferView,
    summary="Open a transfer's confirmation page, and take the money or leave",
    summary_zh="打开商家转账确认页，确认收款或离开",
)
async def confirm_transfer(desk: Desk, args: ConfirmTransfer) -> TransferView:
    """What the page says, and where the transfer stands afterwards."""
    if bool(args.package_info) == bool(args.out_bill_no):
        raise VerbError("expected exactly one of package_info and out_bill_no")
    tenant, refusal, made, user = desk.tenant, None, None, ""
    try:
        with tenant.transaction() as tx:
            made = _found(desk, tx, args)
            try:
                made = transfer.ensure_handed_over(made, args.package_info, args.appid, args.mchid)
                payee = people.find(tx, args.user or made.openid)
                user = payee.id
                made = transfer.take(tenant, tx, payee, made, declined=args.action == "decline")
            except Refusal as error:
                refusal = error
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None
    desk.timers.wake(tenant)
    _tell(desk, made, refusal)
    return TransferView(
        errMsg=transfer.heard(refusal),
        taken=refusal is None,
        user=user,
        out_bill_no="" if made is None else made.out_bill_no,
        transfer_bill_no="" if made is None else made.transfer_bill_no,
        state="" if made is None else made.state.value,
        explanation=None if refusal is None else explain(refusal),
    )


def _found(desk: Desk, tx: Transaction, args: ConfirmTransfer) -> Transfer | None:
    """The transfer meant; None for a package_info that nobody has. Raises VerbError."""
    if args.package_info:
        return tx.transfer_by_package(args.package_info)
    mchids = [args.mchid] if args.mchid else list(desk.tenant.merchants)
    found = [one for mchid in mchids if (one := tx.transfer(mchid, args.out_bill_no)) is not None]
    if not found:
        where = f"in tenant {desk.tenant.id!r}"
        raise VerbError(f"no transfer {args.out_bill_no!r} {where}", status=404, code="not-found")
    if len(found) > 1:
        raise VerbError(f"several merchants have a transfer {args.out_bill_no!r}: add mchid")
    return found[0]


def _tell(desk: Desk, made: Transfer | None, refusal: Refusal | None) -> None:
    watchers = desk.tenants.watchers
    if watchers and made is not None:
        said = made.state.value if refusal is None else refusal.row.name
        text = f"transfer {made.out_bill_no} {said}"
        watchers.tell(Event(kind="payment", tenant=desk.tenant.id, id=made.out_bill_no, text=text))
