"""Native下单"""

from sandbox.domain.order import TradeType
from sandbox.gateway.dialects.v3form import PartnerPrepay, Prepay
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3orders import PLACING_DIRECTLY, PLACING_FOR_SUB, order_directly, order_for_sub


@endpoint(
    "v3",
    "POST /v3/pay/transactions/native",
    Prepay,
    title="Native下单",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012791877",
    raises=PLACING_DIRECTLY,
)
def native(call: Call, form: Prepay) -> Reply:
    """Place an order behind a QR code; the same request again gives a new code, and the older one dies."""
    return Reply(body=(("code_url", order_directly(call, form, TradeType.NATIVE).code_url),))


@endpoint(
    "v3",
    "POST /v3/pay/partner/transactions/native",
    PartnerPrepay,
    name="v3.partner.native",
    title="服务商Native下单",
    source="https://pay.weixin.qq.com/doc/v3/partner/4012523551",
    raises=PLACING_FOR_SUB,
)
def partner_native(call: Call, form: PartnerPrepay) -> Reply:
    """A provider's order behind a QR code."""
    return Reply(body=(("code_url", order_for_sub(call, form, TradeType.NATIVE).code_url),))
