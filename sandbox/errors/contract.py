"""What contracts of deduction and deductions refuse."""

from sandbox.errors.problem import Confidence, Layer, Row, Spelling
from sandbox.errors.v2 import says

_PAPAY = "https://pay.weixin.qq.com/wiki/doc/api/wxpay_v2/papay/chapter3_8.shtml"
_NO_RESULT = "https://developers.weixin.qq.com/community/pay/doc/0008627e2f8cf82c35e81bff051000"
UNCONFIRMED, OBSERVED = Confidence.UNCONFIRMED, Confidence.OBSERVED

CONTRACT_NOT_EXIST = Row(
    name="CONTRACT_NOT_EXIST",
    cause="This merchant has no contract of this number, or it was never signed or has ended.",
    fix="Take contract_id from the contract notification, or query by plan_id and contract_code.",
    cause_zh="该商户没有这个协议，或协议尚未签约、已解约。",
    fix_zh="使用签约通知里的 contract_id，或用 plan_id 加 contract_code 查询。",
    spellings=(
        says("-25", "RESULT NULL", OBSERVED, endpoint="v2.querycontract", source=_NO_RESULT),
        says("INVALID_REQUEST", "签约协议不存在，请检查传入的签约协议是否正确", UNCONFIRMED, source=_PAPAY),
    ),
)
CONTRACT_SIGNED = Row(
    name="CONTRACT_SIGNED",
    cause="A contract of this plan_id and contract_code was signed already.",
    fix="Use another contract_code for another contract.",
    cause_zh="该 plan_id 和 contract_code 已签约。",
    fix_zh="新的协议使用新的 contract_code。",
    spellings=(says("INVALID_REQUEST", "签约协议号重复", UNCONFIRMED, source=_PAPAY),),
)
ENTRUST_SESSION_GONE = Row(
    name="ENTRUST_SESSION_GONE",
    cause="No contract waits under this number, or it waited for more than two hours.",
    fix="Take the pre_entrustweb_id or the session of a page that was asked for within two hours.",
    cause_zh="没有这个预签约会话，或已超过两小时。",
    fix_zh="使用两小时内获取的 pre_entrustweb_id 或签约页面的会话号。",
    spellings=(
        Spelling(
            dialect="phone",
            layer=Layer.PAGE,
            text="参数构造错误",
            confidence=UNCONFIRMED,
            source="https://pay.weixin.qq.com/doc/v3/partner/4012881608",
        ),
    ),
)
NOT_A_DEDUCTION = Row(
    name="NOT_A_DEDUCTION",
    cause="The order was placed in another way than by pappayapply.",
    fix="Query it with /pay/orderquery.",
    cause_zh="该订单不是委托代扣订单。",
    fix_zh="用 /pay/orderquery 查询。",
    spellings=(says("INVALID_REQUEST", "订单不是委托代扣场景", OBSERVED, source=_PAPAY),),
)
DEDUCTION_FAILED = Row(
    name="DEDUCTION_FAILED",
    cause="The payer's purse does not hold enough, the account is closed, or the contract ended meanwhile.",
    fix="Tell the payer, and deduct again under a new out_trade_no.",
    cause_zh="用户余额不足、账户异常，或协议已解约，扣款失败。",
    fix_zh="通知用户，用新的 out_trade_no 重新扣款。",
    spellings=(says("NOTENOUGH", "余额不足", UNCONFIRMED, endpoint="v2.pappayapply", source=_PAPAY),),
)
ENTRUST_SIGN_WRONG = Row(
    name="ENTRUST_SIGN_WRONG",
    cause="The page's parameters are not signed with the merchant's key, or one is missing or unknown.",
    fix="Sign all parameters with MD5, notify_url raw; URL-encode notify_url in the link only.",
    cause_zh="签约页面的参数签名不对，或缺少参数、商户号不存在。",
    fix_zh="对全部参数做 MD5 签名，签名时 notify_url 用原始值，只在链接里做 URL 编码。",
    spellings=(Spelling(dialect="phone", layer=Layer.PAGE, text="签名错误", confidence=UNCONFIRMED, source=_PAPAY),),
)
