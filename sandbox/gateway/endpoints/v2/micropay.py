"""付款码支付"""

from sandbox.domain.order import MINUTE, Terms, TradeType
from sandbox.errors import Refusal, codepay, pay
from sandbox.gateway import v2payment
from sandbox.gateway.codepay import charge
from sandbox.gateway.dialects.v2form import V2Form
from sandbox.gateway.forms import integer, text
from sandbox.gateway.ordering import clipped, ensure_may_collect, fingerprint
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v2terms import ensure_address, ensure_time_left, instant


class MicroPay(V2Form):
    version: str | None = text("接口版本号", 32)
    profit_sharing: str | None = text("是否需要分账", 1, pattern="Y|N", sample="N")
    device_info: str | None = text("设备号", 32)
    body: str = text("商品描述", 127, legacy_limit=128, sample="茶叶一罐")
    detail: str | None = text("商品详情", 6000)
    attach: str | None = text("附加数据", 127)
    out_trade_no: str = text("商户订单号", 32, pattern=r"[0-9A-Za-z_\-|*@]+", sample="T20260101000001")
    total_fee: int = integer("订单金额", minimum=1, sample="199")
    fee_type: str | None = text("货币类型", 16, pattern="CNY", sample="CNY")
    spbill_create_ip: str = text("终端IP", 64, sample="127.0.0.1")
    goods_tag: str | None = text("订单优惠标记", 32)
    limit_pay: str | None = text("指定支付方式", 32, pattern="no_credit", sample="no_credit")
    time_start: str | None = text("交易起始时间", 14, pattern=r"\d{14}", sample="20260101000000")
    time_expire: str | None = text("交易结束时间", 14, pattern=r"\d{14}", sample="20260101003000")
    receipt: str | None = text("电子发票入口开放标识", 8)
    auth_code: str = text("付款码", 128, sample="120061098828009406")
    scene_info: str | None = text("场景信息", 256)


@endpoint(
    "v2",
    "POST /pay/micropay",
    MicroPay,
    title="付款码支付",
    source="https://pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_10",
    raises=(
        codepay.USER_PAYING,
        codepay.PAYCODE_USED,
        codepay.PAYCODE_UNKNOWN,
        codepay.PAYCODE_EXPIRED,
        codepay.PAYCODE_MALFORMED,
        codepay.PAYER_POOR,
        codepay.PAYER_REFUSED,
        codepay.ORDER_REVERSED,
        codepay.CARD_NOT_SUPPORTED,
        codepay.BANK_FAILED,
        codepay.BUYER_MISMATCH,
        pay.ORDER_PAID,
        pay.ORDER_CLOSED,
        pay.ORDER_EXPIRED,
        pay.ORDER_CHANGED,
        pay.OUT_TRADE_NO_REPEATED,
        pay.OUT_TRADE_NO_USED,
        pay.NO_PERMISSION,
        pay.MERCHANT_RESTRICTED,
        pay.SYSTEM_ERROR,
        pay.FREQUENCY_LIMITED,
    ),
)
def micropay(call: Call, form: MicroPay) -> Reply:
    """Charge the payer whose code was read; there is no notification."""
    merchant = call.merchant
    assert merchant is not None
    ensure_address(form.spbill_create_ip)
    ensure_may_collect(merchant, TradeType.MICROPAY)
    if form.sub_mch_id is not None:
        ensure_may_collect(call.tenant.merchants[form.sub_mch_id], TradeType.MICROPAY)
    ensure_time_left(call, form.time_expire, MINUTE)
    order = charge(call, _terms(call, form), form.auth_code)
    if order.payment is None:
        expected = "the payer's password, then a query of the order"
        return Reply(refusal=Refusal(codepay.USER_PAYING, came=f"{form.total_fee} fen", expected=expected))
    if call.settings.v2.format == "legacy":
        return Reply(body=v2payment.legacy(order, order.payment))
    return Reply(body=v2payment.modern(order, order.payment), signed_last=True)


def _terms(call: Call, form: MicroPay) -> Terms:
    assert call.merchant is not None
    return Terms(
        mchid=call.merchant.mchid,
        out_trade_no=form.out_trade_no,
        appid=form.appid,
        total=form.total_fee,
        trade_type=TradeType.MICROPAY,
        dialect="v2",
        notify_url="",
        description=form.body,
        fingerprint=fingerprint("v2", call.fields, call.settings.order.repost_ignores),
        sub_mchid=form.sub_mch_id or "",
        sub_appid=form.sub_appid or "" if form.sub_mch_id else "",
        sign_type=form.sign_type or "MD5",
        nonce_str=form.nonce_str,
        attach=form.attach,
        device_info=form.device_info,
        client_ip=form.spbill_create_ip,
        time_expire=clipped(instant(form.time_expire), call, MINUTE),
        profit_sharing=form.profit_sharing == "Y",
    )
