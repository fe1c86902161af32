"""退款"""

import re

import msgspec

from sandbox.domain.refund import Part, RefundState, Terms
from sandbox.errors import Refusal, pay, refund, v3
from sandbox.gateway import v3refunds
from sandbox.gateway.dialects.v3form import NOTIFY_URL, NUMBER
from sandbox.gateway.forms import Form, integer, part, parts, text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.platform import refunds

REFUND_NUMBER = r"[0-9A-Za-z_\-|*@]+"
SUB_MCHID = "子商户号/二级商户号"


class From(Form):
    account: str = text("出资账户类型", 32, pattern="AVAILABLE|UNAVAILABLE", sample="AVAILABLE")
    amount: int = integer("出资金额", minimum=1)


class RefundAmount(Form):
    refund: int = integer("退款金额", minimum=1, sample="100")
    sources: list[From] | None = parts(From, "退款出资账户及金额", least=0, limit=50, name="from")
    total: int = integer("原订单金额", minimum=1, sample="100")
    currency: str = text("退款币种", 16, pattern="CNY", sample="CNY")

    def parts(self) -> tuple[Part, ...]:
        """What was given as `from`."""
        given: list[From] = self.__dict__["from"] or []
        return tuple(Part(account=one.account, amount=one.amount) for one in given)


class RefundedGoods(Form):
    merchant_goods_id: str = text("商户侧商品编码", 32, sample="1246464644")
    wechatpay_goods_id: str | None = text("微信侧商品编码", 32)
    goods_name: str | None = text("商品名称", 256)
    unit_price: int = integer("商品单价", minimum=0)
    refund_amount: int = integer("商品退款金额", minimum=0)
    refund_quantity: int = integer("商品退货数量", minimum=1)


class Create(Form):
    sub_mchid: str | None = text(SUB_MCHID, 32)
    transaction_id: str | None = text("微信支付订单号", 32)
    out_trade_no: str | None = text("商户订单号", 32, least=6, pattern=NUMBER, sample="T20260101000001")
    out_refund_no: str = text("商户退款单号", 64, pattern=REFUND_NUMBER, sample="R20260101000001")
    reason: str | None = text("退款原因", 80)
    notify_url: str | None = text("退款结果回调url", 256, pattern=NOTIFY_URL)
    funds_account: str | None = text("退款资金来源", 32, pattern="AVAILABLE|UNSETTLED")
    amount: RefundAmount = part(RefundAmount, "金额信息")
    goods_detail: list[RefundedGoods] | None = parts(RefundedGoods, "退款商品", limit=6000)


class Query(Form):
    sub_mchid: str | None = text(SUB_MCHID, 32, where="query")
    out_refund_no: str = text("商户退款单号", 64, pattern=REFUND_NUMBER, where="uri_template", sample="R20260101000001")


class ApplyAbnormal(Form):
    sub_mchid: str | None = text(SUB_MCHID, 32)
    refund_id: str = text("微信支付退款单号", 32, where="uri_template", sample="50300000002026010100000000001")
    out_refund_no: str = text("商户退款单号", 64, pattern=REFUND_NUMBER, sample="R20260101000001")
    type: str = text("异常退款处理方式", 32, pattern="USER_BANK_CARD|MERCHANT_BANK_CARD", sample="USER_BANK_CARD")
    bank_type: str | None = text("开户银行", 16, sample="ICBC_DEBIT")
    bank_account: str | None = text("收款银行卡号", 1024, sensitive=True)
    real_name: str | None = text("收款用户姓名", 1024, sensitive=True)


