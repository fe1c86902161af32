"""Payment codes through APIv3: charging one, and reversing what was charged."""

from sandbox.domain.order import Order, Terms, TradeType
from sandbox.errors import Refusal, codepay, pay, protocol
from sandbox.gateway.codepay import call_off, charge
from sandbox.gateway.dialects.v3codeform import Charged
from sandbox.gateway.ordering import ensure_may_collect
from sandbox.gateway.spec import Call, Reply
from sandbox.gateway.v3orders import ensure_related, order_body
from sandbox.gateway.v3request import as_set, caller, ensure_address, ensure_bound, fingerprint

CHARGING = (
    codepay.USER_PAYING, codepay.PAYCODE_USED, codepay.PAYCODE_UNKNOWN, codepay.PAYCODE_EXPIRED,
    codepay.PAYCODE_MALFORMED, codepay.PAYER_POOR, codepay.PAYER_REFUSED, codepay.ORDER_REVERSED, codepay.BANK_FAILED,
    pay.NO_PERMISSION, pay.MERCHANT_RESTRICTED, pay.ORDER_PAID, pay.ORDER_CHANGED, pay.OUT_TRADE_NO_REPEATED,
    pay.OUT_TRADE_NO_USED, pay.ORDER_CLOSED, pay.ORDER_EXPIRED, pay.MERCHANT_NOT_EXIST, pay.REQUEST_NOT_ALLOWED,
    pay.RULE_LIMIT, pay.FREQUENCY_LIMITED, protocol.APPID_UNKNOWN, protocol.APPID_NOT_BOUND,
)  # fmt: skip
REVERSING = (
    codepay.NOT_REVERSIBLE, codepay.REVERSE_TOO_LATE, pay.ORDER_NOT_EXIST, pay.MERCHANT_NOT_EXIST,
    pay.REQUEST_NOT_ALLOWED, pay.RULE_LIMIT, pay.FREQUENCY_LIMITED, protocol.APPID_UNKNOWN, protocol.APPID_NOT_BOUND,
)  # fmt: skip


def charge_code(call: Call, form: Charged, appid: str, *, sub_mchid: str = "", sub_appid: str = "") -> Reply:
    """The order as a query tells it, or 202 while the phone asks for the password. Raises Refusal."""
    merchant = caller(call)
    ensure_bound(call, merchant, appid, field="sp_appid" if sub_mchid else "appid")
    if sub_mchid:
        ensure_related(call, merchant, sub_mchid)
        ensure_may_collect(call.tenant.merchants[sub_mchid], TradeType.MICROPAY)
    elif merchant.kind == "provider":
        expected = "the partner endpoint: this mchid is a service provider's"
        raise Refusal(protocol.SUB_MCHID_MISSING, field="mchid", came=merchant.mchid, expected=expected)
    ensure_may_collect(merchant, TradeType.MICROPAY)
    try:
        order = charge(call, _terms(call, form, appid, sub_mchid, sub_appid), form.payer.auth_code)
    except Refusal as refusal:
        raise as_set(call, refusal) from None
    if order.payment is None:
        expected = "the payer's password, then a query of the order"
        return Reply(refusal=Refusal(codepay.USER_PAYING, came=f"{form.amount.total} fen", expected=expected))
    return Reply(body=tuple(order_body(call, order).items()))


def reverse(call: Call, out_trade_no: str, appid: str, sub_mchid: str = "") -> None:
    """Call an order off, whatever became of it. Raises Refusal."""
    merchant = caller(call)
    ensure_bound(call, merchant, appid, field="sp_appid" if sub_mchid else "appid")
    if sub_mchid:
        ensure_related(call, merchant, sub_mchid)
    order: Order | None = call.tx.order(merchant.mchid, out_trade_no)
    if order is None or order.hidden or order.terms.sub_mchid != sub_mchid:
        raise Refusal(pay.ORDER_NOT_EXIST, came=out_trade_no, expected=f"an order of {merchant.mchid}")
    call_off(call, order)


def _terms(call: Call, form: Charged, appid: str, sub_mchid: str, sub_appid: str) -> Terms:
    scene = form.scene_info
    if scene.device_ip is not None:
        ensure_address(scene.device_ip, field="device_ip", title="商户端设备 IP")
    return Terms(
        mchid=caller(call).mchid,
        out_trade_no=form.out_trade_no,
        appid=appid,
        total=form.amount.total,
        trade_type=TradeType.MICROPAY,
        dialect="v3",
        notify_url="",
        description=form.description,
        fingerprint=fingerprint(call),
        sub_mchid=sub_mchid,
        sub_appid=sub_appid,
        sign_type="RSA",
        attach=form.attach,
        device_info=scene.device_id,
        client_ip=scene.device_ip or "",
        profit_sharing=form.settle_info is not None and bool(form.settle_info.profit_sharing),
    )
