"""查询订单"""

from sandbox.errors import Refusal, pay
from sandbox.gateway.dialects.v3form import NUMBER
from sandbox.gateway.forms import Form, text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3orders import ASKING, FOR_SUB, find, order_body

SOURCE = "https://pay.weixin.qq.com/doc/v3/merchant/4012791859"
PARTNER_SOURCE = "https://pay.weixin.qq.com/doc/v3/partner/4012739008"


class ByNumber(Form):
    out_trade_no: str = text("商户订单号", 32, least=6, pattern=NUMBER, where="uri_template", sample="T20260101000001")


class Direct(Form):
    mchid: str = text("直连商户号", 32, where="query", sample="1900000001")


class Partner(Form):
    sp_mchid: str = text("服务商户号", 32, where="query", sample="1900000004")
    sub_mchid: str = text("子商户号/二级商户号", 32, where="query", sample="1900000005")


class DirectByNumber(ByNumber, Direct):
    pass


class DirectById(Direct):
    transaction_id: str = text("微信支付订单号", 32, where="uri_template", sample="4200000001202601010000000001")


class PartnerByNumber(ByNumber, Partner):
    pass


class PartnerById(Partner):
    transaction_id: str = text("微信支付订单号", 32, where="uri_template", sample="4200000001202601010000000001")


def _ensure_transaction_id(text: str) -> None:
    if not (text.isascii() and text.isdigit()):
        raise Refusal(pay.TRANSACTION_ID_ILLEGAL, field="transaction_id", came=text, expected="28 digits")


@endpoint(
    "v3", "GET /v3/pay/transactions/out-trade-no/{out_trade_no}", DirectByNumber, name="v3.query_by_out_trade_no",
    title="商户订单号查询订单", source=SOURCE, raises=ASKING,
)  # fmt: skip
def query_by_out_trade_no(call: Call, form: DirectByNumber) -> Reply:
    """An order by the merchant's number."""
    return Reply(body=tuple(order_body(call, find(call, out_trade_no=form.out_trade_no)).items()))


@endpoint(
    "v3", "GET /v3/pay/transactions/id/{transaction_id}", DirectById, name="v3.query_by_id",
    title="微信支付订单号查询订单", source=SOURCE, raises=(*ASKING, pay.TRANSACTION_ID_ILLEGAL),
)  # fmt: skip
def query_by_id(call: Call, form: DirectById) -> Reply:
    """A paid order by the platform's number."""
    _ensure_transaction_id(form.transaction_id)
    return Reply(body=tuple(order_body(call, find(call, transaction_id=form.transaction_id)).items()))


@endpoint(
    "v3", "GET /v3/pay/partner/transactions/out-trade-no/{out_trade_no}", PartnerByNumber,
    name="v3.partner.query_by_out_trade_no", title="服务商商户订单号查询订单", source=PARTNER_SOURCE,
    raises=(*ASKING, *FOR_SUB),
)  # fmt: skip
def partner_query_by_out_trade_no(call: Call, form: PartnerByNumber) -> Reply:
    """A provider's order by its number."""
    order = find(call, out_trade_no=form.out_trade_no, sub_mchid=form.sub_mchid)
    return Reply(body=tuple(order_body(call, order).items()))


@endpoint(
    "v3", "GET /v3/pay/partner/transactions/id/{transaction_id}", PartnerById, name="v3.partner.query_by_id",
    title="服务商微信支付订单号查询订单", source=PARTNER_SOURCE, raises=(*ASKING, *FOR_SUB, pay.TRANSACTION_ID_ILLEGAL),
)  # fmt: skip
def partner_query_by_id(call: Call, form: PartnerById) -> Reply:
    """A provider's paid order by the platform's number."""
    _ensure_transaction_id(form.transaction_id)
    order = find(call, transaction_id=form.transaction_id, sub_mchid=form.sub_mchid)
    return Reply(body=tuple(order_body(call, order).items()))
