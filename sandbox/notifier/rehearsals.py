"""What the acceptance rehearsal tells: signed with its own key, in the order that was observed."""

from sandbox.domain.rehearsal import TAMPERED_TOTAL, Case, Rehearsal
from sandbox.notifier.letter import Letter, Writing
from sandbox.platform import rehearsals
from sandbox.protocol import v2sign, wiretime, xml
from sandbox.protocol.v2sign import SignType

SLOT = "sign"


def rehearsal_v2(writing: Writing) -> Letter | None:
    """The rehearsed payment; wrong on purpose where the case says so."""
    told = writing.tx.rehearsal(writing.delivery.mchid, writing.delivery.subject)
    if told is None:
        return None
    fields = {**_fields(told), **writing.occasion.signed_fields}
    key = rehearsals.hand_out(writing.tenant, writing.tx, writing.merchant)
    if told.case is Case.FORGED:
        key = key[::-1]
    fields[SLOT] = v2sign.sign(fields, key, SignType.MD5)
    body = xml.render({**fields, **writing.occasion.fields}.items())
    verifiable = told.case is not Case.FORGED and not writing.occasion.spoils("v2")
    return Letter({"Content-Type": writing.tenant.settings.notify.v2_content_type}, body, verifiable)


def _fields(told: Rehearsal) -> dict[str, str | int]:
    topped_up, other = told.off
    total = TAMPERED_TOTAL if told.case is Case.TAMPERED else told.total
    result = "FAIL" if told.case is Case.CONTRADICTED else "SUCCESS"
    coupons: dict[str, str | int] = {}
    if topped_up or other:
        coupons = {
            "coupon_fee": str(topped_up + other), "coupon_count": "2" if other else "1", "coupon_id_0": "1000",
            "coupon_type_0": "CASH", "coupon_fee_0": str(topped_up),
        }  # fmt: skip
        if other:
            coupons |= {"coupon_id_1": "1001", "coupon_type_1": "NO_CASH", "coupon_fee_1": str(other)}
    return {
        "openid": told.openid,
        "trade_type": told.trade_type,
        "cash_fee_type": "CNY",
        "nonce_str": told.nonce_str,
        "time_end": wiretime.compact(told.created),
        "err_code_des": result,
        "return_code": "SUCCESS",
        "mch_id": told.mchid,
        "settlement_total_fee": str(total - other),
        SLOT: "",
        "cash_fee": str(total - topped_up - other),
        **coupons,
        "is_subscribe": "Y",
        "return_msg": "OK",
        "fee_type": "CNY",
        "bank_type": "CMC",
        "attach": told.attach or "sandbox_attach",
        "device_info": "sandbox",
        "out_trade_no": told.out_trade_no,
        "result_code": result,
        "total_fee": str(total),
        "appid": told.appid,
        "transaction_id": told.transaction_id,
        "err_code": result,
    }
