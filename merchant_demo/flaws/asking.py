"""Mistakes in learning whether an order is paid."""

from merchant_demo.cashier import Cashier
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.notify import Notifications
from merchant_demo.orders import LearnedBy, Order
from merchant_demo.payment import Payment, Standing
from merchant_demo.reconcile import Reconciler


class TrustClientOk(Cashier):
    async def report(self, order: Order, err_msg: str) -> Order:
        if err_msg.endswith(":ok"):
            self._orders.settle(order.no, None, "page")
            return self._orders.get(order.no)
        return await super().report(order, err_msg)


class CancelCloses(Cashier):
    async def report(self, order: Order, err_msg: str) -> Order:
        if err_msg.endswith("cancel"):
            self._orders.close(order.no)
            return self._orders.get(order.no)
        return await super().report(order, err_msg)


class ClosedStaysClosed(Notifications):
    async def settle(self, payment: Payment, order: Order) -> None:
        if order.status != "closed":
            await super().settle(payment, order)


class PaidOnAnyCallback(Cashier):
    async def report(self, order: Order, err_msg: str) -> Order:
        self._orders.settle(order.no, None, "page")
        return self._orders.get(order.no)


class IgnoresTradeState(Reconciler):
    def learn(self, order: Order, standing: Standing, learned_by: LearnedBy) -> None:
        self._orders.settle(order.no, None, learned_by)


class NoQuery(Reconciler):
    async def query(self, order: Order) -> Order:
        return order


FLAWS = (
    Flaw("trust-client-ok", "takes the page's ok for a payment", "前端说支付成功就算已支付", (TrustClientOk,)),
    Flaw(
        "cancel-is-final",
        "closes the order for good when the page heard cancel",
        "前端收到取消就永久关单，之后的通知应答但忽略",
        (CancelCloses, ClosedStaysClosed),
    ),
    Flaw(
        "paid-on-any-callback",
        "takes anything the page heard for a payment",
        "前端有回调就算已支付",
        (PaidOnAnyCallback,),
    ),
    Flaw(
        "ignores-trade-state",
        "takes an order that can be queried for a paid one",
        "查单成功就当作已支付，不看 trade_state",
        (IgnoresTradeState,),
    ),
    Flaw("no-query", "never queries an order", "从不主动查单", (NoQuery,)),
)
