"""What a merchant is told of contracts, and of deductions under them."""

from sandbox.errors import contract as rows
from sandbox.notifier import messages
from sandbox.notifier.letter import Letter, Writing
from sandbox.protocol import v2sign, wiretime, xml
from sandbox.protocol.v2sign import SignType


def contract_v2(writing: Writing) -> Letter | None:
    """Signed, or ended."""
    told = writing.tx.contract(writing.delivery.mchid, writing.delivery.subject)
    if told is None or told.signed is None:
        return None
    ended = told.terminated is not None and writing.delivery.turn == "DELETE"
    fields: dict[str, str | int] = {
        "change_type": writing.delivery.turn,
        "contract_code": told.contract_code,
        "contract_expired_time": wiretime.dashed(told.expires),
        "contract_id": told.contract_id,
        "mch_id": told.mchid,
        "openid": told.openid,
        "operate_time": wiretime.dashed(told.terminated if ended and told.terminated else told.signed),
        "plan_id": told.plan_id,
        "request_serial": told.request_serial,
        "result_code": "SUCCESS",
        "return_code": "SUCCESS",
    }
    if ended:
        fields["contract_termination_mode"] = str(told.termination_mode)
    return _signed(writing, fields, SignType.MD5)


def deduction_v2(writing: Writing) -> Letter | None:
    """A payment notice with contract_id; of a failure the reason."""
    order = writing.tx.order(writing.delivery.mchid, writing.delivery.subject)
    if order is None:
        return None
    terms, extra = order.terms, {"contract_id": order.terms.contract_id}
    if order.payment is not None:
        occasion = writing.occasion
        body = messages.payment_v2(
            order, order.payment, writing.merchant.api_key(writing.now),
            include_sign_type=writing.tenant.settings.notify.include_sign_type,
            before={**extra, **occasion.signed_fields}, after=occasion.fields,
        )  # fmt: skip
        content_type = writing.tenant.settings.notify.v2_content_type
        return Letter({"Content-Type": content_type}, body, not occasion.spoils("v2"))
    spelling = rows.DEDUCTION_FAILED.spelling("v2", endpoint="v2.pappayapply")
    assert spelling is not None
    fields: dict[str, str | int] = {
        **extra,
        "appid": terms.appid,
        "err_code": spelling.code,
        "err_code_des": spelling.text,
        "mch_id": terms.mchid,
        "nonce_str": terms.nonce_str,
        "out_trade_no": terms.out_trade_no,
        "result_code": "FAIL",
        "return_code": "SUCCESS",
        "total_fee": terms.total,
        "trade_type": terms.trade_type.value,
    }
    return _signed(writing, fields, SignType(terms.sign_type))


def _signed(writing: Writing, fields: dict[str, str | int], sign_type: SignType) -> Letter:
    fields = {**fields, **writing.occasion.signed_fields}
    fields["sign"] = v2sign.sign(fields, writing.merchant.api_key(writing.now), sign_type)
    body = xml.render(sorted({**fields, **writing.occasion.fields}.items()))
    content_type = writing.tenant.settings.notify.v2_content_type
    return Letter({"Content-Type": content_type}, body, not writing.occasion.spoils("v2"))
