"""What charging a payer's payment code and calling that off refuse."""

from sandbox.errors.problem import Confidence, Layer, Row, Spelling
from sandbox.errors.v2 import says
from sandbox.errors.v3 import says as says_v3

_MICROPAY = "v2.micropay"
_REVERSE = "v2.reverse"
_TABLE = "https://pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_10"
_V3 = "https://pay.weixin.qq.com/docs/merchant/apis/code-payment-v3/direct/code-pay.html"
_V3_REVERSING = "https://pay.weixin.qq.com/docs/merchant/apis/code-payment-v3/direct/reverse.html"
_REVERSING = "https://pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_11"
OBSERVED, UNCONFIRMED = Confidence.OBSERVED, Confidence.UNCONFIRMED


def _v3(status: int, code: str, text: str, *, only_by_rule: bool = False, source: str = _V3) -> Spelling:
    """APIv3 has payment codes by invitation only: no answer of it was ever published."""
    return says_v3(status, code, text, UNCONFIRMED, source=source, only_by_rule=only_by_rule)


USER_PAYING = Row(
    name="USER_PAYING",
    cause="The payer is asked for the password: more than 1000 yuan, or the phone says so. The result is open.",
    fix="Query the order every five to ten seconds; after about 30 seconds call /secapi/pay/reverse.",
    cause_zh="需要用户输入支付密码（超过 1000 元，或手机端要求），结果未定。",
    fix_zh="每 5～10 秒查单一次，约 30 秒仍未支付则调用撤销接口。",
    retryable=True,
    spellings=(
        says("USERPAYING", "需要用户输入支付密码", OBSERVED, source=_TABLE),
        _v3(202, "USERPAYING", "需要用户输入支付密码"),
    ),
)
PAYCODE_USED = Row(
    name="PAYCODE_USED",
    cause="This payment code was charged already; each works once.",
    fix="Read the code again after the phone has shown a new one, and charge under a new out_trade_no.",
    cause_zh="该付款码已经用过，每个只能用一次。",
    fix_zh="请用户刷新付款码后重新扫码，并使用新的 out_trade_no。",
    spellings=(
        says("AUTH_CODE_INVALID", "101 每个二维码仅限使用一次，请刷新再试", OBSERVED, source=_TABLE),
        _v3(400, "INVALID_REQUEST", "101 每个二维码仅限使用一次，请刷新再试"),
    ),
)
PAYCODE_UNKNOWN = Row(
    name="PAYCODE_UNKNOWN",
    cause="No payer's phone shows this code, or another merchant has taken it with authcodetoopenid.",
    fix="Read the code from the phone: POST /_sandbox/payment-codes makes one.",
    cause_zh="没有这个付款码，或它已被别的商户用 authcodetoopenid 占用。",
    fix_zh="从手机上重新扫码；沙箱用 POST /_sandbox/payment-codes 生成付款码。",
    spellings=(
        says("AUTH_CODE_INVALID", "授权码检验错误", UNCONFIRMED, source=_TABLE),
        _v3(400, "INVALID_REQUEST", "101 付款码无效，请重新扫码"),
    ),
)
PAYCODE_EXPIRED = Row(
    name="PAYCODE_EXPIRED",
    cause="The payment code is older than a minute.",
    fix="Let the payer refresh the code and read it again.",
    cause_zh="付款码已超过 1 分钟。",
    fix_zh="请用户在微信上刷新付款码后再试。",
    spellings=(
        says("AUTHCODEEXPIRE", "二维码已过期，请用户在微信上刷新后再试", source=_TABLE),
        _v3(400, "INVALID_REQUEST", "101 付款码已过期，请退出重试"),
    ),
)
PAYCODE_MALFORMED = Row(
    name="PAYCODE_MALFORMED",
    cause="auth_code is no payment code: 18 digits that begin with 10 to 15.",
    fix="Check the scanner: nothing cut off, no line end, no other kind of code.",
    cause_zh="auth_code 不是付款码：应为 10～15 开头的 18 位数字。",
    fix_zh="检查扫码枪：不要截断、不要带换行，也不要扫到别的码。",
    spellings=(
        says("AUTH_CODE_ERROR", "授权码参数错误", UNCONFIRMED, source=_TABLE),
        _v3(400, "PARAM_ERROR", "授权码参数错误"),
    ),
)
PAYER_POOR = Row(
    name="PAYER_POOR",
    cause="The payer's purse does not hold enough.",
    fix="Let the payer choose another way to pay, and charge under a new out_trade_no.",
    cause_zh="用户零钱余额不足。",
    fix_zh="请用户更换支付方式，用新的 out_trade_no 重新扣款。",
    spellings=(
        says("NOTENOUGH", "余额不足", endpoint=_MICROPAY, source=_TABLE),
        _v3(403, "NOTENOUGH", "余额不足"),
    ),
)
PAYER_REFUSED = Row(
    name="PAYER_REFUSED",
    cause="The payer did not type the password; the order has failed.",
    fix="Reverse the order and charge under a new out_trade_no.",
    cause_zh="用户取消支付，订单已失败。",
    fix_zh="撤销该订单，用新的 out_trade_no 重新扣款。",
    spellings=(
        says("TRADE_ERROR", "用户取消支付", OBSERVED, endpoint=_MICROPAY, source=_TABLE),
        _v3(403, "TRADE_ERROR", "用户取消支付"),
    ),
)
ORDER_REVERSED = Row(
    name="ORDER_REVERSED",
    cause="The order of this out_trade_no was reversed.",
    fix="Charge under a new out_trade_no.",
    cause_zh="该 out_trade_no 的订单已撤销。",
    fix_zh="使用新的 out_trade_no。",
    spellings=(
        says("ORDERREVERSED", "订单已撤销", source=_TABLE),
        _v3(400, "INVALID_REQUEST", "订单已撤销"),
    ),
)
CARD_NOT_SUPPORTED = Row(
    name="CARD_NOT_SUPPORTED",
    cause="The documented code for a card that may not be used for this.",
    fix="Let the payer choose another card.",
    cause_zh="文档里表示用户的卡不支持该支付的错误码。",
    fix_zh="请用户更换银行卡。",
    spellings=(says("NOTSUPORTCARD", "不支持卡类型", endpoint=_MICROPAY, source=_TABLE, only_by_rule=True),),
)
BANK_FAILED = Row(
    name="BANK_FAILED",
    cause="The payer's bank did not answer; the result is open.",
    fix="Query the order; reverse it when it stays open.",
    cause_zh="银行系统异常，结果未知。",
    fix_zh="查单确认；长时间未知则撤销。",
    retryable=True,
    spellings=(
        says("BANKERROR", "银行系统异常", endpoint=_MICROPAY, source=_TABLE, only_by_rule=True),
        _v3(500, "BANKERROR", "银行系统异常", only_by_rule=True),
    ),
)
BUYER_MISMATCH = Row(
    name="BUYER_MISMATCH",
    cause="The documented code for an order that another payer began to pay.",
    fix="Charge the same payer, or use a new out_trade_no.",
    cause_zh="文档里表示同一订单更换了支付方的错误码。",
    fix_zh="由同一用户支付，或换新的 out_trade_no。",
    spellings=(
        says("BUYER_MISMATCH", "暂不支持同一笔订单更换支付方", endpoint=_MICROPAY, source=_TABLE, only_by_rule=True),
    ),
)
REVERSE_TOO_LATE = Row(
    name="REVERSE_TOO_LATE",
    cause="The payment is more than seven days old.",
    fix="Refund it instead.",
    cause_zh="支付已超过 7 天，不能撤销。",
    fix_zh="改用退款接口。",
    spellings=(
        says("REVERSE_EXPIRE", "订单无法撤销", endpoint=_REVERSE, source=_REVERSING),
        _v3(400, "INVALID_REQUEST", "订单无法撤销", source=_V3_REVERSING),
    ),
)
NOT_REVERSIBLE = Row(
    name="NOT_REVERSIBLE",
    cause="Only orders that were paid with a payment code can be reversed.",
    fix="Close an unpaid order with closeorder, refund a paid one.",
    cause_zh="只有付款码支付的订单可以撤销。",
    fix_zh="其他订单未支付用关单，已支付用退款。",
    spellings=(
        says("INVALID_REQUEST", "订单类型不支持撤销", UNCONFIRMED, endpoint=_REVERSE, source=_REVERSING),
        _v3(400, "INVALID_REQUEST", "订单类型不支持撤销", source=_V3_REVERSING),
    ),
)
REVERSE_PARAMETER_WRONG = Row(
    name="REVERSE_PARAMETER_WRONG",
    cause="The documented code for a parameter that is wrong; by nature the gateway names the field instead.",
    fix="Compare the request with the documentation, field by field.",
    cause_zh="文档里表示参数错误的错误码；实际上网关会直接指出字段。",
    fix_zh="对照文档逐个检查参数。",
    spellings=(says("PARAM_ERROR", "参数错误", endpoint=_REVERSE, source=_REVERSING, only_by_rule=True),),
)
ONLY_REVERSIBLE = Row(
    name="ONLY_REVERSIBLE",
    cause="An order of a payment code cannot be closed.",
    fix="Reverse it: POST /v3/pay/transactions/out-trade-no/…/reverse.",
    cause_zh="付款码订单不能关单。",
    fix_zh="调用撤销接口 POST /v3/pay/transactions/out-trade-no/…/reverse。",
    spellings=(
        _v3(
            400, "INVALID_REQUEST", "当前交易不允许进行普通关单（只能撤销）",
            source="https://github.com/wechatpay-apiv3/wechatpay-skills",
        ),
    ),
    number=268449641,
)  # fmt: skip
NOTHING_ASKED = Row(
    name="NOTHING_ASKED",
    cause="No order of this payment code waits for a password.",
    fix="Charge the code first, with an amount or a code that asks for the password.",
    cause_zh="没有订单在等待该付款码的用户输入密码。",
    fix_zh="先用付款码扣款，金额超过 1000 元或生成码时要求密码。",
    spellings=(Spelling(dialect="phone", layer=Layer.DIALOG, text="订单不存在或已结束", confidence=Confidence.OURS),),
)
