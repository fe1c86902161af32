"""统一下单"""

from sandbox.domain.order import MINUTE, Prepay, Terms, TradeType
from sandbox.errors import Refusal, pay, protocol
from sandbox.gateway.dialects.v2form import V2Form
from sandbox.gateway.forms import integer, text
from sandbox.gateway.ordering import clipped, ensure_may_collect, ensure_openid, fingerprint, mweb_url, place
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v2terms import ensure_address, ensure_time_left, instant

URL = r"https?://[^\s/?#]+[^\s]*"
PLAIN_URL = r"https?://[^\s?#]+"


class UnifiedOrder(V2Form):
    version: str | None = text("接口版本号", 32)
    device_info: str | None = text("设备号", 32)
    body: str = text("商品描述", 127, legacy_limit=128, sample="茶叶一罐")
    detail: str | None = text("商品详情", 6000)
    attach: str | None = text("附加数据", 127)
    out_trade_no: str = text("商户订单号", 32, pattern=r"[0-9A-Za-z_\-|*@]+", sample="T20260101000001")
    fee_type: str | None = text("标价币种", 16, pattern="CNY", sample="CNY")
    total_fee: int = integer("标价金额", minimum=1, sample="199")
    spbill_create_ip: str = text("终端IP", 64, sample="127.0.0.1")
    time_start: str | None = text("交易起始时间", 14, pattern=r"\d{14}", sample="20260101000000")
    time_expire: str | None = text("交易结束时间", 14, pattern=r"\d{14}", sample="20260101003000")
    goods_tag: str | None = text("订单优惠标记", 32)
    notify_url: str = text("通知地址", 256, pattern=URL, sample="http://127.0.0.1:8689/wechatpay/notify")
    trade_type: str = text("交易类型", 16, pattern="JSAPI|NATIVE|APP|MWEB", sample="JSAPI")
    product_id: str | None = text("商品ID", 32)
    limit_pay: str | None = text("指定支付方式", 32, pattern="no_credit", sample="no_credit")
    openid: str | None = text("用户标识", 128)
    sub_openid: str | None = text("用户子标识", 128)
    receipt: str | None = text("电子发票入口开放标识", 8)
    profit_sharing: str | None = text("是否需要分账", 1, pattern="Y|N", sample="N")
    scene_info: str | None = text("场景信息", 256)


@endpoint(
    "v2",
    "POST /pay/unifiedorder",
    UnifiedOrder,
    title="统一下单",
    source="https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_1",
    raises=(
        pay.OPENID_MISSING,
        pay.OPENID_INVALID,
        pay.NO_PERMISSION,
        pay.MERCHANT_RESTRICTED,
        pay.ORDER_PAID,
        pay.ORDER_CLOSED,
        pay.ORDER_EXPIRED,
        pay.ORDER_CHANGED,
        pay.OUT_TRADE_NO_REPEATED,
        pay.OUT_TRADE_NO_USED,
        pay.NOT_ENOUGH,
        pay.SYSTEM_ERROR,
        pay.FREQUENCY_LIMITED,
    ),
)
def unifiedorder(call: Call, form: UnifiedOrder) -> Reply:
    """Place an order; the same request again, unpaid, gives a new prepay_id."""
    return Reply(body=placed(call, form))


def placed(call: Call, form: UnifiedOrder, contract_id: str = "") -> tuple[tuple[str, str | int], ...]:
    """What ordering answers; `contract_id` is signed with the payment. Raises Refusal."""
    merchant = call.merchant
    assert merchant is not None
    ensure_address(form.spbill_create_ip)
    notify_url = _notify_url(call, form.notify_url)
    trade_type = TradeType(form.trade_type)
    openid, sub_openid = form.openid or "", form.sub_openid or ""
    if trade_type is TradeType.JSAPI and not openid and not sub_openid:
        raise Refusal(
            pay.OPENID_MISSING, field="openid", came="nothing", expected="the payer's openid: trade_type is JSAPI"
        )
    ensure_may_collect(merchant, trade_type)
    if form.sub_mch_id is not None:
        ensure_may_collect(call.tenant.merchants[form.sub_mch_id], trade_type)
    if trade_type is TradeType.JSAPI:
        if openid:
            ensure_openid(call, openid, form.appid)
        else:
            ensure_openid(call, sub_openid, form.sub_appid or "")
    terms = Terms(
        mchid=merchant.mchid,
        out_trade_no=form.out_trade_no,
        appid=form.appid,
        total=form.total_fee,
        trade_type=trade_type,
        dialect="v2",
        notify_url=notify_url,
        description=form.body,
        fingerprint=fingerprint("v2", call.fields, call.settings.order.repost_ignores),
        openid=openid,
        sub_mchid=form.sub_mch_id or "",
        sub_appid=form.sub_appid or "" if form.sub_mch_id else "",
        sub_openid=sub_openid,
        sign_type=form.sign_type or "MD5",
        nonce_str=form.nonce_str,
        attach=form.attach,
        device_info=form.device_info,
        client_ip=form.spbill_create_ip,
        contract_id=contract_id,
        profit_sharing=form.profit_sharing == "Y",
        time_expire=clipped(instant(form.time_expire), call, _shortest(call)),
    )
    return _answer(call, terms, place(call, terms, lambda: ensure_time_left(call, form.time_expire, _shortest(call))))


def _answer(call: Call, terms: Terms, prepay: Prepay) -> tuple[tuple[str, str | int], ...]:
    body: list[tuple[str, str | int]] = [("prepay_id", prepay.prepay_id), ("trade_type", terms.trade_type.value)]
    if terms.trade_type is TradeType.NATIVE:
        body.append(("code_url", prepay.code_url))
    elif terms.trade_type is TradeType.MWEB:
        body.append(("mweb_url", mweb_url(call, prepay)))
    return tuple(body)


def _shortest(call: Call) -> int:
    """How far ahead, ms: one minute (pay.weixin.qq.com/docs/merchant/products/jsapi-payment), five in legacy."""
    return MINUTE if call.settings.v2.format == "modern" else 5 * MINUTE


def _notify_url(call: Call, url: str) -> str:
    policy = call.settings.v2.notify_query
    if policy == "accept" or not ("?" in url or "#" in url):
        return url
    if policy == "strip":
        return url.split("#")[0].split("?")[0]
    raise Refusal(
        protocol.FIELD_PATTERN, field="notify_url", title="通知地址", came=url, pattern=f"^{PLAIN_URL}$",
        expected="an URL without query string or fragment",
    )  # fmt: skip
