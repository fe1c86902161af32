"""Charging a payer's payment code: the order that comes of it, paid at once or waiting for the password; undoing it."""

import msgspec

from sandbox.domain.order import HOUR, Order, Terms, TradeState, TradeType
from sandbox.domain.paycode import PaymentCode, ensure_form, ensure_funds, readable
from sandbox.domain.user import User
from sandbox.errors import Refusal, codepay, pay
from sandbox.gateway.spec import Call
from sandbox.platform import funds, payers, refunds
from sandbox.protocol import wiretime

DAY = 24 * HOUR
LATEST = 7 * DAY  # after the order; pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_11


def read(call: Call, shown: str) -> PaymentCode:
    """The code that was read off a phone. Raises Refusal."""
    assert call.merchant is not None
    ensure_form(shown)
    return readable(call.tx.payment_code(shown), shown, call.merchant.mchid, call.now)


def charge(call: Call, terms: Terms, shown: str) -> Order:
    """The order, paid, or USERPAYING while the phone asks for the password. Raises Refusal."""
    order = call.tx.order(terms.mchid, terms.out_trade_no)
    if order is not None:
        return _again(call, order, terms)
    code = read(call, shown)
    payer = _payer(call, code, terms)
    ensure_funds(payer, terms.total)
    call.tx.put_payment_code(msgspec.structs.replace(code, used=True))
    fresh = Order(terms=terms, created=call.now, prepay_id="", opened_by=payer.id)
    free = f"passwordless {payer.id} {wiretime.compact(call.now)[:8]}"
    if code.asks_password(terms.total, call.tx.counted(free), call.settings.phone.passwordless_per_day):
        waiting = msgspec.structs.replace(fresh, charging=TradeState.USERPAYING)
        call.tx.add_bare_order(waiting)
        return waiting
    call.tx.count(free)
    call.tx.add_bare_order(fresh)
    return funds.pay(call.tenant, call.tx, fresh, payer)


def call_off(call: Call, order: Order) -> None:
    """Give the money of a payment-code order back, or end it unpaid; again is fine. Raises Refusal."""
    if order.terms.trade_type is not TradeType.MICROPAY:
        expected = "an order of a payment code"
        raise Refusal(codepay.NOT_REVERSIBLE, came=f"{order.terms.trade_type} order", expected=expected)
    age, wait = call.now - order.created, call.settings.limits.reverse_wait
    if age > LATEST:
        raise Refusal(codepay.REVERSE_TOO_LATE, came=f"{age // DAY} days after it", expected="at most 7 days")
    if age < wait * 1000:
        raise Refusal(pay.FREQUENCY_LIMITED, expected=f"limits.reverse_wait: {wait:g} s after the order")
    if order.reversed is None:
        refunds.reverse(call.tenant, call.tx, order)


def _again(call: Call, order: Order, terms: Terms) -> Order:
    """The same charge sent again while it waits; everything else is refused. Raises Refusal."""
    number = terms.out_trade_no
    if order.reversed is not None:
        raise Refusal(codepay.ORDER_REVERSED, field="out_trade_no", came=number, expected="a new number")
    order.ensure_repeats(terms, call.now, call.tenant.auto_close())
    if order.charging is TradeState.PAYERROR:
        raise Refusal(codepay.PAYER_REFUSED, field="out_trade_no", came=number, expected="a new number")
    return order


def _payer(call: Call, code: PaymentCode, terms: Terms) -> User:
    payer = call.tx.user(code.user)
    assert payer is not None, "a payment code is stored with its payer"
    for appid in filter(None, (terms.appid, terms.sub_appid)):
        payer = payers.with_openid(call.tenant, call.tx, payer, appid)
    return payer
