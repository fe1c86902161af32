"""支付后获取UnionID"""

from sandbox.domain.order import Order
from sandbox.errors import Refusal, login
from sandbox.gateway import openids
from sandbox.gateway.dialects.loginform import TOKEN, TokenForm
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint

WINDOW = 5 * 60 * 1000  # ms after the payment


class GetPaidUnionid(TokenForm):
    openid: str = text("支付用户唯一标识", missing=login.OPENID_MISSING_LOGIN)
    transaction_id: str | None = text("微信支付订单号")
    mch_id: str | None = text("商户号")
    out_trade_no: str | None = text("商户订单号")


@endpoint(
    "login",
    "GET /wxa/getpaidunionid",
    GetPaidUnionid,
    title="支付后获取UnionID",
    source="https://developers.weixin.qq.com/miniprogram/dev/server/API/user-info/basic-info/api_getpaidunionid",
    raises=(
        *TOKEN, login.OPENID_MISSING_LOGIN, login.OPENID_INVALID_LOGIN, login.OPEN_PLATFORM_UNBOUND,
        login.TRADE_INVALID, login.DAILY_QUOTA,
    ),
)  # fmt: skip
def getpaidunionid(call: Call, form: GetPaidUnionid) -> Reply:
    """The unionid of who has just paid; without an order's number, any payment of theirs will do."""
    assert call.app is not None
    user = openids.owner(call, form.openid)
    if not call.app.open_platform:
        expected = f"{call.app.appid} bound to an Open Platform account"
        raise Refusal(login.OPEN_PLATFORM_UNBOUND, came="not bound", expected=expected)
    came = form.transaction_id or form.out_trade_no or "no number"
    if not any(_just_paid(call, order, form.openid) for order in _orders(call, form)):
        raise Refusal(login.TRADE_INVALID, came=came, expected=f"a payment by {form.openid} within the last 5 minutes")
    return Reply(body=(("unionid", user.unionid), ("errcode", 0), ("errmsg", "ok")))


def _orders(call: Call, form: GetPaidUnionid) -> list[Order]:
    if form.transaction_id is not None:
        found = call.tx.order_by_transaction(form.transaction_id)
    elif form.out_trade_no is not None:
        found = call.tx.order(form.mch_id or "", form.out_trade_no)
    else:
        return call.tx.orders()
    return [] if found is None else [found]


def _just_paid(call: Call, order: Order, openid: str) -> bool:
    payment = order.payment
    return payment is not None and openid in (payment.openid, payment.sub_openid) and call.now - payment.time < WINDOW
