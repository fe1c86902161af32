"""请求单次分账、请求多次分账、查询分账结果、完结分账"""

from sandbox.errors import sharing
from sandbox.gateway.dialects.v2form import HmacForm, HmacFormWithoutAppid
from sandbox.gateway.dialects.v3sharingform import NUMBER, ShareOut, Unfreeze
from sandbox.gateway.forms import text
from sandbox.gateway.sharing import find, seller, share_out, unfreeze
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v2sharing import ASKING, DOING, as_v3, from_json, in_v2_words, shared, told

TOUCHING = (
    *DOING,
    sharing.TRANSACTION_NOT_SHAREABLE,
    sharing.ORDER_NOT_FOR_SHARING,
    sharing.ORDER_NOT_READY,
    sharing.SHARING_CHANGED,
)
SHARING = (
    *TOUCHING,
    sharing.NO_RELATION,
    sharing.RATIO_EXCEEDED,
    sharing.UNSPLIT_TOO_LITTLE,
    sharing.SHARED_TOO_OFTEN,
)
SAMPLE = '[{"type":"MERCHANT_ID","account":"1900000002","amount":10,"description":"分给门店"}]'
SOURCE = "https://pay.weixin.qq.com/wiki/doc/api/allocation.php?chapter=27_1&index=1"


class ProfitSharing(HmacForm):
    transaction_id: str = text("微信订单号", 32, sample="4200000001202601010000000001")
    out_order_no: str = text("商户分账单号", 64, pattern=NUMBER, sample="P20260101000001")
    receivers: str = text("分账接收方列表", 10240, sample=SAMPLE)


class SharingQuery(HmacFormWithoutAppid):
    transaction_id: str = text("微信订单号", 32, sample="4200000001202601010000000001")
    out_order_no: str = text("商户分账单号", 64, pattern=NUMBER, sample="P20260101000001")


class Finish(HmacForm):
    transaction_id: str = text("微信订单号", 32, sample="4200000001202601010000000001")
    out_order_no: str = text("商户分账单号", 64, pattern=NUMBER, sample="P20260101000002")
    description: str = text("分账完结描述", 80, sample="分账已完成")


@endpoint(
    "v2",
    "POST /secapi/pay/profitsharing",
    ProfitSharing,
    title="请求单次分账",
    source=SOURCE,
    raises=SHARING,
    needs_certificate=True,
)
def profitsharing(call: Call, form: ProfitSharing) -> Reply:
    """Share out of a paid order, and release what is left to the seller."""
    return _share(call, form, last=True)


@endpoint(
    "v2",
    "POST /secapi/pay/multiprofitsharing",
    ProfitSharing,
    title="请求多次分账",
    source=SOURCE,
    raises=SHARING,
    needs_certificate=True,
)
def multiprofitsharing(call: Call, form: ProfitSharing) -> Reply:
    """Share out of a paid order; what is left stays frozen."""
    return _share(call, form, last=False)


@endpoint("v2", "POST /pay/profitsharingquery", SharingQuery, title="查询分账结果", source=SOURCE, raises=ASKING)
def profitsharingquery(call: Call, form: SharingQuery) -> Reply:
    """A sharing, by its number and the payment's."""
    with in_v2_words():
        made = find(call, form.sub_mch_id, out_order_no=form.out_order_no, transaction_id=form.transaction_id)
    return Reply(body=told(made))


@endpoint(
    "v2",
    "POST /secapi/pay/profitsharingfinish",
    Finish,
    title="完结分账",
    source=SOURCE,
    raises=(*TOUCHING, sharing.NOTHING_TO_UNFREEZE),
    needs_certificate=True,
)
def profitsharingfinish(call: Call, form: Finish) -> Reply:
    """Release what is left of an order to its seller."""
    said = {
        "sub_mchid": form.sub_mch_id,
        "transaction_id": form.transaction_id,
        "out_order_no": form.out_order_no,
        "description": form.description,
    }
    with in_v2_words():
        asked = as_v3(Unfreeze, said)
        return Reply(body=shared(unfreeze(call, asked, seller(call, asked))))


def _share(call: Call, form: ProfitSharing, *, last: bool) -> Reply:
    said = {
        "sub_mchid": form.sub_mch_id,
        "appid": form.appid,
        "sub_appid": form.sub_appid,
        "transaction_id": form.transaction_id,
        "out_order_no": form.out_order_no,
        "receivers": from_json("receivers", form.receivers, list),
        "unfreeze_unsplit": last,
    }
    with in_v2_words():
        asked = as_v3(ShareOut, said)
        return Reply(body=shared(share_out(call, asked, seller(call, asked))))
