"""关闭订单"""

from sandbox.errors import codepay, pay
from sandbox.gateway.endpoints.v3.query import ByNumber
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3orders import ASKING, FOR_SUB
from sandbox.gateway.v3orders import close as close_order


class Close(ByNumber):
    # The complaint points at the path although the field stands in the body (observed, IJPay#79).
    mchid: str = text("直连商户号", 32, pointer="/uri_template/mchid", sample="1900000001")


class PartnerClose(ByNumber):
    sp_mchid: str = text("服务商户号", 32, sample="1900000004")
    sub_mchid: str = text("子商户号/二级商户号", 32, sample="1900000005")


@endpoint(
    "v3",
    "POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close",
    Close,
    name="v3.close",
    title="关闭订单",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012791860",
    raises=(*ASKING, pay.ORDER_PAID, codepay.ONLY_REVERSIBLE),
)
def close(call: Call, form: Close) -> Reply:
    """204, also when it is closed already or was never ordered."""
    close_order(call, form.out_trade_no)
    return Reply()


@endpoint(
    "v3",
    "POST /v3/pay/partner/transactions/out-trade-no/{out_trade_no}/close",
    PartnerClose,
    name="v3.partner.close",
    title="服务商关闭订单",
    source="https://pay.weixin.qq.com/doc/v3/partner/4012739019",
    raises=(*ASKING, *FOR_SUB, pay.ORDER_PAID, codepay.ONLY_REVERSIBLE),
)
def partner_close(call: Call, form: PartnerClose) -> Reply:
    """As the direct merchant's."""
    close_order(call, form.out_trade_no, form.sub_mchid)
    return Reply()
