"""查询订单待分账金额、查询最大分账比例"""

from sandbox.domain.sharing import unsplit
from sandbox.errors import Refusal, pay, sharing
from sandbox.gateway.dialects.v2form import HmacFormWithoutAppid
from sandbox.gateway.forms import text
from sandbox.gateway.sharing import paid_order
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v2sharing import ASKING

SOURCE = "https://pay.weixin.qq.com/wiki/doc/api/allocation.php?chapter=27_10&index=7"


class OrderAmount(HmacFormWithoutAppid):
    transaction_id: str = text("微信订单号", 32, sample="4200000001202601010000000001")


class MerchantRatio(HmacFormWithoutAppid):
    sub_mch_id: str = text("子商户号", 32, pattern=r"[1-9]\d*", sample="1900000005")


@endpoint(
    "v2",
    "POST /pay/profitsharingorderamountquery",
    OrderAmount,
    title="查询订单待分账金额",
    source=SOURCE,
    raises=tuple(row for row in ASKING if row is not sharing.SHARING_PARAMETER_WRONG),
)
def profitsharingorderamountquery(call: Call, form: OrderAmount) -> Reply:
    """How much of an order can still be shared."""
    order = paid_order(call, form.transaction_id, form.sub_mch_id)
    if order is None:
        expected = f"a paid order of {form.mch_id}"
        raise Refusal(sharing.SHARING_NOT_EXIST, field="transaction_id", came=form.transaction_id, expected=expected)
    left = unsplit(order, call.tx.sharings_of(form.transaction_id), call.now)
    return Reply(body=(("transaction_id", form.transaction_id), ("unsplit_amount", left)))


@endpoint(
    "v2",
    "POST /pay/profitsharingmerchantratioquery",
    MerchantRatio,
    title="查询最大分账比例",
    source=SOURCE,
    raises=(pay.SYSTEM_ERROR, pay.FREQUENCY_LIMITED),
)
def profitsharingmerchantratioquery(call: Call, form: MerchantRatio) -> Reply:
    """How much of a sub-merchant's orders may be shared, in ten-thousandths; only its provider asks."""
    return Reply(body=(("max_ratio", call.settings.sharing.max_ratio),))
