"""What refunding, querying a refund and sending an abnormal one elsewhere refuse."""

from sandbox.errors.problem import Confidence, Row
from sandbox.errors.v2 import says as _v2
from sandbox.errors.v3 import says as _v3

_FAQ = "https://pay.weixin.qq.com/doc/v3/merchant/4013071200"
_REFUND = "https://pay.weixin.qq.com/doc/v3/merchant/4012791862"
_QUERY = "https://pay.weixin.qq.com/doc/v3/merchant/4012791863"
_ABNORMAL = "https://pay.weixin.qq.com/doc/v3/merchant/4012791864"
_OBSERVED, _UNCONFIRMED = Confidence.OBSERVED, Confidence.UNCONFIRMED

REFUND_ORDER_UNKNOWN = Row(
    name="REFUND_ORDER_UNKNOWN",
    cause="This merchant has no order of this number; often it is another merchant's or another kind of number.",
    fix="Send transaction_id or out_trade_no of an order of the merchant that signs (a provider adds sub_mchid).",
    cause_zh="该商户没有这个单号的订单，常见是用了别的商户的单号，或单号类型填错。",
    fix_zh="传签名商户自己的 transaction_id 或 out_trade_no（服务商还要传 sub_mchid）。",
    spellings=(
        _v2("ORDERNOTEXIST", "订单不存在", _OBSERVED),
        _v3(404, "RESOURCE_NOT_EXISTS", "订单不存在", _OBSERVED, source=_REFUND),
    ),
)
REFUND_ORDER_UNPAID = Row(
    name="REFUND_ORDER_UNPAID",
    cause="The order is not paid: there is nothing to refund.",
    fix="Query the order first; close an unpaid order instead of refunding it.",
    cause_zh="订单未支付，没有可退的钱。",
    fix_zh="先查单；未支付的订单应关单而不是退款。",
    spellings=(
        _v2("TRADE_STATE_ERROR", "订单状态错误", _OBSERVED),
        _v3(404, "RESOURCE_NOT_EXISTS", "原订单不存在", _OBSERVED, source=_REFUND),
    ),
)
REFUND_NOT_EXIST = Row(
    name="REFUND_NOT_EXIST",
    cause="This merchant has no refund of this number.",
    fix="Use the out_refund_no that was accepted, not refund_id; a refused refund is not stored.",
    cause_zh="该商户没有这个退款单号。",
    fix_zh="使用受理成功的 out_refund_no（不是 refund_id）；被拒绝的退款不会留下退款单。",
    spellings=(
        _v2("REFUNDNOTEXIST", "not exist", _OBSERVED),
        _v3(404, "RESOURCE_NOT_EXISTS", "退款单不存在", _OBSERVED, source=_QUERY),
    ),
)
REFUND_NUMBERS_DISAGREE = Row(
    name="REFUND_NUMBERS_DISAGREE",
    cause="transaction_id and out_trade_no are of different orders, or out_refund_no was used for another order.",
    fix="Send one of the two numbers, and a new out_refund_no for each refund.",
    cause_zh="transaction_id 与 out_trade_no 不是同一笔订单，或 out_refund_no 已用于别的订单。",
    fix_zh="两个单号只传一个；每次退款使用新的 out_refund_no。",
    spellings=(
        _v2("INVALID_REQUEST", "支付单号校验不一致，请核实后再试", source=_FAQ),
        _v3(400, "INVALID_REQUEST", "支付单号校验不一致，请核实后再试", source=_FAQ),
    ),
)
REFUND_AMOUNTS_DISAGREE = Row(
    name="REFUND_AMOUNTS_DISAGREE",
    cause="amount.total is not the order's total, or this out_refund_no was used before with other amounts.",
    fix="amount.total is what the order cost, in fen; repeat a refund with the same amounts or a new out_refund_no.",
    cause_zh="amount.total 不等于订单金额，或同一 out_refund_no 之前用的是别的金额。",
    fix_zh="amount.total 填原订单金额（分）；重试时金额不变，否则换新的 out_refund_no。",
    spellings=(
        _v2("REFUND_FEE_MISMATCH", "订单金额或退款金额与之前请求不一致，请核实后再试", _OBSERVED, source=_FAQ),
        _v3(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试", _OBSERVED, source=_FAQ),
    ),
)
REFUND_PARAMETERS_DISAGREE = Row(
    name="REFUND_PARAMETERS_DISAGREE",
    cause="The request does not fit the order or the first request: another sub_mchid, account or split of the amount.",
    fix="Send sub_mchid of the order, and amounts in `from` that add up to the refund.",
    cause_zh="请求与订单或首次请求不符：sub_mchid、出资账户或出资金额不一致。",
    fix_zh="sub_mchid 与订单一致，from 中各金额之和等于退款金额。",
    spellings=(
        _v2("INVALID_REQUEST", "您的请求参数与订单信息不一致", source=_FAQ),
        _v3(400, "INVALID_REQUEST", "您的请求参数与订单信息不一致", source=_FAQ),
    ),
)
ORDER_FULLY_REFUNDED = Row(
    name="ORDER_FULLY_REFUNDED",
    cause="All of the order's money is refunded already.",
    fix="Query the refund you made; do not retry a refund under a new out_refund_no.",
    cause_zh="订单已经全额退款。",
    fix_zh="查询之前的退款单；重试时不要更换 out_refund_no。",
    spellings=(
        _v2("ERROR", "订单已全额退款", _OBSERVED),
        _v3(400, "INVALID_REQUEST", "订单已全额退款", _OBSERVED, source=_FAQ),
    ),
)
REFUND_MORE_THAN_PAID = Row(
    name="REFUND_MORE_THAN_PAID",
    cause="Together with earlier refunds this would be more than was paid.",
    fix="Refund at most what is left; count the refunds that are still PROCESSING.",
    cause_zh="累计退款金额会超过支付金额。",
    fix_zh="退款不要超过剩余可退金额，处理中的退款也要计入。",
    spellings=(
        _v2("REFUND_FEE_INVALID", "累计退款金额大于支付金额", _OBSERVED),
        _v3(400, "INVALID_REQUEST", "累计退款金额大于支付金额", _UNCONFIRMED, source=_FAQ),
    ),
)
REFUND_TOO_LATE = Row(
    name="REFUND_TOO_LATE",
    cause="The payment is more than a year old.",
    fix="Pay the money back in another way, for instance by a transfer.",
    cause_zh="支付已超过一年。",
    fix_zh="用其他方式退款，例如转账。",
    spellings=(
        _v2("TRADE_OVERDUE", "订单已经超过退款期限"),
        _v3(403, "TRADE_OVERDUE", "订单已经超过退款期限", _UNCONFIRMED, source=_FAQ),
    ),
)
REFUND_TOO_MANY = Row(
    name="REFUND_TOO_MANY",
    cause="An order takes at most 50 refunds.",
    fix="Refund the rest in one piece before the fiftieth, or pay it back in another way.",
    cause_zh="一笔订单最多退款 50 次。",
    fix_zh="在第 50 次之前一次退完，或用其他方式退款。",
    spellings=(
        _v2("INVALID_REQUEST", "该订单退款次数已达上限", _UNCONFIRMED),
        _v3(400, "INVALID_REQUEST", "该订单退款次数已达上限", _UNCONFIRMED, source=_REFUND),
    ),
)
REFUND_NOT_ENOUGH = Row(
    name="REFUND_NOT_ENOUGH",
    cause="The merchant's account holds less than the refund.",
    fix="Top the account up and repeat the same out_refund_no with the same parameters.",
    cause_zh="商户账户余额不足以退款。",
    fix_zh="充值后用相同的 out_refund_no 和参数重试。",
    retryable=True,
    spellings=(
        _v2("NOTENOUGH", "基本账户余额不足，请充值后重新发起", _OBSERVED),
        _v3(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起", _OBSERVED, source=_REFUND),
    ),
)
REFUND_ACCOUNT_ABNORMAL = Row(
    name="REFUND_ACCOUNT_ABNORMAL",
    cause="The payer's account is closed or limited: the money cannot go back the way it came.",
    fix="Pay the money back in another way.",
    cause_zh="用户账户异常或已注销，不能原路退回。",
    fix_zh="使用其他方式退款。",
    spellings=(
        _v2("USER_ACCOUNT_ABNORMAL", "用户账户异常或已注销，不能原路退回，请使用其他方式进行退款。", _OBSERVED),
        _v3(403, "USER_ACCOUNT_ABNORMAL", "退款请求失败", source=_REFUND),
    ),
)
REFUND_REQUEST_NOT_ALLOWED = Row(
    name="REFUND_REQUEST_NOT_ALLOWED",
    cause="The documented code for a request that the rules of the endpoint do not allow.",
    fix="Read the message and compare the request with the documentation.",
    cause_zh="文档里表示请求不符合业务规则的错误码。",
    fix_zh="对照提示与文档检查请求。",
    spellings=(
        _v3(400, "INVALID_REQUEST", "请求参数符合参数格式，但不符合业务规则", source=_REFUND, only_by_rule=True),
    ),
)
REFUND_MERCHANT_NOT_EXIST = Row(
    name="REFUND_MERCHANT_NOT_EXIST",
    cause="The documented code for an mchid that does not exist; an unknown caller meets a signature error first.",
    fix="Check the mchid of the Authorization header.",
    cause_zh="文档里表示商户号不存在的错误码；未知的调用方会先得到签名错误。",
    fix_zh="检查 Authorization 头里的商户号。",
    spellings=(_v3(404, "MCH_NOT_EXISTS", "MCHID不存在", source=_REFUND, only_by_rule=True),),
)
REFUND_OLD_ORDER_LIMITED = Row(
    name="REFUND_OLD_ORDER_LIMITED",
    cause="Refunds of orders older than a month come too fast one after the other.",
    fix="Slow down and repeat the same out_refund_no later.",
    cause_zh="一个月之前的订单退款过于频繁。",
    fix_zh="降低频率，稍后用相同的 out_refund_no 重试。",
    retryable=True,
    spellings=(
        _v2("FREQUENCY_LIMITED", "频率限制"),
        _v3(429, "FREQUENCY_LIMITED", "频率限制，1个月之前的订单请降低申请频率再重试", source=_REFUND),
    ),
)
REFUND_NOT_ABNORMAL = Row(
    name="REFUND_NOT_ABNORMAL",
    cause="Only a refund in state ABNORMAL can be sent to another account.",
    fix="Query the refund; PROCESSING needs patience, CLOSED a new out_refund_no.",
    cause_zh="只有 ABNORMAL 状态的退款可以发起异常退款。",
    fix_zh="先查询退款单；PROCESSING 请等待，CLOSED 请换新的 out_refund_no。",
    spellings=(
        _v3(400, "INVALID_REQUEST", "退款单状态不是退款异常，不能发起异常退款", _UNCONFIRMED, source=_ABNORMAL),
    ),
)
TRANSACTION_NUMBER_INVALID = Row(
    name="TRANSACTION_NUMBER_INVALID",
    cause="transaction_id is not a number of the platform's: it has 28 digits.",
    fix="Send transaction_id as the notification or the query had it, or out_trade_no in its own field.",
    cause_zh="transaction_id 不是微信支付的单号（28 位数字）。",
    fix_zh="使用通知或查单返回的 transaction_id；商户单号要放在 out_trade_no。",
    spellings=(_v2("INVALID_TRANSACTIONID", "无效transaction_id"),),
)
REFUND_PARAMETER_WRONG = Row(
    name="REFUND_PARAMETER_WRONG",
    cause="offset is behind the order's last refund. For other fields the code is documented; the gateway names them.",
    fix="Ask with an offset below total_refund_count, and compare the other fields with the documentation.",
    cause_zh="offset 超过了该订单的退款总笔数；其他字段有误时文档写此错误码，实际上网关会直接指出字段。",
    fix_zh="offset 要小于 total_refund_count，其余参数对照文档检查。",
    spellings=(
        _v2("PARAM_ERROR", "参数错误", endpoint="v2.refund", only_by_rule=True),
        _v2("PARAM_ERROR", "参数错误", endpoint="v2.refundquery"),
    ),
)
REFUND_NEEDS_RETRY = Row(
    name="REFUND_NEEDS_RETRY",
    cause="The refund stopped half-way inside the platform; it has to be asked for again.",
    fix="Repeat with the same out_refund_no and the same parameters.",
    cause_zh="退款业务流程错误，需要商户触发重试来解决。",
    fix_zh="用相同的 out_refund_no 和参数重试。",
    retryable=True,
    spellings=(_v2("BIZERR_NEED_RETRY", "退款业务流程错误，需要商户触发重试来解决", only_by_rule=True),),
)
REFUND_TOO_MANY_BAD_REQUESTS = Row(
    name="REFUND_TOO_MANY_BAD_REQUESTS",
    cause="The merchant sent too many refunds that were refused; for about a minute everything is.",
    fix="Stop, find out why they are refused, and go on later.",
    cause_zh="无效的退款请求过多，约一分钟内会被拦截。",
    fix_zh="先停下来查明被拒绝的原因，稍后再试。",
    retryable=True,
    spellings=(_v2("INVALID_REQ_TOO_MUCH", "无效请求过多", only_by_rule=True),),
)
