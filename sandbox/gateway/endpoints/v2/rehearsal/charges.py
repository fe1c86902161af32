"""验收：付款码支付、撤销"""

import msgspec

from sandbox.domain.rehearsal import LATE as LATE_CASES
from sandbox.domain.rehearsal import NEGATIVE, READ, Case, Rehearsal
from sandbox.errors import Refusal, rehearsal
from sandbox.gateway.endpoints.v2.rehearsal.orders import ASKING, LATE, SOURCE, Numbered
from sandbox.gateway.forms import integer, text
from sandbox.gateway.rehearsing import RehearsalForm, found, framed, payment
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.protocol import identifiers

FAILING = (Case.FAILED_LATE, Case.LOST, Case.SYSTEM_ERROR, Case.CONTRADICTED)
RAISES = (
    rehearsal.REHEARSAL_SIGN_WRONG,
    rehearsal.REHEARSAL_MICROPAY_AMOUNT,
    rehearsal.REHEARSED_USERPAYING,
    rehearsal.REHEARSED_SYSTEM_ERROR,
)


class Charging(RehearsalForm):
    body: str = text("商品描述", 127, sample="茶叶一罐")
    out_trade_no: str = text("商户订单号", 32, sample="T20260101000001")
    total_fee: int = integer("订单金额", sample="1")
    attach: str | None = text("附加数据", 127)
    auth_code: str = text("付款码", 128, sample="120061098828009406")


def _charge(call: Call, form: Charging) -> Reply:
    """Whatever code was read: the amount, or the header Wechatpay-Negative-Test, says what happens."""
    case = NEGATIVE.get(call.negative_test) or READ.get(form.total_fee)
    if case is None:
        raise Refusal(
            rehearsal.REHEARSAL_MICROPAY_AMOUNT, field="total_fee", came=form.total_fee,
            expected=f"one of {', '.join(map(str, READ))}",
        )  # fmt: skip
    entropy = call.ids.entropy("rehearsal", form.mch_id, form.out_trade_no)
    one = Rehearsal(
        mchid=form.mch_id,
        out_trade_no=form.out_trade_no,
        appid=form.appid,
        total=form.total_fee,
        trade_type="MICROPAY",
        case=case,
        created=call.now,
        transaction_id=identifiers.rehearsed_transaction_id(entropy, call.now),
        openid=call.ids.openid(form.appid, "rehearsal"),
        nonce_str=form.nonce_str,
        attach=form.attach or "",
    )
    call.tx.put_rehearsal(one)
    late = LATE if case in LATE_CASES else 0.0
    if case is Case.USERPAYING:
        return Reply(refusal=Refusal(rehearsal.REHEARSED_USERPAYING, came=case.value))
    if case in FAILING:
        return Reply(refusal=Refusal(rehearsal.REHEARSED_SYSTEM_ERROR, came=case.value), late=late)
    return framed(form, payment(one), late=late)


micropay = endpoint(
    "v2", "POST /sandboxnew/pay/micropay", Charging, name="v2.sandboxnew.micropay", title="验收：付款码支付",
    source=SOURCE, raises=RAISES,
)(_charge)  # fmt: skip
xdc_micropay = endpoint(
    "v2", "POST /xdc/apiv2sandbox/pay/micropay", Charging, name="v2.xdc.micropay", title="验收：付款码支付",
    source="https://pay.weixin.qq.com/doc/v2/merchant/4011984810", raises=RAISES,
)(_charge)  # fmt: skip


def _reverse(call: Call, form: Numbered) -> Reply:
    """Called off."""
    one = found(call, form, form.out_trade_no)
    call.tx.put_rehearsal(msgspec.structs.replace(one, reversed=True))
    return framed(form, (("recall", "N"),))


reverse = endpoint(
    "v2", "POST /sandboxnew/pay/reverse", Numbered, name="v2.sandboxnew.reverse", title="验收：撤销订单",
    source=SOURCE, raises=ASKING,
)(_reverse)  # fmt: skip
secapi_reverse = endpoint(
    "v2", "POST /sandboxnew/secapi/pay/reverse", Numbered, name="v2.sandboxnew.secapi.reverse", title="验收：撤销订单",
    source=SOURCE, raises=ASKING,
)(_reverse)  # fmt: skip
