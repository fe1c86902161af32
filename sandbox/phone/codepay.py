"""The payer's side of payment codes: showing one, and typing the password when the merchant's charge asks for it."""

import msgspec

from sandbox.domain.order import Order, TradeState
from sandbox.domain.paycode import LIFETIME, PaymentCode
from sandbox.domain.user import User
from sandbox.errors import Refusal, codepay
from sandbox.phone.cashier import Cashier, Deed
from sandbox.platform.tenants import Tenant
from sandbox.protocol import identifiers
from sandbox.store import Transaction

KEPT = 100 * LIFETIME  # a used or expired code is told from an unknown one for that long


def show(tenant: Tenant, tx: Transaction, payer: User, *, password: bool) -> PaymentCode:
    """A fresh code on the payer's phone."""
    now = tenant.clock.now()
    tx.drop_payment_codes(now - KEPT)
    number = tx.count("payment_code")
    digits = identifiers.payment_code(tenant.ids.entropy("payment_code", number))
    code = PaymentCode(code=digits, user=payer.id, created=now, password=password)
    tx.put_payment_code(code)
    return code


def answer(cashier: Cashier, mchid: str, out_trade_no: str) -> Order:
    """The password typed, or not: the order paid. Raises Refusal; who cancels has failed the order for good."""
    order = cashier.order = cashier.tx.order(mchid, out_trade_no)
    if order is None or order.state(cashier.now, cashier.tenant.auto_close()) is not TradeState.USERPAYING:
        raise Refusal(codepay.NOTHING_ASKED, came=f"order {out_trade_no}", expected="one that is USERPAYING")
    if cashier.deed in (Deed.CANCEL, Deed.CLOSE_DIALOG):
        cashier.tx.put_order(msgspec.structs.replace(order, charging=TradeState.PAYERROR))
    return cashier.settle()
