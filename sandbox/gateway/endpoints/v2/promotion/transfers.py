"""企业付款到零钱、查询企业付款"""

from sandbox.domain.refund import DAY
from sandbox.domain.transfer import Transfer, TransferFailure, TransferState
from sandbox.domain.user import User
from sandbox.errors import Refusal, transfer
from sandbox.gateway import promotion
from sandbox.gateway.dialects.v2form import STRANGER, Manner, V2Message
from sandbox.gateway.dialects.v2layout import Promotion
from sandbox.gateway.forms import integer, text
from sandbox.gateway.ordering import fingerprint
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.platform import transfers as carrying
from sandbox.protocol import identifiers, wiretime

KEPT = 30 * DAY


class PayTransfer(V2Message):
    manner = Manner(
        mchid="mchid", appid="mch_appid", layout=Promotion(caller_first=True), echoed=("device_info",), spread=True,
        nobody=STRANGER, for_all_subs=True,
    )  # fmt: skip

    mchid: str = text("商户号", 32, pattern=r"[1-9]\d*", sample="1900000001")
    mch_appid: str = text("商户账号appid", 128, sample="wx5a4d8bf0c0de0001")
    device_info: str | None = text("设备号", 32)
    nonce_str: str = text("随机字符串", 32, sample="5K8264ILTKCH16CQ2502SI8ZNMTM67VS")
    sign: str = text("签名", 64, sample="C380BEC2BFD727A4B6845133519F3AD6")
    partner_trade_no: str = text("商户订单号", 32, pattern="[0-9A-Za-z]+", sample="P20260101000001")
    openid: str = text("用户openid", 64, sample="oNobody")
    check_name: str = text("校验用户姓名选项", 16, pattern="NO_CHECK|FORCE_CHECK", sample="NO_CHECK")
    re_user_name: str | None = text("收款用户姓名", 64)
    amount: int = integer("金额", minimum=1, sample="100")
    desc: str = text("付款备注", 100, sample="理赔")
    spbill_create_ip: str | None = text("Ip地址", 32, sample="127.0.0.1")
    scene: str | None = text("场景", 32)


class TransferInfo(V2Message):
    manner = Manner(layout=Promotion(), echoed=("partner_trade_no",), spread=True, nobody=STRANGER, for_all_subs=True)

    mch_id: str = text("商户号", 32, pattern=r"[1-9]\d*", sample="1900000001")
    appid: str = text("Appid", 32, sample="wx5a4d8bf0c0de0001")
    nonce_str: str = text("随机字符串", 32, sample="5K8264ILTKCH16CQ2502SI8ZNMTM67VS")
    sign: str = text("签名", 64, sample="C380BEC2BFD727A4B6845133519F3AD6")
    partner_trade_no: str = text("商户订单号", 32, pattern="[0-9A-Za-z]+", sample="P20260101000001")


@endpoint(
    "v2",
    "POST /mmpaymkttransfers/promotion/transfers",
    PayTransfer,
    name="v2.promotion.transfers",
    title="企业付款到零钱",
    source="https://pay.weixin.qq.com/wiki/doc/api/tools/mch_pay.php?chapter=14_2",
    raises=(
        *promotion.SENDING,
        transfer.TRANSFER_AMOUNT_LIMITED,
        transfer.TRANSFER_NAME_WRONG,
        transfer.PAYEE_UNNAMED,
    ),
    needs_certificate=True,
)
def transfers(call: Call, form: PayTransfer) -> Reply:
    """Money from the merchant's account into a purse, at once; the same number again is the same payment."""
    assert call.merchant is not None
    digest = fingerprint("v2", call.fields, ())
    made = call.tx.transfer(form.mchid, form.partner_trade_no)
    if made is None:
        promotion.ensure_may_send(call)
        _ensure_named(form, promotion.payee(call, form.openid, form.mch_appid, "openid"))
        most = call.settings.transfer.most
        if most is not None and form.amount > most:
            expected = f"at most transfer.most: {most}"
            raise Refusal(transfer.TRANSFER_AMOUNT_LIMITED, field="amount", came=form.amount, expected=expected)
        promotion.ensure_covered(call, form.amount, "amount")
        made = _made(call, form, digest)
        carrying.send_at_once(call.tenant, call.tx, made)
    elif made.fingerprint != digest:
        expected = "the parameters of the first time"
        raise Refusal(transfer.TRANSFER_CHANGED, field="partner_trade_no", came=made.out_bill_no, expected=expected)
    device = (("device_info", form.device_info),) if form.device_info else ()
    return Reply(
        body=(
            ("return_msg", ""),
            ("mch_appid", form.mch_appid),
            ("mchid", form.mchid),
            *device,
            ("nonce_str", call.ids.nonce_str("transfer", call.fields["sign"])),
            ("result_code", "SUCCESS"),
            ("partner_trade_no", made.out_bill_no),
            ("payment_no", made.transfer_bill_no),
            ("payment_time", wiretime.dashed(made.since)),
        )
    )


