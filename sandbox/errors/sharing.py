"""What sharing out an order's money refuses."""

from sandbox.errors.problem import Confidence, Row
from sandbox.errors.v2 import says as _v2
from sandbox.errors.v3 import says

_RULES = "https://pay.weixin.qq.com/doc/v3/merchant/4014547102"
_ORDERS = "https://pay.weixin.qq.com/doc/v3/merchant/4012524936"
_QUERY = "https://pay.weixin.qq.com/doc/v3/merchant/4012525210"
_RETURNS = "https://pay.weixin.qq.com/doc/v3/merchant/4012525287"
_UNFREEZE = "https://pay.weixin.qq.com/doc/v3/merchant/4012526374"
_RECEIVERS = "https://pay.weixin.qq.com/doc/v3/merchant/4012528995"
_V2 = "https://pay.weixin.qq.com/wiki/doc/api/allocation.php?chapter=27_1&index=1"
_BACK = "v2.profitsharingreturn"
OBSERVED, UNCONFIRMED = Confidence.OBSERVED, Confidence.UNCONFIRMED

SHARING_NOT_PERMITTED = Row(
    name="SHARING_NOT_PERMITTED",
    cause="The merchant has not opened profit sharing.",
    fix="Open it in the merchant platform (产品中心 > 分账); a provider's sub-merchant has to agree as well.",
    cause_zh="商户没有开通分账。",
    fix_zh="在商户平台“产品中心 > 分账”开通；服务商模式还需子商户授权。",
    spellings=(
        _v2("NOAUTH", "无分账权限", source=_V2),
        says(403, "NO_AUTH", "无分账权限", OBSERVED, source=_RULES),
    ),
)
ORDER_NOT_FOR_SHARING = Row(
    name="ORDER_NOT_FOR_SHARING",
    cause="The order was placed without settle_info.profit_sharing true; its money went to the merchant at once.",
    fix="Place orders that shall be shared with `settle_info: {profit_sharing: true}`; it cannot be said later.",
    cause_zh="下单时没有传 settle_info.profit_sharing=true，资金已直接结算给商户。",
    fix_zh="需要分账的订单在下单时传 settle_info.profit_sharing=true，事后不能补。",
    spellings=(
        _v2("NOT_SHARE_ORDER", "非分账订单", UNCONFIRMED, source=_V2),
        says(403, "NO_AUTH", "非分账订单不支持分账", UNCONFIRMED, source=_RULES),
    ),
)
TRANSACTION_NOT_SHAREABLE = Row(
    name="TRANSACTION_NOT_SHAREABLE",
    cause="No paid order of this merchant has this transaction_id.",
    fix="Send the transaction_id of the notification or the query, with the mchid that collected the money.",
    cause_zh="该商户没有这个 transaction_id 的已支付订单。",
    fix_zh="使用通知或查单返回的 transaction_id，并用收款的商户号调用。",
    spellings=(
        _v2("INVALID_TRANSACTIONID", "无效的微信支付订单号", UNCONFIRMED, source=_V2),
        says(400, "INVALID_REQUEST", "无效的微信支付订单号", UNCONFIRMED, source=_ORDERS),
    ),
)
ORDER_NOT_READY = Row(
    name="ORDER_NOT_READY",
    cause="The order was paid a moment ago and is still being processed; about a minute must pass.",
    fix="Share a minute or more after the payment; try again with the same out_order_no.",
    cause_zh="订单刚支付，仍在处理中，约需一分钟。",
    fix_zh="支付成功一分钟后再分账，用原 out_order_no 重试。",
    retryable=True,
    spellings=(
        _v2("ORDER_NOT_READY", "订单处理中，请稍后重试", UNCONFIRMED, source=_V2),
        says(403, "RULE_LIMIT", "订单处理中，请稍后重试", UNCONFIRMED, source=_RULES),
    ),
)
NO_RELATION = Row(
    name="NO_RELATION",
    cause="A receiver was not added to this merchant's receivers, or was deleted.",
    fix="Add each receiver with /v3/profitsharing/receivers/add first: same type, account and appid.",
    cause_zh="分账接收方没有添加，或已被删除。",
    fix_zh="先用 /v3/profitsharing/receivers/add 添加每个接收方，类型、账号和 appid 要一致。",
    spellings=(
        _v2("RECEIVER_INVALID", "分账接收方关系不存在，请检查参数中每个接收方的关系", UNCONFIRMED, source=_V2),
        says(403, "NO_AUTH", "分账接收方关系不存在，请检查参数中每个接收方的关系", UNCONFIRMED, source=_RULES),
    ),
)
RATIO_EXCEEDED = Row(
    name="RATIO_EXCEEDED",
    cause="All shares of the order together would exceed the greatest part that may be shared, 30 % by default.",
    fix="Share less, or apply for a greater part in the merchant platform.",
    cause_zh="该订单累计分账金额超出最大分账比例（默认 30%）。",
    fix_zh="减少分账金额，或在商户平台申请提高比例。",
    spellings=(
        _v2("RULE_LIMIT", "分账金额超出最大分账比例", UNCONFIRMED, source=_V2),
        says(403, "RULE_LIMIT", "分账金额超出最大分账比例", source=_ORDERS),
    ),
)
UNSPLIT_TOO_LITTLE = Row(
    name="UNSPLIT_TOO_LITTLE",
    cause="The order holds less money than this: shared, refunded or released already.",
    fix="Ask /v3/profitsharing/transactions/{transaction_id}/amounts how much is left.",
    cause_zh="订单剩余待分金额不足：已分账、已退款或已解冻。",
    fix_zh="先查询剩余待分金额（/v3/profitsharing/transactions/{transaction_id}/amounts）。",
    spellings=(
        _v2("AMOUNT_OVERDUE", "分账金额不足", UNCONFIRMED, source=_V2),
        says(403, "NOT_ENOUGH", "分账金额不足", source=_ORDERS),
    ),
)
NOTHING_TO_UNFREEZE = Row(
    name="NOTHING_TO_UNFREEZE",
    cause="No money of this order is frozen any more.",
    fix="Nothing is left to do: the remainder was released before, or after thirty days by itself.",
    cause_zh="该订单已没有冻结的待分金额。",
    fix_zh="无需处理：剩余资金已解冻，或满 30 天自动解冻。",
    spellings=(
        _v2("AMOUNT_OVERDUE", "分账金额为0", UNCONFIRMED, source=_V2),
        says(403, "NOT_ENOUGH", "分账金额为0", source=_UNFREEZE),
    ),
)
SHARED_TOO_OFTEN = Row(
    name="SHARED_TOO_OFTEN",
    cause="The order was shared fifty times already.",
    fix="Put several receivers into one request: it takes fifty.",
    cause_zh="该订单已分账 50 次。",
    fix_zh="把多个接收方放进一次请求，一次最多 50 个。",
    spellings=(
        _v2("RULE_LIMIT", "订单分账次数已达上限", UNCONFIRMED, source=_V2),
        says(403, "RULE_LIMIT", "订单分账次数已达上限", UNCONFIRMED, source=_RULES),
    ),
)
SHARING_NAME_WRONG = Row(
    name="SHARING_NAME_WRONG",
    cause="The name is not the one by which WeChat knows the person who has this openid.",
    fix="Send the person's real name, encrypted, or leave it out.",
    cause_zh="传入的姓名与该 openid 的微信实名不一致。",
    fix_zh="传入真实姓名（加密），或不传。",
    spellings=(
        _v2("NAME_MISMATCH", "微信用户姓名与实名不一致", UNCONFIRMED, source=_V2),
        says(403, "RULE_LIMIT", "微信用户姓名与实名不一致", UNCONFIRMED, source=_RULES),
    ),
)
RECEIVER_NAME_WRONG = Row(
    name="RECEIVER_NAME_WRONG",
    cause="The name is not the full name of the merchant with this number.",
    fix="Send the merchant's full registered name, encrypted.",
    cause_zh="传入的名称与该商户号的商户全称不一致。",
    fix_zh="传入商户全称（加密）。",
    spellings=(
        _v2("INVALID_REQUEST", "分账接收方全称与商户号不匹配", UNCONFIRMED, source=_V2),
        says(400, "INVALID_REQUEST", "分账接收方全称与商户号不匹配", UNCONFIRMED, source=_RECEIVERS),
    ),
)
SHARING_CHANGED = Row(
    name="SHARING_CHANGED",
    cause="This number was used before with other parameters.",
    fix="Repeat a request with exactly the same parameters, or use a new number.",
    cause_zh="该单号之前用别的参数请求过。",
    fix_zh="重试时参数要完全相同，否则换新单号。",
    spellings=(
        _v2("INVALID_REQUEST", "请求重入时，参数与首次请求时不一致", UNCONFIRMED, source=_V2),
        says(400, "INVALID_REQUEST", "请求重入时，参数与首次请求时不一致", UNCONFIRMED, source=_ORDERS),
    ),
)
SHARING_NOT_EXIST = Row(
    name="SHARING_NOT_EXIST",
    cause="This merchant has no such record.",
    fix="Check the number, and ask with the merchant that made the request.",
    cause_zh="该商户没有这条记录。",
    fix_zh="核对单号，并用发起请求的商户号查询。",
    spellings=(
        _v2("RESOURCE_NOT_EXISTS", "记录不存在", UNCONFIRMED, source=_V2),
        says(404, "RESOURCE_NOT_EXISTS", "记录不存在", source=_QUERY),
    ),
)
RETURN_NOT_OPENED = Row(
    name="RETURN_NOT_OPENED",
    cause="The merchant that shall give the money back has not opened profit sharing, or not the giving back.",
    fix="Let the receiver switch it on in its merchant platform.",
    cause_zh="回退方没有开通分账回退。",
    fix_zh="请回退方在其商户平台开通分账回退。",
    spellings=(
        _v2(
            "NOAUTH",
            "回退方没有开通分账回退功能",
            OBSERVED,
            endpoint=_BACK,
            source="https://github.com/Wechat-Group/WxJava/issues/1824",
        ),
        says(403, "NO_AUTH", "回退方未开通分账回退功能", source=_RETURNS),
    ),
)
RETURN_TOO_MUCH = Row(
    name="RETURN_TOO_MUCH",
    cause="The receiver got less than this from that request, counting what it has given back, or nothing at all.",
    fix="Give back at most what the receiver got; only merchants give back.",
    cause_zh="回退金额超过该接收方在该分账单中的可回退金额（含已回退），或它没有收到分账。",
    fix_zh="回退金额不要超过接收方收到的金额；只有商户接收方可以回退。",
    spellings=(
        _v2("PARAM_ERROR", "分账并没有分给对应的回退方", OBSERVED, endpoint=_BACK, source=_V2),
        says(400, "INVALID_REQUEST", "回退金额超过可回退金额", UNCONFIRMED, source=_RETURNS),
    ),
)
SHARING_PARAMETER_WRONG = Row(
    name="SHARING_PARAMETER_WRONG",
    cause="A parameter, or something in the JSON of receivers, is missing, unknown or out of range.",
    fix="Compare with the documentation; receivers is a JSON array as text, receiver an object.",
    cause_zh="参数或 receivers 的 JSON 内容缺失、未知或超出范围。",
    fix_zh="对照文档检查；receivers 是 JSON 数组文本，receiver 是 JSON 对象文本。",
    spellings=(_v2("PARAM_ERROR", "参数错误：{field}", UNCONFIRMED, source=_V2),),
)
