"""What a merchant is told of a payment, in either dialect."""

from typing import Any

from sandbox.domain.order import STATE_DESCRIPTIONS, Order, Payment, TradeState
from sandbox.notifier import messages
from sandbox.notifier.envelope import Told, sealed
from sandbox.notifier.letter import Letter, Writing
from sandbox.protocol import wiretime


def payment_v2(writing: Writing) -> Letter | None:
    """Signed XML; None when the order is gone."""
    order = writing.tx.order(writing.delivery.mchid, writing.delivery.subject)
    return None if order is None or order.payment is None else told_v2(writing, order, order.payment)


def payment_v3(writing: Writing) -> Letter | None:
    """TRANSACTION.SUCCESS; None when the order is gone."""
    order = writing.tx.order(writing.delivery.mchid, writing.delivery.subject)
    return None if order is None or order.payment is None else told_v3(writing, order, order.payment)


def told_v2(writing: Writing, order: Order, payment: Payment) -> Letter:
    """Signed XML: this order was paid so."""
    settings, occasion = writing.tenant.settings.notify, writing.occasion
    body = messages.payment_v2(
        order,
        payment,
        writing.merchant.api_key(writing.now),
        include_sign_type=settings.include_sign_type,
        before=occasion.signed_fields,
        after=occasion.fields,
    )
    return Letter({"Content-Type": settings.v2_content_type}, body, not occasion.spoils("v2"))


def told_v3(writing: Writing, order: Order, payment: Payment) -> Letter:
    """TRANSACTION.SUCCESS: this order was paid so."""
    told = Told(
        event_type="TRANSACTION.SUCCESS",
        original_type="transaction",
        summary="支付成功",
        created=payment.time,
        plain=_transaction(order, payment),
    )
    return sealed(writing, told)


def _transaction(order: Order, payment: Payment) -> dict[str, Any]:
    """The plain text, in the observed order of keys: what a query answers, without promotion_detail."""
    terms = order.terms
    if terms.sub_mchid:
        head = {"sp_mchid": terms.mchid, "sub_mchid": terms.sub_mchid, "sp_appid": terms.appid}
        head |= {"sub_appid": terms.sub_appid} if terms.sub_appid else {}
        payer = {"sp_openid": payment.openid} | ({"sub_openid": payment.sub_openid} if payment.sub_openid else {})
    else:
        head, payer = {"mchid": terms.mchid, "appid": terms.appid}, {"openid": payment.openid}
    return {
        **head,
        "out_trade_no": terms.out_trade_no,
        "transaction_id": payment.transaction_id,
        "trade_type": terms.trade_type.value,
        "trade_state": TradeState.SUCCESS.value,
        "trade_state_desc": STATE_DESCRIPTIONS[TradeState.SUCCESS],
        "bank_type": payment.bank_type,
        "attach": terms.attach or "",
        "success_time": wiretime.rfc3339(payment.time),
        "payer": payer,
        "amount": {
            "total": terms.total,
            "payer_total": terms.total,
            "currency": terms.currency,
            "payer_currency": terms.currency,
        },
    }
