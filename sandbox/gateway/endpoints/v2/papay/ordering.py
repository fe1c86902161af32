"""支付中签约、申请扣款、查询扣款订单"""

from sandbox.domain.order import Order, Terms, TradeType
from sandbox.errors import Refusal, contract, pay
from sandbox.gateway.dialects.v2form import V2Form
from sandbox.gateway.endpoints.v2 import orderquery as querying
from sandbox.gateway.endpoints.v2 import unifiedorder as placing
from sandbox.gateway.forms import integer, text
from sandbox.gateway.ordering import fingerprint
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v2terms import ensure_address
from sandbox.platform import contracts, deductions

PAPAY = "https://pay.weixin.qq.com/wiki/doc/api/wxpay_v2/papay/chapter3_"


class ContractOrder(placing.UnifiedOrder):
    contract_mchid: str = text("签约商户号", 32, pattern=r"[1-9]\d*", sample="1900000001")
    contract_appid: str = text("签约appid", 32, sample="wx5a4d8bf0c0de0001")
    plan_id: str = text("模板id", 28, pattern=r"\d+", sample="12535")
    contract_code: str = text("签约协议号", 32, sample="C20260101000001")
    request_serial: str = text("请求序列号", 12, pattern=r"\d+", sample="1695")
    contract_display_account: str = text("用户账户展示名称", 32, sample="小明")
    contract_notify_url: str = text(
        "签约信息通知url", 256, pattern=placing.URL, sample="http://127.0.0.1:8689/contract"
    )


class PapPayApply(V2Form):
    body: str = text("商品描述", 127, sample="月费")
    detail: str | None = text("商品详情", 6000)
    attach: str | None = text("附加数据", 127)
    out_trade_no: str = text("商户订单号", 32, pattern=r"[0-9A-Za-z_\-|*@]+", sample="T20260101000001")
    total_fee: int = integer("总金额", minimum=1, sample="199")
    fee_type: str | None = text("货币类型", 16, pattern="CNY", sample="CNY")
    spbill_create_ip: str = text("终端IP", 64, sample="127.0.0.1")
    goods_tag: str | None = text("商品标记", 32)
    notify_url: str = text("回调通知url", 256, pattern=placing.URL, sample="http://127.0.0.1:8689/wechatpay/notify")
    trade_type: str = text("交易类型", 16, pattern="PAP", sample="PAP")
    contract_id: str = text("委托代扣协议id", 32, sample="202601010000000001")
    receipt: str | None = text("电子发票入口开放标识", 8)


class PapOrderQuery(querying.OrderQuery):
    pass


@endpoint(
    "v2",
    "POST /pay/contractorder",
    ContractOrder,
    title="支付中签约",
    source=f"{PAPAY}6.shtml",
    raises=(*(row for row in placing.unifiedorder.raises if row is not pay.NOT_ENOUGH), contract.CONTRACT_SIGNED),
)
def contractorder(call: Call, form: ContractOrder) -> Reply:
    """Order, and have the payer sign with the payment."""
    asked = contracts.asked(call.tenant, call.tx, {**call.fields, "notify_url": form.contract_notify_url})
    ordered = placing.placed(call, form, asked.contract_id)
    call.tx.put_contract(asked)
    return Reply(
        body=(
            *ordered,
            ("contract_result_code", "SUCCESS"),
            ("plan_id", form.plan_id),
            ("request_serial", form.request_serial),
            ("contract_code", form.contract_code),
            ("contract_display_account", form.contract_display_account),
            ("out_trade_no", form.out_trade_no),
        )
    )


@endpoint(
    "v2",
    "POST /pay/pappayapply",
    PapPayApply,
    title="申请扣款",
    source=f"{PAPAY}8.shtml",
    raises=(
        contract.CONTRACT_NOT_EXIST,
        pay.ORDER_PAID,
        pay.ORDER_CLOSED,
        pay.ORDER_EXPIRED,
        pay.ORDER_CHANGED,
        pay.OUT_TRADE_NO_REPEATED,
        pay.MERCHANT_RESTRICTED,
        pay.SYSTEM_ERROR,
        pay.FREQUENCY_LIMITED,
    ),
)
def pappayapply(call: Call, form: PapPayApply) -> Reply:
    """Take a deduction on: at once within twelve hours of signing, else a day later; the notice tells how it ended."""
    merchant = call.merchant
    assert merchant is not None
    ensure_address(form.spbill_create_ip)
    if merchant.restricted:
        expected = f"{merchant.mchid} may collect money; it is restricted"
        raise Refusal(pay.MERCHANT_RESTRICTED, expected=expected)
    terms = Terms(
        mchid=form.mch_id,
        out_trade_no=form.out_trade_no,
        appid=form.appid,
        total=form.total_fee,
        trade_type=TradeType.PAP,
        dialect="v2",
        notify_url=form.notify_url,
        description=form.body,
        fingerprint=fingerprint("v2", call.fields, call.settings.order.repost_ignores),
        sub_mchid=form.sub_mch_id or "",
        sign_type=form.sign_type or "MD5",
        nonce_str=form.nonce_str,
        attach=form.attach,
        client_ip=form.spbill_create_ip,
        contract_id=form.contract_id,
    )
    known = call.tx.order(form.mch_id, form.out_trade_no)
    if known is not None:
        known.ensure_repeats(terms, call.now, call.tenant.auto_close())
        return Reply()
    signed = call.tx.contract(form.mch_id, form.contract_id)
    if signed is None or not signed.in_force(call.now):
        expected = f"a contract of {form.mch_id} in force"
        raise Refusal(contract.CONTRACT_NOT_EXIST, field="contract_id", came=form.contract_id, expected=expected)
    order = Order(terms=terms, created=call.now, prepay_id="", opened_by=signed.user)
    deductions.accept(call.tx, order, signed.due(call.now))
    return Reply()


@endpoint(
    "v2",
    "POST /pay/paporderquery",
    PapOrderQuery,
    title="查询扣款订单",
    source=f"{PAPAY}8.shtml",
    raises=(pay.ORDER_NOT_EXIST, contract.NOT_A_DEDUCTION, pay.SYSTEM_ERROR, pay.FREQUENCY_LIMITED),
)
def paporderquery(call: Call, form: PapOrderQuery) -> Reply:
    """What became of a deduction."""
    order = querying.find(call, form)
    if order.terms.trade_type is not TradeType.PAP:
        came = f"a {order.terms.trade_type} order"
        raise Refusal(contract.NOT_A_DEDUCTION, field="out_trade_no", came=came, expected="one of pappayapply")
    return querying.told(call, order)
