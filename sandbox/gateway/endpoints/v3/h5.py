"""H5下单"""

from sandbox.domain.order import TradeType
from sandbox.errors import pay
from sandbox.gateway.dialects.v3form import H5SceneInfo, PartnerPrepay, Prepay
from sandbox.gateway.forms import part
from sandbox.gateway.ordering import mweb_url
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3orders import PLACING_DIRECTLY, PLACING_FOR_SUB, order_directly, order_for_sub


class H5(Prepay):
    scene_info: H5SceneInfo = part(H5SceneInfo, "场景信息")


class PartnerH5(PartnerPrepay):
    scene_info: H5SceneInfo = part(H5SceneInfo, "场景信息")


@endpoint(
    "v3",
    "POST /v3/pay/transactions/h5",
    H5,
    title="H5下单",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012791834",
    raises=(*PLACING_DIRECTLY, pay.RULE_LIMIT),
)
def h5(call: Call, form: H5) -> Reply:
    """Place an order behind a link, which lives five minutes."""
    return Reply(body=(("h5_url", mweb_url(call, order_directly(call, form, TradeType.MWEB))),))


@endpoint(
    "v3",
    "POST /v3/pay/partner/transactions/h5",
    PartnerH5,
    name="v3.partner.h5",
    title="服务商H5下单",
    source="https://pay.weixin.qq.com/doc/v3/partner/4012738519",
    raises=(*PLACING_FOR_SUB, pay.RULE_LIMIT),
)
def partner_h5(call: Call, form: PartnerH5) -> Reply:
    """A provider's order behind a link."""
    return Reply(body=(("h5_url", mweb_url(call, order_for_sub(call, form, TradeType.MWEB))),))
