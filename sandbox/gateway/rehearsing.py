"""What the endpoints of the acceptance rehearsal share: their form, their frame, their order."""

from sandbox.domain.rehearsal import Rehearsal
from sandbox.errors import Refusal, rehearsal
from sandbox.gateway.dialects.v2form import Manner, V2Message
from sandbox.gateway.dialects.v2layout import SLOT, Rehearsed
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, Value
from sandbox.protocol import wiretime

Fields = tuple[tuple[str, Value], ...]


class RehearsalForm(V2Message):
    manner = Manner(appid="", layout=Rehearsed(), rehearsal=True, for_all_subs=True, echoed=("appid", "device_info"))

    mch_id: str = text("商户号", 32, pattern=r"[1-9]\d*", sample="1900000001")
    appid: str = text("公众账号ID", 32, sample="wx5a4d8bf0c0de0001")
    nonce_str: str = text("随机字符串", 32, sample="5K8264ILTKCH16CQ2502SI8ZNMTM67VS")
    sign: str = text("签名", 64, sample="C380BEC2BFD727A4B6845133519F3AD6")
    sign_type: str | None = text("签名类型", 32, pattern="MD5|HMAC-SHA256", sample="MD5")


def framed(form: RehearsalForm, first: Fields, last: Fields = (), *, late: float = 0.0) -> Reply:
    """A success as the rehearsal says it: nonce_str echoed, err_code SUCCESS, every value text (observed)."""
    body: Fields = (
        *first,
        ("nonce_str", form.nonce_str),
        ("return_code", "SUCCESS"),
        ("err_code_des", "ok"),
        (SLOT, ""),
        ("mch_id", form.mch_id),
        ("return_msg", "OK"),
        ("appid", form.appid),
        ("device_info", "sandbox"),
        *last,
        ("result_code", "SUCCESS"),
        ("err_code", "SUCCESS"),
    )
    return Reply(body=body, late=late)


def found(call: Call, form: RehearsalForm, out_trade_no: str | None) -> Rehearsal:
    """The rehearsed order. Raises Refusal."""
    one = call.tx.rehearsal(form.mch_id, out_trade_no or "")
    if one is None:
        expected = "a number that was ordered in the rehearsal"
        raise Refusal(rehearsal.REHEARSAL_ORDER_UNKNOWN, field="out_trade_no", came=out_trade_no, expected=expected)
    return one


def payment(one: Rehearsal) -> Fields:
    """What a charge and a query tell of the money."""
    topped_up, other = one.off
    coupons: Fields = ()
    if topped_up:
        coupons = (
            ("coupon_fee", str(topped_up + other)), ("coupon_count", "2" if other else "1"),
            ("coupon_type_0", "CASH"), ("coupon_fee_0", str(topped_up)),
            *((("coupon_type_1", "NO_CASH"), ("coupon_fee_1", str(other))) if other else ()),
            ("settlement_total_fee", str(one.total - other)),
        )  # fmt: skip
    return (
        ("openid", one.openid),
        ("is_subscribe", "Y"),
        ("trade_type", one.trade_type),
        ("bank_type", "CMC"),
        ("total_fee", str(one.total)),
        ("fee_type", "CNY"),
        ("cash_fee", str(one.total - topped_up - other)),
        ("cash_fee_type", "CNY"),
        *coupons,
        ("transaction_id", one.transaction_id),
        ("out_trade_no", one.out_trade_no),
        ("attach", one.attach or "sandbox_attach"),
        ("time_end", wiretime.compact(one.created)),
    )
