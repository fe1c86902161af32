"""添加分账接收方、删除分账接收方"""

from sandbox.domain.sharing import Receiver, ReceiverType
from sandbox.errors import Refusal, pay, protocol, sharing
from sandbox.gateway.dialects.v3sharingform import NewReceiver, OldReceiver
from sandbox.gateway.sharing import CALLING, ensure_company, ensure_person, missing, seller
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3request import ensure_bound
from sandbox.protocol import aead

BINDING = (protocol.APPID_UNKNOWN, protocol.APPID_NOT_BOUND)


@endpoint(
    "v3",
    "POST /v3/profitsharing/receivers/add",
    NewReceiver,
    name="v3.profitsharing.add_receiver",
    title="添加分账接收方",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012528995",
    raises=(
        *CALLING, *BINDING, pay.OPENID_INVALID, protocol.OPENID_OF_OTHER_APPID, sharing.SHARING_NAME_WRONG,
        sharing.RECEIVER_NAME_WRONG,
    ),
)  # fmt: skip
def add(call: Call, form: NewReceiver) -> Reply:
    """Make somebody known with whom may be shared; again is fine. The name comes back encrypted to the caller."""
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
    body = {"account": form.account, "relation_type": form.relation_type, "type": form.type}
    if form.sub_mchid:
        body["sub_mchid"] = form.sub_mchid
    if form.custom_relation is not None:
        body["custom_relation"] = form.custom_relation
    if form.name is not None:
        body["name"] = aead.seal(form.name, call.tenant.credentials(call.merchant).api.pair.public)
    return Reply(body=tuple(body.items()))


@endpoint(
    "v3",
    "POST /v3/profitsharing/receivers/delete",
    OldReceiver,
    name="v3.profitsharing.delete_receiver",
    title="删除分账接收方",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012529590",
    raises=(*CALLING, *BINDING),
)
def delete(call: Call, form: OldReceiver) -> Reply:
    """Forget a receiver; shares under way to it are closed. One that is not there is fine."""
    owner = seller(call, form)
    assert call.merchant is not None
    ensure_bound(call, call.merchant, form.appid)
    call.tx.drop_receiver(owner, form.type, form.account)
    body = {"account": form.account, "type": form.type}
    return Reply(body=tuple((body | ({"sub_mchid": form.sub_mchid} if form.sub_mchid else {})).items()))


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
