"""The page of wx.requestMerchantTransfer: a payee looks at a transfer and takes the money, or leaves.

pay.weixin.qq.com/doc/v3/merchant/4012716430.
"""

from sandbox.domain.transfer import Transfer, TransferState
from sandbox.domain.user import User
from sandbox.errors import Layer, Refusal, transfer
from sandbox.platform import transfers
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction

OPENED = "requestMerchantTransfer:ok"  # the page was shown, and no more


def take(tenant: Tenant, tx: Transaction, payee: User, made: Transfer, *, declined: bool) -> Transfer:
    """What the payee does on the page: the transfer on its way. Raises Refusal when it does not come to that."""
    if made.openid not in payee.openids.values():
        owner = tx.openid(made.openid)
        expected = f"{made.openid}, who is {owner[1] if owner else 'nobody here'}"
        raise Refusal(transfer.TRANSFER_NOT_THEIRS, field="user", came=f"{payee.id} opens it", expected=expected)
    if made.state is not TransferState.WAIT_USER_CONFIRM:
        expected = TransferState.WAIT_USER_CONFIRM.value
        raise Refusal(transfer.TRANSFER_NOT_WAITING, field="state", came=made.state.value, expected=expected)
    if declined:
        raise Refusal(transfer.TRANSFER_DECLINED, came="the page closed", expected="a tap on 收款")
    return transfers.confirm(tenant, tx, made)


def ensure_handed_over(made: Transfer | None, package_info: str, appid: str, mchid: str) -> Transfer:
    """The page's arguments name a transfer, and its own app and merchant. Raises Refusal."""
    if made is None:
        expected = "the package_info of a transfer, unchanged"
        raise Refusal(transfer.TRANSFER_PACKAGE_UNKNOWN, field="package", came=package_info, expected=expected)
    for field, came, right in (("appId", appid, made.appid), ("mchId", mchid, made.mchid)):
        if came not in ("", right):
            raise Refusal(transfer.TRANSFER_NOT_THEIRS, field=field, came=came, expected=right)
    return made


def heard(refusal: Refusal | None) -> str:
    """What JavaScript hears."""
    if refusal is None:
        return OPENED
    spelling = refusal.row.spelling("phone", layer=Layer.ERR_MSG)
    assert spelling is not None
    return spelling.text
