"""合单下单、查询、关单"""

from sandbox.domain.order import TradeType
from sandbox.errors import combine, pay, protocol
from sandbox.gateway import combining
from sandbox.gateway.combining import PLACING, combined_body, order_together
from sandbox.gateway.dialects.v3combineform import Combine, CombineH5Scene, CombinePayer, SubName
from sandbox.gateway.dialects.v3form import NUMBER
from sandbox.gateway.forms import Form, part, parts, text
from sandbox.gateway.ordering import mweb_url
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3orders import PAYER

DOC = "https://pay.weixin.qq.com/doc/v3/merchant/"


class CombineJsapi(Combine):
    combine_payer_info: CombinePayer = part(CombinePayer, "支付者")


class CombineH5(Combine):
    scene_info: CombineH5Scene = part(CombineH5Scene, "场景信息")


class ByCombineNumber(Form):
    combine_out_trade_no: str = text(
        "合单商户订单号", 32, least=6, pattern=NUMBER, where="uri_template", sample="C20260101000001"
    )


class CombineClose(ByCombineNumber):
    combine_appid: str = text("合单商户APPID", 32, sample="wx5a4d8bf0c0de0001")
    sub_orders: list[SubName] = parts(SubName, "子单信息", limit=50)


@endpoint(
    "v3", "POST /v3/combine-transactions/jsapi", CombineJsapi, name="v3.combine.jsapi",
    title="合单JSAPI/小程序下单", source=f"{DOC}4012556926", raises=(*PLACING, *PAYER, pay.OPENID_MISSING),
)  # fmt: skip
def combine_jsapi(call: Call, form: CombineJsapi) -> Reply:
    """Place several merchants' orders for one payer."""
    prepay = order_together(call, form, TradeType.JSAPI, form.combine_payer_info)
    return Reply(body=(("prepay_id", prepay.prepay_id),))


@endpoint(
    "v3", "POST /v3/combine-transactions/app", Combine, name="v3.combine.app",
    title="合单APP下单", source=f"{DOC}4012556944", raises=PLACING,
)  # fmt: skip
def combine_app(call: Call, form: Combine) -> Reply:
    """Place several merchants' orders for an App."""
    return Reply(body=(("prepay_id", order_together(call, form, TradeType.APP).prepay_id),))


@endpoint(
    "v3", "POST /v3/combine-transactions/native", Combine, name="v3.combine.native",
    title="合单Native下单", source=f"{DOC}4012556982", raises=PLACING,
)  # fmt: skip
def combine_native(call: Call, form: Combine) -> Reply:
    """Place several merchants' orders behind one QR code."""
    return Reply(body=(("code_url", order_together(call, form, TradeType.NATIVE).code_url),))


@endpoint(
    "v3", "POST /v3/combine-transactions/h5", CombineH5, name="v3.combine.h5",
    title="合单H5下单", source=f"{DOC}4012556961", raises=PLACING,
)  # fmt: skip
def combine_h5(call: Call, form: CombineH5) -> Reply:
    """Place several merchants' orders behind one link."""
    return Reply(body=(("h5_url", mweb_url(call, order_together(call, form, TradeType.MWEB))),))


@endpoint(
    "v3", "GET /v3/combine-transactions/out-trade-no/{combine_out_trade_no}", ByCombineNumber,
    name="v3.combine.query", title="查询合单订单", source=f"{DOC}4012557006",
    raises=(
        pay.ORDER_NOT_EXIST, pay.MERCHANT_NOT_EXIST, pay.REQUEST_NOT_ALLOWED, pay.RULE_LIMIT, pay.NO_PERMISSION,
        pay.FREQUENCY_LIMITED, combine.TRANSACTION_ID_INVALID,
    ),
)  # fmt: skip
def combine_query(call: Call, form: ByCombineNumber) -> Reply:
    """A combined order by the number of who combined it."""
    return Reply(body=tuple(combined_body(call, combining.find(call, form.combine_out_trade_no)).items()))


@endpoint(
    "v3", "POST /v3/combine-transactions/out-trade-no/{combine_out_trade_no}/close", CombineClose,
    name="v3.combine.close", title="关闭合单订单", source=f"{DOC}4012577452",
    raises=(
        pay.ORDER_NOT_EXIST, pay.ORDER_PAID, pay.ORDER_CLOSED, pay.MERCHANT_NOT_EXIST, pay.REQUEST_NOT_ALLOWED,
        pay.NO_PERMISSION, pay.FREQUENCY_LIMITED, protocol.APPID_UNKNOWN, protocol.APPID_NOT_BOUND,
        combine.COMBINED_SUBS_DIFFER,
    ),
)  # fmt: skip
def combine_close(call: Call, form: CombineClose) -> Reply:
    """204, once; all parts are named."""
    combining.close(call, form.combine_out_trade_no, form.combine_appid, form.sub_orders)
    return Reply()
