"""What a notification says: the v2 payment result."""

from sandbox.domain.order import Order, Payment
from sandbox.protocol import v2sign, wiretime, xml
from sandbox.protocol.v2sign import SignType


def payment_v2(
    order: Order,
    payment: Payment,
    key: str,
    *,
    include_sign_type: bool,
    before: dict[str, str],
    after: dict[str, str],
) -> bytes:
    """The payment notification: fields in alphabetical order, signed as the order was, no empty elements.

    `before` and `after` are laid over the fields before and after signing, for rules. nonce_str is the order's own
    (observed); cash_fee stands in CDATA, total_fee does not (observed).
    """
    terms = order.terms
    fields: dict[str, str | int] = {
        "appid": terms.appid,
        "attach": terms.attach or "",
        "bank_type": payment.bank_type,
        "cash_fee": str(terms.total),
        "device_info": terms.device_info or "",
        "fee_type": terms.currency,
        "is_subscribe": payment.is_subscribe,
        "mch_id": terms.mchid,
        "nonce_str": terms.nonce_str,
        "openid": payment.openid,
        "out_trade_no": terms.out_trade_no,
        "result_code": "SUCCESS",
        "return_code": "SUCCESS",
        "sub_mch_id": terms.sub_mchid,
        "time_end": wiretime.compact(payment.time),
        "total_fee": terms.total,
        "trade_type": terms.trade_type.value,
        "transaction_id": payment.transaction_id,
    }
    if terms.sub_appid:
        fields.update(sub_appid=terms.sub_appid, sub_openid=payment.sub_openid, sub_is_subscribe=payment.is_subscribe)
    if include_sign_type:
        fields["sign_type"] = terms.sign_type
    fields = {name: value for name, value in _laid(fields, before).items() if value != ""}
    fields["sign"] = v2sign.sign(fields, key, SignType(terms.sign_type))
    return xml.render(sorted(_laid(fields, after).items()))


def _laid(fields: dict[str, str | int], over: dict[str, str]) -> dict[str, str | int]:
    """`over` laid over `fields`; a number that takes the place of a bare one stays bare."""
    bare = {name: int(value) for name, value in over.items() if isinstance(fields.get(name), int) and value.isdecimal()}
    return {**fields, **over, **bare}
