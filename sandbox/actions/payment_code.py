"""The bar code on the payer's phone: show it, and type the password that a charge asks for."""

import msgspec

from sandbox.actions.paying import PaymentView, pay_at
from sandbox.actions.verb import Desk, VerbError, find_order, verb
from sandbox.domain.paycode import LIFETIME
from sandbox.phone import answer, codepay, people
from sandbox.phone.cashier import Deed
from sandbox.phone.entrance import Entrance


class ShowCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`user` by id, nickname or openid, the first payer without. `password`: the phone will ask for it."""

    user: str = ""
    password: bool = False


class PaymentCodeView(msgspec.Struct, frozen=True, kw_only=True):
    """`auth_code` can be charged once until `expires` (ms)."""

    auth_code: str
    user: str
    expires: int


class TypePassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of which order; `mchid` when several merchants use the number. `cancel` makes the order PAYERROR."""

    out_trade_no: str
    mchid: str = ""
    action: Deed = Deed.PAY


@verb(
    "user.payment_code",
    "POST /payment-codes",
    ShowCode,
    PaymentCodeView,
    summary="The payer's bar code: 18 digits that a merchant can charge once within a minute",
    summary_zh="用户的付款码：18位数字，一分钟内可扣款一次",
)
async def payment_code(desk: Desk, args: ShowCode) -> PaymentCodeView:
    """A fresh code."""
    try:
        with desk.tenant.transaction() as tx:
            code = codepay.show(desk.tenant, tx, people.find(tx, args.user), password=args.password)
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None
    return PaymentCodeView(auth_code=code.code, user=code.user, expires=code.created + LIFETIME)


@verb(
    "user.enter_password",
    "POST /orders/{out_trade_no}/password",
    TypePassword,
    PaymentView,
    summary="Type the password of an order that is USERPAYING, or cancel it",
    summary_zh="为USERPAYING的订单输入支付密码，或取消支付",
)
async def enter_password(desk: Desk, args: TypePassword) -> PaymentView:
    """What the phone shows."""
    order = find_order(desk, args.out_trade_no, args.mchid)
    asked = Entrance(
        payer=lambda tx: people.find(tx, order.opened_by),
        way=lambda cashier: codepay.answer(cashier, order.terms.mchid, order.terms.out_trade_no),
        told=answer.screen,
    )
    return pay_at(desk, args.action, asked)
