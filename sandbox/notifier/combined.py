"""What a merchant is told when a combined order is paid: one notification for all of its parts.

pay.weixin.qq.com/doc/v3/merchant/4012158598.
"""

from typing import Any

from sandbox.domain.order import Order, Payment, TradeState
from sandbox.notifier.envelope import Told, sealed
from sandbox.notifier.letter import Letter, Writing
from sandbox.protocol import wiretime


def combined_v3(writing: Writing) -> Letter | None:
    """TRANSACTION.SUCCESS; None when the order is gone."""
    combined = writing.tx.combined(writing.delivery.mchid, writing.delivery.subject)
    if combined is None or combined.whole.payment is None:
        return None
    whole, payment = combined.whole, combined.whole.payment
    parts = [writing.tx.order(sub.mchid, sub.out_trade_no) for sub in combined.subs]
    plain = {
        "combine_appid": whole.terms.appid,
        "combine_out_trade_no": whole.terms.out_trade_no,
        "combine_mchid": whole.terms.mchid,
        "scene_info": {"device_id": whole.terms.device_info or ""},
        "sub_orders": [_part(part, part.payment) for part in parts if part is not None and part.payment is not None],
        "combine_payer_info": {"openid": payment.openid}
        | ({"sub_openid": payment.sub_openid} if payment.sub_openid else {}),
    }
    told = Told(
        event_type="TRANSACTION.SUCCESS",
        original_type="transaction",
        summary="支付成功",
        created=payment.time,
        plain=plain,
    )
    return sealed(writing, told)


def _part(part: Order, payment: Payment) -> dict[str, Any]:
    terms = part.terms
    names = {"mchid": terms.mchid}
    if terms.sub_mchid:
        names |= {"sub_mchid": terms.sub_mchid} | ({"sub_appid": terms.sub_appid} if terms.sub_appid else {})
    return {
        **names,
        "trade_type": terms.trade_type.value,
        "trade_state": TradeState.SUCCESS.value,
        "bank_type": payment.bank_type,
        "attach": terms.attach or "",
        "amount": {
            "total_amount": terms.total,
            "payer_amount": terms.total,
            "currency": terms.currency,
            "payer_currency": terms.currency,
        },
        "success_time": wiretime.rfc3339(payment.time),
        "transaction_id": payment.transaction_id,
        "out_trade_no": terms.out_trade_no,
    }
