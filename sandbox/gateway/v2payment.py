"""How v2 writes a payment in a reply: the modern and the legacy gateway."""

from sandbox.domain.order import STATE_DESCRIPTIONS, Order, Payment, TradeState
from sandbox.gateway.spec import Value
from sandbox.protocol import wiretime

Fields = tuple[tuple[str, Value], ...]


def modern(order: Order, payment: Payment, *, queried: TradeState | None = None) -> Fields:
    """As seen in 2024 on orderquery, which adds the state; elsewhere without (inferred)."""
    terms = order.terms
    state: Fields = () if queried is None else (("trade_state", queried.value),)
    description: Fields = () if queried is None else (("trade_state_desc", STATE_DESCRIPTIONS[queried]),)
    return (
        ("openid", payment.openid),
        ("is_subscribe", payment.is_subscribe),
        *((("sub_mch_id", terms.sub_mchid),) if terms.sub_mchid else ()),
        *_sub_payer(order, payment),
        ("trade_type", terms.trade_type.value),
        *state,
        ("bank_type", payment.bank_type),
        ("total_fee", terms.total),
        ("fee_type", terms.currency),
        ("cash_fee", terms.total),
        ("cash_fee_type", terms.currency),
        ("transaction_id", payment.transaction_id),
        ("out_trade_no", terms.out_trade_no),
        ("attach", terms.attach or ""),
        ("time_end", wiretime.compact(payment.time)),
        *description,
    )


def legacy(order: Order, payment: Payment, *, queried: TradeState | None = None) -> Fields:
    """As seen in 2018."""
    terms = order.terms
    state: Fields = () if queried is None else (("trade_state", queried.value),)
    description: Fields = () if queried is None else (("trade_state_desc", STATE_DESCRIPTIONS[queried]),)
    return (
        ("openid", payment.openid),
        ("is_subscribe", payment.is_subscribe),
        ("trade_type", terms.trade_type.value),
        ("bank_type", payment.bank_type),
        ("total_fee", terms.total),
        ("fee_type", terms.currency),
        ("transaction_id", payment.transaction_id),
        ("out_trade_no", terms.out_trade_no),
        ("attach", terms.attach or ""),
        ("time_end", wiretime.compact(payment.time)),
        *state,
        *_sub_payer(order, payment),
        ("cash_fee", terms.total),
        *description,
        ("cash_fee_type", terms.currency),
    )


def _sub_payer(order: Order, payment: Payment) -> Fields:
    if not order.terms.sub_appid:
        return ()
    return (
        ("sub_appid", order.terms.sub_appid),
        ("sub_openid", payment.sub_openid),
        ("sub_is_subscribe", payment.is_subscribe),
    )
