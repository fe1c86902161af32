"""JSAPI/小程序下单"""

from sandbox.domain.order import TradeType
from sandbox.errors import pay
from sandbox.gateway.dialects.v3form import PartnerPayer, PartnerPrepay, Payer, Prepay
from sandbox.gateway.forms import part
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3orders import PAYER, PLACING_DIRECTLY, PLACING_FOR_SUB, order_directly, order_for_sub


class Jsapi(Prepay):
    payer: Payer = part(Payer, "支付者")


class PartnerJsapi(PartnerPrepay):
    payer: PartnerPayer = part(PartnerPayer, "支付者")


@endpoint(
    "v3",
    "POST /v3/pay/transactions/jsapi",
    Jsapi,
    title="JSAPI/小程序下单",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012791856",
    raises=(*PLACING_DIRECTLY, *PAYER),
)
def jsapi(call: Call, form: Jsapi) -> Reply:
    """Place an order for a payer; the same request again, unpaid, gives a new prepay_id."""
    return Reply(body=(("prepay_id", order_directly(call, form, TradeType.JSAPI, form.payer.openid).prepay_id),))


@endpoint(
    "v3",
    "POST /v3/pay/partner/transactions/jsapi",
    PartnerJsapi,
    name="v3.partner.jsapi",
    title="服务商JSAPI/小程序下单",
    source="https://pay.weixin.qq.com/doc/v3/partner/4012738519",
    raises=(*PLACING_FOR_SUB, *PAYER, pay.OPENID_MISSING),
)
def partner_jsapi(call: Call, form: PartnerJsapi) -> Reply:
    """A provider's order for a payer of its own or of the sub-merchant's app."""
    payer = form.payer
    handle = order_for_sub(call, form, TradeType.JSAPI, payer.sp_openid or "", payer.sub_openid or "")
    return Reply(body=(("prepay_id", handle.prepay_id),))