@endpoint(
    "v2",
    "POST /mmpaymkttransfers/gettransferinfo",
    TransferInfo,
    name="v2.promotion.gettransferinfo",
    title="查询企业付款",
    source="https://pay.weixin.qq.com/wiki/doc/api/tools/mch_pay.php?chapter=14_3",
    raises=promotion.ASKING,
    needs_certificate=True,
)
def gettransferinfo(call: Call, form: TransferInfo) -> Reply:
    """A payment of the last thirty days."""
    made = call.tx.transfer(form.mch_id, form.partner_trade_no)
    if made is None or call.now - made.created > KEPT:
        expected = f"a payment of {form.mch_id} in the last 30 days"
        raise Refusal(transfer.TRANSFER_NOT_EXIST, came=form.partner_trade_no, expected=expected)
    status = {TransferState.SUCCESS: "SUCCESS", TransferState.FAIL: "FAILED", TransferState.CANCELLED: "FAILED"}
    return Reply(
        body=(
            ("return_msg", "OK"),
            ("result_code", "SUCCESS"),
            ("partner_trade_no", made.out_bill_no),
            ("appid", made.appid),
            ("mch_id", made.mchid),
            ("detail_id", made.transfer_bill_no),
            ("status", status.get(made.state, "PROCESSING")),
            *((("reason", made.fail_reason.value),) if made.fail_reason is not TransferFailure.NONE else ()),
            ("openid", made.openid),
            *((("transfer_name", made.user_name),) if made.user_name else ()),
            ("payment_amount", made.amount),
            ("transfer_time", wiretime.dashed(made.created)),
            ("payment_time", wiretime.dashed(made.since)),
            ("desc", made.remark),
        )
    )


def _ensure_named(form: PayTransfer, payee: User) -> None:
    if form.check_name == "NO_CHECK":
        return
    if form.re_user_name is None:
        expected = "the payee's name: check_name is FORCE_CHECK"
        raise Refusal(transfer.PAYEE_UNNAMED, field="re_user_name", came="nothing", expected=expected)
    # A payer without a nickname has no name that could be wrong.
    if payee.nickname not in ("", form.re_user_name):
        came = form.re_user_name
        raise Refusal(transfer.TRANSFER_NAME_WRONG, field="re_user_name", came=came, expected=payee.nickname)


def _made(call: Call, form: PayTransfer, digest: bytes) -> Transfer:
    number = identifiers.payment_no(call.ids.entropy("payment_no", form.mchid, form.partner_trade_no), call.now)
    return Transfer(
        mchid=form.mchid,
        out_bill_no=form.partner_trade_no,
        transfer_bill_no=number,
        package_info=number,
        appid=form.mch_appid,
        openid=form.openid,
        amount=form.amount,
        remark=form.desc,
        created=call.now,
        since=call.now,
        fingerprint=digest,
        state=TransferState.SUCCESS,
        user_name=form.re_user_name,
    )
