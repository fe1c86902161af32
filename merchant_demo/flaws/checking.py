"""Mistakes in comparing what a notification tells with what was ordered."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.notify import NotAccepted, Notifications
from merchant_demo.orders import LearnedBy, Order, OrderBook
from merchant_demo.payment import CURRENCY, Payment
from merchant_demo.v2.notify import V2Notifications
from merchant_demo.v3.notify import Envelope, V3Notifications


class IgnoresMchid(Notifications):
    def check_identity(self, payment: Payment) -> None:
        super().check_identity(msgspec.structs.replace(payment, mchid=self._settings.mch_id))


class IgnoresAppid(Notifications):
    def check_identity(self, payment: Payment) -> None:
        super().check_identity(msgspec.structs.replace(payment, appid=self._settings.appid))


class IgnoresCurrency(Notifications):
    def check_amount(self, payment: Payment, order: Order) -> None:
        super().check_amount(msgspec.structs.replace(payment, currency=CURRENCY), order)


class AcceptsMore(Notifications):
    def check_amount(self, payment: Payment, order: Order) -> None:
        total = min(payment.total, order.total)
        paid = min(payment.payer_total, total)
        super().check_amount(msgspec.structs.replace(payment, total=total, payer_total=paid), order)


class RoundsAmount(V2Notifications):
    def payment(self, told: Mapping[str, str]) -> Payment:
        return super().payment(
            {**told, "total_fee": _whole(told.get("total_fee")), "cash_fee": _whole(told.get("cash_fee"))}
        )


class RoundsAmountV3(V3Notifications):
    def payment(self, told: Mapping[str, Any]) -> Payment:
        amount = {name: int(value) if isinstance(value, float) else value for name, value in told["amount"].items()}
        return super().payment({**told, "amount": amount})


class AmountIfPresent(V2Notifications):
    def payment(self, told: Mapping[str, str]) -> Payment:
        order = self._orders.find(told.get("out_trade_no", ""))
        total = str(order.total) if order is not None else ""
        return super().payment({"total_fee": total, "cash_fee": total, **told})


class AmountIfPresentV3(V3Notifications):
    def payment(self, told: Mapping[str, Any]) -> Payment:
        order = self._orders.find(told.get("out_trade_no", ""))
        total = order.total if order is not None else 0
        return super().payment({**told, "amount": {"total": total, "payer_total": total, **told.get("amount", {})}})


class BelievesFailure(V2Notifications):
    def tells_success(self, fields: dict[str, str]) -> bool:
        return True


class BelievesAnyState(V3Notifications):
    def check_state(self, told: dict[str, Any]) -> None:
        pass


class BelievesAnyEvent(V3Notifications):
    def tells_payment(self, envelope: Envelope) -> bool:
        return True


class AcksUnknownOrder(Notifications):
    async def take_payment(self, payment: Payment) -> None:
        if self._orders.find(payment.out_trade_no) is not None:
            await super().take_payment(payment)


class RefusesRepeats(Notifications):
    async def settle(self, payment: Payment, order: Order) -> None:
        if self._orders.get(order.no).status == "paid":
            raise NotAccepted(f"{order.no} is paid already")
        await super().settle(payment, order)


class ChecksThenActs(Notifications):
    async def settle(self, payment: Payment, order: Order) -> None:
        if self._orders.get(order.no).status != "paid":
            await asyncio.sleep(0.1)  # a call to the warehouse
            await super().settle(payment, order)


class ShipsUnasked(OrderBook):
    def claim(self, no: str, transaction_id: str | None, learned_by: LearnedBy) -> bool:
        super().claim(no, transaction_id, learned_by)
        return True


def _whole(text: str | None) -> str:
    try:
        return str(int(float(text or "")))
    except ValueError:
        return ""


FLAWS = (
    Flaw("ignores-mchid", "does not compare a notification's mchid", "不核对通知里的商户号", (IgnoresMchid,)),
    Flaw("ignores-appid", "does not compare a notification's appid", "不核对通知里的 appid", (IgnoresAppid,)),
    Flaw("ignores-currency", "does not compare the currency", "不核对币种", (IgnoresCurrency,)),
    Flaw(
        "accepts-more",
        "takes any payment that is not less than the order",
        "实付大于订单金额也当作正常",
        (AcceptsMore,),
    ),
    Flaw(
        "rounds-amount",
        "reads an amount as a floating-point number and cuts it",
        "把金额当作浮点数读取并取整",
        (RoundsAmount, RoundsAmountV3),
    ),
    Flaw(
        "amount-if-present",
        "compares the amount only when there is one",
        "通知里有金额才核对，没有就跳过",
        (AmountIfPresent, AmountIfPresentV3),
    ),
    Flaw(
        "ignores-notice-state",
        "takes a notification of a failed payment for a payment",
        "不看 result_code、trade_state，收到通知就当作支付成功",
        (BelievesFailure, BelievesAnyState),
    ),
    Flaw(
        "ignores-event-type",
        "takes any event about an order for a payment",
        "不看 event_type，任何事件都当作支付成功",
        (BelievesAnyEvent,),
    ),
    Flaw(
        "acks-unknown-order",
        "acknowledges the payment of an order that it does not know",
        "订单不存在也应答成功",
        (AcksUnknownOrder,),
    ),
    Flaw(
        "refuses-repeats",
        "refuses a notification of an order that is paid already",
        "订单已支付时对重复通知应答失败",
        (RefusesRepeats,),
    ),
    Flaw(
        "checks-then-acts",
        "looks whether the order is paid, and ships a moment later",
        "先查状态、过一会儿才更新并发货，没有并发保护",
        (ChecksThenActs, ShipsUnasked),
    ),
)
