"""With whom a seller may share, in either dialect."""

from sandbox.domain.sharing import Receiver, ReceiverType
from sandbox.errors import Refusal, protocol
from sandbox.gateway.dialects.v3sharingform import NewReceiver, OldReceiver
from sandbox.gateway.sharing import ensure_company, ensure_person, missing, seller
from sandbox.gateway.spec import Call
from sandbox.gateway.v3request import ensure_bound


def introduce(call: Call, form: NewReceiver) -> None:
    """Make somebody known with whom may be shared; again is fine. Raises Refusal."""
    owner = seller(call, form)
    assert call.merchant is not None
    ensure_bound(call, call.merchant, form.appid)
    if form.relation_type == "CUSTOM" and form.custom_relation is None:
        raise missing(NewReceiver, "custom_relation", "a text: relation_type is CUSTOM")
    receiver = Receiver(
        seller=owner,
        type=ReceiverType(form.type),
        account=form.account,
        name=form.name,
        relation_type=form.relation_type,
        custom_relation=form.custom_relation,
    )
    _ensure_somebody(call, form, receiver)
    call.tx.put_receiver(receiver)


def dismiss(call: Call, form: OldReceiver) -> None:
    """Forget a receiver; one that is not there is fine. Raises Refusal."""
    owner = seller(call, form)
    assert call.merchant is not None
    ensure_bound(call, call.merchant, form.appid)
    call.tx.drop_receiver(owner, form.type, form.account)


def _ensure_somebody(call: Call, form: NewReceiver, receiver: Receiver) -> None:
    """The receiver exists and is called so. Raises Refusal."""
    match receiver.type:
        case ReceiverType.PERSONAL_OPENID:
            ensure_person(call, form.account, form.appid, form.name)
        case ReceiverType.PERSONAL_SUB_OPENID:
            if form.sub_appid is None:
                raise missing(NewReceiver, "sub_appid", "the appid of the openid: type is PERSONAL_SUB_OPENID")
            ensure_person(call, form.account, form.sub_appid, form.name)
        case ReceiverType.MERCHANT_ID:
            if form.account not in call.tenant.merchants:
                expected = f"one of {', '.join(call.tenant.merchants)}"
                raise Refusal(protocol.MCHID_UNKNOWN, field="account", came=form.account, expected=expected)
            if form.name is None:
                raise missing(NewReceiver, "name", "the merchant's full name, encrypted: type is MERCHANT_ID")
            ensure_company(call, receiver, form.name)
