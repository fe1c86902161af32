"""Pay what the shop handed over: launch parameters, or only a handle of the order, which has no paySign to check."""

from typing import Any

import msgspec

from sandbox.actions.paying import PaymentView, pay_at
from sandbox.actions.request_payment import RequestPayment
from sandbox.actions.request_payment import entrance as launched
from sandbox.actions.verb import Desk, VerbError, find_order, verb
from sandbox.domain.order import Order
from sandbox.domain.user import User
from sandbox.errors import Refusal
from sandbox.phone import answer, people
from sandbox.phone.answer import Answer
from sandbox.phone.cashier import Cashier, Deed
from sandbox.phone.entrance import Entrance
from sandbox.store import Transaction

UNCHECKED = "no launch parameters: paySign was not checked (POST /_sandbox/request-payment checks it)"


class Pay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly one of params, prepay_id, out_trade_no and code_url; `mchid` when several merchants use the number.

    `user` or `openid` is who pays; without, the first payer, or with a bare handle the one whom the order names.
    """

    params: dict[str, Any] | None = None
    prepay_id: str = ""
    out_trade_no: str = ""
    code_url: str = ""
    mchid: str = ""
    user: str = ""
    openid: str = ""
    action: Deed = Deed.PAY


@verb(
    "user.pay",
    "POST /pay",
    Pay,
    PaymentView,
    summary="Pay with launch parameters, or by prepay_id, out_trade_no or code_url without checking paySign",
    summary_zh="用调起参数付款；或凭prepay_id、商户订单号、code_url付款，此时不校验paySign",
)
async def pay(desk: Desk, args: Pay) -> PaymentView:
    """Launch parameters are checked as wx.requestPayment's; a bare handle goes straight to the cashier."""
    _ensure_one_handle(args)
    if args.params is not None:
        asked = RequestPayment(params=args.params, user=args.user, openid=args.openid, action=args.action)
        return pay_at(desk, args.action, launched(desk, asked))
    prepay_id = _prepay_id(desk, args)

    def payer(tx: Transaction) -> User:
        return people.find(tx, args.user or args.openid or _named_payer(tx, prepay_id))

    def way(cashier: Cashier) -> Order:
        order = cashier.find(prepay_id)
        assert cashier.prepay is not None
        cashier.ensure_open(order, cashier.prepay)
        cashier.ensure_payer(order)
        return cashier.settle()

    def told(refusal: Refusal | None) -> Answer:
        return answer.javascript(refusal, "requestPayment", legacy=desk.tenant.settings.phone.legacy_errors)

    return pay_at(desk, args.action, Entrance(payer=payer, way=way, told=told, note=UNCHECKED))


def _named_payer(tx: Transaction, prepay_id: str) -> str:
    """The openid that the order names; empty when it names none."""
    prepay = tx.prepay(prepay_id)
    order = None if prepay is None else tx.ordered(prepay)
    return "" if order is None else order.terms.sub_openid or order.terms.openid


def _ensure_one_handle(args: Pay) -> None:
    given = [
        name for name in ("params", "prepay_id", "out_trade_no", "code_url") if getattr(args, name) not in (None, "")
    ]
    if len(given) != 1:
        came = ", ".join(given) or "none"
        raise VerbError(f"expected exactly one of params, prepay_id, out_trade_no and code_url; came: {came}")


def _prepay_id(desk: Desk, args: Pay) -> str:
    if args.prepay_id:
        return args.prepay_id
    if args.out_trade_no:
        return find_order(desk, args.out_trade_no, args.mchid).prepay_id
    with desk.tenant.transaction() as tx:
        prepay = tx.prepay_by_code_url(args.code_url)
    if prepay is None:
        raise VerbError(f"no order has the code_url {args.code_url!r}", status=404, code="not-found")
    return prepay.prepay_id
