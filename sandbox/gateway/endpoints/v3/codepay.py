"""付款码支付"""

from sandbox.errors import protocol
from sandbox.gateway.dialects.v3codeform import Charged
from sandbox.gateway.dialects.v3form import Direct, Partner
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3codepay import CHARGING, charge_code
from sandbox.gateway.v3orders import FOR_SUB

DOC = "https://pay.weixin.qq.com/docs/merchant/apis/code-payment-v3/direct/code-pay.html"


class CodePay(Direct, Charged):
    """A direct merchant's charge."""


class PartnerCodePay(Partner, Charged):
    """A provider's charge for its sub-merchant."""


@endpoint(
    "v3", "POST /v3/pay/transactions/codepay", CodePay, title="付款码支付", source=DOC,
    raises=(*CHARGING, protocol.SUB_MCHID_MISSING),
)  # fmt: skip
def codepay(call: Call, form: CodePay) -> Reply:
    """Charge the payer whose code was read; there is no notification."""
    return charge_code(call, form, form.appid)


@endpoint(
    "v3", "POST /v3/pay/partner/transactions/codepay", PartnerCodePay, name="v3.partner.codepay",
    title="服务商付款码支付", source=DOC, raises=(*CHARGING, *FOR_SUB),
)  # fmt: skip
def partner_codepay(call: Call, form: PartnerCodePay) -> Reply:
    """A provider's charge for its sub-merchant."""
    return charge_code(call, form, form.sp_appid, sub_mchid=form.sub_mchid, sub_appid=form.sub_appid or "")
