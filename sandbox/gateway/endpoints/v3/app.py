"""APP下单"""

from sandbox.domain.order import TradeType
from sandbox.gateway.dialects.v3form import PartnerPrepay, Prepay
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3orders import PLACING_DIRECTLY, PLACING_FOR_SUB, order_directly, order_for_sub


@endpoint(
    "v3",
    "POST /v3/pay/transactions/app",
    Prepay,
    title="APP下单",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4013070347",
    raises=PLACING_DIRECTLY,
)
def app(call: Call, form: Prepay) -> Reply:
    """Place an order for whoever opens the App's cashier first."""
    return Reply(body=(("prepay_id", order_directly(call, form, TradeType.APP).prepay_id),))


@endpoint(
    "v3",
    "POST /v3/pay/partner/transactions/app",
    PartnerPrepay,
    name="v3.partner.app",
    title="服务商APP下单",
    source="https://pay.weixin.qq.com/doc/v3/partner/4012738519",
    raises=PLACING_FOR_SUB,
)
def partner_app(call: Call, form: PartnerPrepay) -> Reply:
    """A provider's order for an App."""
    return Reply(body=(("prepay_id", order_for_sub(call, form, TradeType.APP).prepay_id),))
