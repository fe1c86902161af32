"""请求分账、查询分账结果、解冻剩余资金"""

from sandbox.errors import pay, protocol, sharing
from sandbox.gateway.dialects.v3sharingform import ShareOut, SharingQuery, Unfreeze
from sandbox.gateway.sharing import ASKING, CALLING, find, seller, share_out, sharing_body
from sandbox.gateway.sharing import unfreeze as release
from sandbox.gateway.spec import Call, Reply, endpoint

TOUCHING = (
    *CALLING, sharing.TRANSACTION_NOT_SHAREABLE, sharing.ORDER_NOT_FOR_SHARING, sharing.ORDER_NOT_READY,
    sharing.SHARING_CHANGED,
)  # fmt: skip


@endpoint(
    "v3",
    "POST /v3/profitsharing/orders",
    ShareOut,
    name="v3.profitsharing.orders",
    title="请求分账",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012524936",
    raises=(
        *TOUCHING, sharing.NO_RELATION, sharing.RATIO_EXCEEDED, sharing.UNSPLIT_TOO_LITTLE, sharing.SHARED_TOO_OFTEN,
        sharing.SHARING_NAME_WRONG, sharing.RECEIVER_NAME_WRONG, pay.OPENID_INVALID, protocol.OPENID_OF_OTHER_APPID,
    ),
)  # fmt: skip
def orders(call: Call, form: ShareOut) -> Reply:
    """Share out of a paid order; the shares arrive a moment later."""
    return Reply(body=sharing_body(share_out(call, form, seller(call, form))))


@endpoint(
    "v3",
    "GET /v3/profitsharing/orders/{out_order_no}",
    SharingQuery,
    name="v3.profitsharing.query",
    title="查询分账结果",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012525210",
    raises=(*ASKING, sharing.SHARING_NOT_EXIST),
)
def query(call: Call, form: SharingQuery) -> Reply:
    """A sharing, by its number and the payment's."""
    made = find(call, form.sub_mchid, out_order_no=form.out_order_no, transaction_id=form.transaction_id)
    return Reply(body=sharing_body(made))


@endpoint(
    "v3",
    "POST /v3/profitsharing/orders/unfreeze",
    Unfreeze,
    name="v3.profitsharing.unfreeze",
    title="解冻剩余资金",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012526374",
    raises=(*TOUCHING, sharing.NOTHING_TO_UNFREEZE),
)
def unfreeze(call: Call, form: Unfreeze) -> Reply:
    """Release what is left of an order to its seller."""
    return Reply(body=sharing_body(release(call, form, seller(call, form))))
