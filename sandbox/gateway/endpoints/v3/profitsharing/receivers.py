"""添加分账接收方、删除分账接收方"""

from sandbox.errors import pay, protocol, sharing
from sandbox.gateway.dialects.v3sharingform import NewReceiver, OldReceiver
from sandbox.gateway.receivers import dismiss, introduce
from sandbox.gateway.sharing import CALLING
from sandbox.gateway.spec import Call, Reply, endpoint
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
    introduce(call, form)
    assert call.merchant is not None
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
    dismiss(call, form)
    body = {"account": form.account, "type": form.type}
    return Reply(body=tuple((body | ({"sub_mchid": form.sub_mchid} if form.sub_mchid else {})).items()))
