"""What sending money to a payer through v2 asks first."""

from sandbox.domain.user import User
from sandbox.errors import Refusal, transfer
from sandbox.gateway.spec import Call
from sandbox.platform import funds

PRODUCT = "TRANSFER"
ASKING = (
    transfer.TRANSFER_NOT_EXIST,
    transfer.PROMOTION_SYSTEM_ERROR,
    transfer.PROMOTION_TOO_OFTEN,
)
SENDING = (
    transfer.TRANSFER_NOT_PERMITTED,
    transfer.TRANSFER_OPENID_WRONG,
    transfer.PAYEE_OPENID_WRONG,
    transfer.PAYEE_BANNED,
    transfer.TRANSFER_FUNDS_SHORT,
    transfer.TRANSFER_CHANGED,
    transfer.PROMOTION_SEND_FAILED,
    transfer.PROMOTION_SYSTEM_ERROR,
    transfer.PROMOTION_TOO_OFTEN,
    transfer.PROMOTION_MONEY_LIMIT,
    transfer.PROMOTION_COUNT_LIMIT,
    transfer.PROMOTION_ACCOUNT_NOT_ALLOWED,
    transfer.PROMOTION_CHANNEL_NOT_ALLOWED,
)


def ensure_may_send(call: Call) -> None:
    """The product is opened. Raises Refusal."""
    assert call.merchant is not None
    if PRODUCT not in call.merchant.products:
        expected = f"{PRODUCT} among its products"
        raise Refusal(transfer.TRANSFER_NOT_PERMITTED, came=call.merchant.mchid, expected=expected)


def payee(call: Call, openid: str, appid: str, field: str) -> User:
    """Who gets it: somebody with this openid under this appid whose account takes money. Raises Refusal."""
    known = call.tx.openid(openid)
    if known is None:
        expected = "an openid that was given out here"
        raise Refusal(transfer.TRANSFER_OPENID_WRONG, field=field, came=openid, expected=expected)
    if known[0] != appid:
        came = f"an openid of {known[0]}"
        raise Refusal(transfer.PAYEE_OPENID_WRONG, field=field, came=came, expected=f"one of {appid}")
    user = call.tx.user(known[1])
    assert user is not None, "an openid is stored with its payer"
    if user.limited:
        raise Refusal(transfer.PAYEE_BANNED, field=field, came=f"{user.id}, whose account is closed or limited")
    return user


def ensure_covered(call: Call, amount: int, field: str) -> None:
    """The merchant's account holds as much. Raises Refusal."""
    assert call.merchant is not None
    held = funds.balance(call.tenant, call.tx, call.merchant.mchid)
    if held < amount:
        came = f"{held} fen on the account of {call.merchant.mchid}"
        raise Refusal(transfer.TRANSFER_FUNDS_SHORT, field=field, came=came, expected=f"at least {amount} fen")