@endpoint(
    "v3",
    "POST /v3/refund/domestic/refunds",
    Create,
    name="v3.refund",
    title="申请退款",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012791862",
    raises=v3refunds.REFUNDING,
)
def create(call: Call, form: Create) -> Reply:
    """Accept a refund: PROCESSING, settled later; the same number with the same parameters is the same refund."""
    merchant = v3refunds.caller(call, form.sub_mchid)
    order = v3refunds.paid_order(
        call, merchant, transaction_id=form.transaction_id, out_trade_no=form.out_trade_no, sub_mchid=form.sub_mchid
    )
    assert order.payment is not None
    terms = Terms(
        mchid=merchant.mchid,
        sub_mchid=form.sub_mchid or "",
        out_refund_no=form.out_refund_no,
        out_trade_no=order.terms.out_trade_no,
        transaction_id=order.payment.transaction_id,
        refund=form.amount.refund,
        total=form.amount.total,
        dialect="v3",
        notify_url=form.notify_url or "",
        reason=form.reason or "",
        funds_account=form.funds_account or "AVAILABLE",
        parts=form.amount.parts(),
    )
    return Reply(body=v3refunds.body(refunds.accept(call.tenant, call.tx, order, terms)))


@endpoint(
    "v3",
    "GET /v3/refund/domestic/refunds/{out_refund_no}",
    Query,
    name="v3.query_refund",
    title="查询单笔退款",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012791863",
    raises=v3refunds.ASKING,
)
def query(call: Call, form: Query) -> Reply:
    """A refund by the merchant's number."""
    merchant = v3refunds.caller(call, form.sub_mchid)
    return Reply(body=v3refunds.body(v3refunds.find(call, merchant, form.out_refund_no, form.sub_mchid)))


@endpoint(
    "v3",
    "POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund",
    ApplyAbnormal,
    name="v3.apply_abnormal_refund",
    title="发起异常退款",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012791864",
    raises=(*v3refunds.ASKING, refund.REFUND_NOT_ABNORMAL, refund.REFUND_REQUEST_NOT_ALLOWED, pay.FREQUENCY_LIMITED),
)
def apply_abnormal(call: Call, form: ApplyAbnormal) -> Reply:
    """Send an abnormal refund to a bank card of the payer's, or to the merchant's own: it is PROCESSING again."""
    merchant = v3refunds.caller(call, form.sub_mchid)
    made = v3refunds.find(call, merchant, form.out_refund_no, form.sub_mchid)
    if made.refund_id != form.refund_id:
        raise Refusal(refund.REFUND_NOT_EXIST, field="refund_id", came=form.refund_id, expected=made.refund_id)
    if made.state is not RefundState.ABNORMAL:
        raise Refusal(refund.REFUND_NOT_ABNORMAL, came=made.state.value, expected=RefundState.ABNORMAL.value)
    account = _card(form) if form.type == "USER_BANK_CARD" else "商户结算银行账户"
    moved = msgspec.structs.replace(
        made.to(RefundState.PROCESSING, call.now), channel="OTHER_BANKCARD", received_account=account
    )
    call.tx.put_refund(moved)
    refunds.book(call.tenant, call.tx, moved)
    return Reply(body=v3refunds.body(moved))


def _card(form: ApplyAbnormal) -> str:
    """How the payer's card is named from now on. Raises Refusal when it is not fully given."""
    for name, title in (("bank_type", "开户银行"), ("bank_account", "收款银行卡号"), ("real_name", "收款用户姓名")):
        if not getattr(form, name):
            raise Refusal(
                v3.JSON_FIELD_MISSING, field=name, title=title, pointer=f"/body/{name}", came="nothing",
                expected="a value: USER_BANK_CARD needs the payer's bank, card and name",
                detail={"location": "body", "value": ""},
            )  # fmt: skip
    number = form.bank_account or ""
    if not re.fullmatch(r"\d{8,32}", number):
        pattern = r"^\d{8,32}$"
        raise Refusal(
            v3.JSON_PATTERN, field="bank_account", title="收款银行卡号", pointer="/body/bank_account", pattern=pattern,
            came="another text, after decryption", expected=f"a card number that matches {pattern}",
            detail={"location": "body", "value": ""},
        )  # fmt: skip
    return f"{form.bank_type}{number[-4:]}"
