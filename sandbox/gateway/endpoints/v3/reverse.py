"""撤销订单"""

from sandbox.gateway.dialects.v3form import Direct, Partner
from sandbox.gateway.endpoints.v3.query import ByNumber
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3codepay import REVERSING
from sandbox.gateway.v3codepay import reverse as reverse_order
from sandbox.gateway.v3orders import FOR_SUB

DOC = "https://pay.weixin.qq.com/docs/merchant/apis/code-payment-v3/direct/reverse.html"


class Reverse(ByNumber, Direct):
    pass


class PartnerReverse(ByNumber, Partner):
    pass


@endpoint(
    "v3", "POST /v3/pay/transactions/out-trade-no/{out_trade_no}/reverse", Reverse, title="撤销订单", source=DOC,
    raises=REVERSING,
)  # fmt: skip
def reverse(call: Call, form: Reverse) -> Reply:
    """Give the money of a payment-code order back, or end it unpaid; again is fine."""
    reverse_order(call, form.out_trade_no, form.appid)
    names = {"appid": form.appid, "mchid": form.mchid, "out_trade_no": form.out_trade_no}
    return Reply(body=tuple(names.items()))


@endpoint(
    "v3", "POST /v3/pay/partner/transactions/out-trade-no/{out_trade_no}/reverse", PartnerReverse,
    name="v3.partner.reverse", title="服务商撤销订单", source=DOC, raises=(*REVERSING, *FOR_SUB),
)  # fmt: skip
def partner_reverse(call: Call, form: PartnerReverse) -> Reply:
    """As the direct merchant's."""
    reverse_order(call, form.out_trade_no, form.sp_appid, form.sub_mchid)
    names = {"sp_appid": form.sp_appid, "sp_mchid": form.sp_mchid, "sub_mchid": form.sub_mchid}
    own = {"sub_appid": form.sub_appid} if form.sub_appid else {}
    return Reply(body=tuple({**names, **own, "out_trade_no": form.out_trade_no}.items()))
