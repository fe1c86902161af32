"""Transfers through APIv3: what may be sent to whom, and what is answered."""

from typing import Any

from sandbox.domain.merchant import Merchant
from sandbox.domain.transfer import Transfer, TransferState, ensure_named_rightly, ensure_reported
from sandbox.errors import Refusal, protocol, transfer
from sandbox.gateway.dialects.v3transferform import TransferBill
from sandbox.gateway.repeats import fingerprint
from sandbox.gateway.spec import Call
from sandbox.gateway.v3request import caller, ensure_bound
from sandbox.platform import funds, transfers
from sandbox.protocol import aead, identifiers, wiretime

PRODUCT = "TRANSFER"
LIMITS = (transfer.FREQUENCY_LIMIT_EXCEED, transfer.RATELIMIT_EXCEEDED, transfer.FREQUENCY_LIMIT)
ASKING = (transfer.TRANSFER_NOT_PERMITTED, *LIMITS)
"""What any transfer endpoint may refuse."""
SENDING = (
    *ASKING, transfer.TRANSFER_MERCHANT_ABNORMAL, transfer.TRANSFER_ADDRESS_REFUSED, protocol.APPID_UNKNOWN,
    protocol.APPID_NOT_BOUND, transfer.TRANSFER_CHANGED, transfer.SMALL_TRANSFER_NAMED,
    transfer.GREAT_TRANSFER_UNNAMED, transfer.TRANSFER_AMOUNT_LIMITED, transfer.TRANSFER_FUNDS_SHORT,
)  # fmt: skip
"""What sending may be refused with, one by one or in a batch."""
BILL, BATCH, DETAIL = 133, 103, 104  # how the platform's numbers begin


def send(call: Call, form: TransferBill) -> Transfer:
    """Set out for the payee, or give what this number stands for already. Raises Refusal."""
    merchant = ensure_may_send(call, form.appid)
    known = call.tx.transfer(merchant.mchid, form.out_bill_no)
    if known is not None:
        known.ensure_repeats(fingerprint(form), call.now)
        return known
    ensure_amount(call, form.transfer_amount, form.user_name)
    infos = [info.info_type for info in form.transfer_scene_report_infos or ()]
    ensure_reported(form.transfer_scene_id, infos, form.user_recv_perception)
    _ensure_payee(call, form)
    ensure_covered(call, merchant, form.transfer_amount)
    return transfers.start(call.tenant, call.tx, _made(call, form, merchant))


def ensure_permitted(call: Call) -> Merchant:
    """The caller has the product. Raises Refusal."""
    merchant = caller(call)
    if PRODUCT not in merchant.products:
        expected = f"{PRODUCT} among its products"
        raise Refusal(transfer.TRANSFER_NOT_PERMITTED, came=merchant.mchid, expected=expected)
    return merchant


def ensure_may_send(call: Call, appid: str) -> Merchant:
    """The caller may send money, in the name of this app. Raises Refusal."""
    merchant = ensure_permitted(call)
    if merchant.restricted:
        expected = "a merchant that is not restricted"
        raise Refusal(transfer.TRANSFER_MERCHANT_ABNORMAL, came=merchant.mchid, expected=expected)
    ensure_bound(call, merchant, appid)
    return merchant


def ensure_amount(call: Call, amount: int, user_name: str | None) -> None:
    """Neither too much, nor named or unnamed against the rules. Raises Refusal."""
    ensure_named_rightly(amount, user_name)
    most = call.settings.transfer.most
    if most is not None and amount > most:
        expected = f"at most {most} (transfer.most)"
        raise Refusal(transfer.TRANSFER_AMOUNT_LIMITED, field="transfer_amount", came=amount, expected=expected)


def ensure_covered(call: Call, merchant: Merchant, amount: int) -> None:
    """The merchant's account holds the money. Raises Refusal."""
    held = funds.balance(call.tenant, call.tx, merchant.mchid)
    if held < amount:
        came = f"{held} fen on the account of {merchant.mchid}"
        raise Refusal(transfer.TRANSFER_FUNDS_SHORT, came=came, expected=f"at least {amount} fen")


def find(call: Call, found: Transfer | None, number: str) -> Transfer:
    """What was found, when it is the caller's. Raises Refusal: TRANSFER_NOT_EXIST."""
    merchant = ensure_permitted(call)
    if found is None or found.mchid != merchant.mchid:
        raise Refusal(transfer.TRANSFER_NOT_EXIST, came=number, expected=f"a transfer of {merchant.mchid}")
    return found


def made_body(made: Transfer) -> tuple[tuple[str, Any], ...]:
    """What sending answers; package_info as long as the payee may take the money."""
    body = {
        "create_time": wiretime.rfc3339(made.created),
        "out_bill_no": made.out_bill_no,
        "state": made.state.value,
        "transfer_bill_no": made.transfer_bill_no,
    }
    if made.state is TransferState.WAIT_USER_CONFIRM:
        body["package_info"] = made.package_info
    return tuple(body.items())


def asked_body(call: Call, made: Transfer) -> tuple[tuple[str, Any], ...]:
    """What a query answers."""
    body: dict[str, Any] = {
        "appid": made.appid,
        "create_time": wiretime.rfc3339(made.created),
        "mch_id": made.mchid,
        "openid": made.openid,
        "out_bill_no": made.out_bill_no,
        "state": made.state.value,
        "transfer_amount": made.amount,
        "transfer_bill_no": made.transfer_bill_no,
        "transfer_remark": made.remark,
        "update_time": wiretime.rfc3339(made.since),
    }
    if made.fail_reason:
        body["fail_reason"] = made.fail_reason.value
    if made.user_name is not None:
        body["user_name"] = sealed(call, made.user_name)
    return tuple(body.items())


def sealed(call: Call, text: str) -> str:
    """A name, encrypted to the caller's own certificate."""
    return aead.seal(text, call.tenant.credentials(caller(call)).api.pair.public)


def number(call: Call, kind: int, *key: str) -> str:
    """A number of the platform's."""
    return identifiers.transfer_number(call.ids.entropy(f"transfer {kind}", *key), call.now, kind)


def _made(call: Call, form: TransferBill, merchant: Merchant) -> Transfer:
    return Transfer(
        mchid=merchant.mchid,
        out_bill_no=form.out_bill_no,
        transfer_bill_no=number(call, BILL, merchant.mchid, form.out_bill_no),
        package_info=identifiers.package_info(call.ids.entropy("package_info", merchant.mchid, form.out_bill_no)),
        appid=form.appid,
        openid=form.openid,
        amount=form.transfer_amount,
        remark=form.transfer_remark,
        created=call.now,
        since=call.now,
        fingerprint=fingerprint(form),
        state=TransferState.ACCEPTED,
        user_name=form.user_name,
        notify_url=form.notify_url,
    )


def _ensure_payee(call: Call, form: TransferBill) -> None:
    """The openid is one of the app, and its owner is called so. Raises Refusal."""
    payee = transfers.payee(call.tx, form.openid, form.appid)
    if payee is None:
        expected = f"an openid under {form.appid}"
        raise Refusal(transfer.TRANSFER_OPENID_WRONG, field="openid", came=form.openid, expected=expected)
    # A payer without a nickname has no name that could be wrong.
    if form.user_name is not None and payee.nickname not in ("", form.user_name):
        raise Refusal(transfer.TRANSFER_NAME_WRONG, field="user_name", came=form.user_name, expected=payee.nickname)
