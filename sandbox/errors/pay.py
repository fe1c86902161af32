"""What ordering, querying and closing an order refuse: the business rows of the payment gateway."""

from sandbox.errors.problem import Confidence, Row, Spelling
from sandbox.errors.v2 import CODE_TABLE as _CODE_TABLE
from sandbox.errors.v2 import fails as _fails
from sandbox.errors.v2 import says as _v2
from sandbox.errors.v3 import says as _v3

_ORDERING = "https://pay.weixin.qq.com/doc/v3/merchant/4012791869"
_COMBINE = "v3.combine"  # these endpoints still write some codes as v2 does
_COMBINED = "https://pay.weixin.qq.com/doc/v3/merchant/4012556926"
_UNIFIEDORDER, _ORDERQUERY, _CLOSEORDER = "v2.unifiedorder", "v2.orderquery", "v2.closeorder"


def _says(
    code: str,
    text: str,
    endpoint: str = "",
    generation: str = "",
    confidence: Confidence = Confidence.OBSERVED,
    source: str = "",
) -> Spelling:
    return _v2(code, text, confidence, endpoint=endpoint, generation=generation, source=source)


def _fails_legacy(text: str, confidence: Confidence = Confidence.OBSERVED) -> Spelling:
    """The older gateway said this with return_code=FAIL."""
    return _fails(text, confidence, generation="legacy")


def _documented(code: str, text: str, endpoint: str = "", source: str = _CODE_TABLE) -> Spelling:
    """In the documented tables, but nothing a caller does leads to it here."""
    return _v2(code, text, endpoint=endpoint, source=source, only_by_rule=True)


ORDER_PAID = Row(
    name="ORDER_PAID",
    number=268449538,
    cause="The order of this out_trade_no is paid (a refund later does not change that).",
    fix="Query the order and deliver; a new purchase needs a new out_trade_no.",
    cause_zh="该 out_trade_no 的订单已支付（之后退款也算）。",
    fix_zh="查单后按已支付处理；新的购买要用新的 out_trade_no。",
    spellings=(
        _says("ORDERPAID", "该订单已支付", _UNIFIEDORDER),
        _says("ORDERPAID", "该订单已支付", confidence=Confidence.INFERRED, source=_CODE_TABLE),
        _says("ORDERPAID", "该订单已支付", _CLOSEORDER, confidence=Confidence.UNCONFIRMED, source=_CODE_TABLE),
        _v3(400, "ORDERPAID", "该订单已支付", Confidence.UNCONFIRMED, source=_ORDERING),
    ),
)
ORDER_CLOSED = Row(
    name="ORDER_CLOSED",
    cause="The order was closed, or its time_expire is over.",
    fix="Order with a new out_trade_no; a closed number cannot be opened again.",
    cause_zh="订单已关闭，或已过 time_expire。",
    fix_zh="换新的 out_trade_no 下单；关闭的单号不能再用。",
    spellings=(
        _says("ORDERCLOSED", "订单已关闭", _UNIFIEDORDER, confidence=Confidence.DOCUMENTED, source=_CODE_TABLE),
        _says("ORDERCLOSED", "订单已关闭", confidence=Confidence.DOCUMENTED, source=_CODE_TABLE),
        _says("ORDERCLOSED", "订单已关闭", _CLOSEORDER, confidence=Confidence.UNCONFIRMED, source=_CODE_TABLE),
        _v3(400, "ORDER_CLOSED", "订单已关闭", Confidence.UNCONFIRMED, source=_ORDERING),
    ),
)
OUT_TRADE_NO_REPEATED = Row(
    name="OUT_TRADE_NO_REPEATED",
    cause="This out_trade_no was ordered before with other parameters, another trade type or another API.",
    fix="Repeat an unpaid order with exactly the same parameters, or close it and order under a new number.",
    cause_zh="同一 out_trade_no 之前用别的参数、别的交易类型或别的接口下过单。",
    fix_zh="未支付订单要用完全相同的参数重新下单，否则先关单再换新单号。",
    spellings=(
        _says("INVALID_REQUEST", "201 商户订单号重复", source=_ORDERING),
        _v3(400, "INVALID_REQUEST", "201 商户订单号重复", Confidence.OBSERVED, source=_ORDERING),
    ),
)
ORDER_CHANGED = Row(
    name="ORDER_CHANGED",
    number=268498688,
    cause="This out_trade_no was ordered before with other parameters, or closed before it was ever ordered.",
    fix="Repeat an unpaid order with exactly the same parameters, or order under a new number.",
    cause_zh="同一 out_trade_no 之前用别的参数下过单，或在下单之前就被关闭过。",
    fix_zh="未支付订单要用完全相同的参数重新下单，或换新单号。",
    spellings=(
        _says("INVALID_REQUEST", "201 商户订单号重复", source=_ORDERING),
        _v3(
            400, "INVALID_REQUEST", "请求重入时，参数与首次请求时不一致", Confidence.OBSERVED,
            source="https://pay.weixin.qq.com/doc/v3/merchant/4012791869",
        ),
    ),
)  # fmt: skip
ORDER_EXPIRED = Row(
    name="ORDER_EXPIRED",
    number=268447914,
    cause="The order's time_expire is over; the number cannot be ordered again.",
    fix="Order with a new out_trade_no.",
    cause_zh="订单已过 time_expire，单号不能再下单。",
    fix_zh="换新的 out_trade_no 下单。",
    spellings=(
        _says("ORDERCLOSED", "订单已关闭", _UNIFIEDORDER, confidence=Confidence.UNCONFIRMED, source=_CODE_TABLE),
        _says("ORDERCLOSED", "订单已关闭", confidence=Confidence.UNCONFIRMED, source=_CODE_TABLE),
        _v3(400, "INVALID_REQUEST", "该订单已失效", Confidence.UNCONFIRMED, source=_ORDERING),
    ),
)
MERCHANT_NOT_EXIST = Row(
    name="MERCHANT_NOT_EXIST",
    cause="A sub order names an mchid that does not exist; an unknown caller meets a signature error first.",
    fix="Check the mchid in the request.",
    cause_zh="子单里的商户号不存在；未知的调用方会先得到签名错误。",
    fix_zh="检查请求中的商户号。",
    spellings=(
        _v3(400, "MCH_NOT_EXISTS", "商户号不存在", source=_ORDERING, only_by_rule=True),
        _v3(400, "MCH_NOT_EXISTS", "商户号不存在", endpoint=_COMBINE, source=_COMBINED),
    ),
)
RULE_LIMIT = Row(
    name="RULE_LIMIT",
    cause="A business rule of the platform forbids it, risk control for one.",
    fix="Read the message; ask the platform's support when it does not help.",
    cause_zh="受平台业务规则限制，例如风控。",
    fix_zh="按提示信息处理，必要时联系平台客服。",
    spellings=(
        _v3(403, "RULE_LIMIT", "业务规则限制", source=_ORDERING, only_by_rule=True),
        _v3(403, "RULELIMIT", "业务规则限制", endpoint=_COMBINE, source=_COMBINED, only_by_rule=True),
    ),
)
TRADE_ERROR = Row(
    name="TRADE_ERROR",
    cause="The trade failed for a reason of the platform's or the payer's side.",
    fix="Query the order and act on its trade_state.",
    cause_zh="因平台或用户侧原因交易失败。",
    fix_zh="先查单，再按 trade_state 处理。",
    spellings=(_v3(403, "TRADE_ERROR", "交易错误", source=_ORDERING, only_by_rule=True),),
)
TRANSACTION_ID_ILLEGAL = Row(
    name="TRANSACTION_ID_ILLEGAL",
    cause="The transaction_id is not a number of the platform's.",
    fix="Take it from the notification or the query; for the merchant's own number use the out-trade-no path.",
    cause_zh="transaction_id 不是微信支付订单号。",
    fix_zh="使用通知或查单返回的 transaction_id；商户订单号请用 out-trade-no 路径。",
    spellings=(_v3(400, "PARAM_ERROR", "微信订单号非法", Confidence.OBSERVED, source=_ORDERING),),
)
REQUEST_NOT_ALLOWED = Row(
    name="REQUEST_NOT_ALLOWED",
    cause="The documented code for a request that the rules of the endpoint do not allow.",
    fix="Read the message and compare the request with the documentation.",
    cause_zh="文档里表示请求不符合接口业务规则的错误码。",
    fix_zh="对照提示与文档检查请求。",
    spellings=(_v3(400, "INVALID_REQUEST", "无效请求", source=_ORDERING, only_by_rule=True),),
)
OUT_TRADE_NO_USED = Row(
    name="OUT_TRADE_NO_USED",
    cause="The documented code for a repeated order number; the gateway says INVALID_REQUEST / 201 instead.",
    fix="Repeat an unpaid order with exactly the same parameters, or order under a new number.",
    cause_zh="文档里表示商户订单号重复的错误码；网关实际返回 INVALID_REQUEST / 201。",
    fix_zh="未支付订单用相同参数重新下单，或换新单号。",
    spellings=(
        _documented("OUT_TRADE_NO_USED", "商户订单号重复"),
        _v3(403, "OUT_TRADE_NO_USED", "商户订单号重复", Confidence.DOCUMENTED, source=_ORDERING),
    ),
)
NOT_ENOUGH = Row(
    name="NOT_ENOUGH",
    cause="The payer's account does not hold enough for this order.",
    fix="Let the payer choose another way to pay, then order again.",
    cause_zh="用户账户余额不足。",
    fix_zh="请用户更换支付方式后重新下单。",
    spellings=(_documented("NOTENOUGH", "余额不足", _UNIFIEDORDER),),
)
SYSTEM_ERROR = Row(
    name="SYSTEM_ERROR",
    cause="The platform failed on its own side; whether the request took effect is unknown.",
    fix="Call again with the same parameters, or query the order. Never change the number on a retry.",
    cause_zh="平台自身异常，请求是否生效未知。",
    fix_zh="用相同参数重新调用，或查单确认；重试时不要更换单号。",
    retryable=True,
    spellings=(
        _documented("SYSTEMERROR", "系统异常，请用相同参数重新调用"),
        _documented("SYSTEMERROR", "系统错误", _ORDERQUERY),
        _v3(500, "SYSTEM_ERROR", "系统异常，请稍后重试", Confidence.DOCUMENTED, source=_ORDERING, only_by_rule=True),
        _v3(500, "SYSTEMERROR", "系统错误", endpoint=_COMBINE, source=_COMBINED, only_by_rule=True),
    ),
)
NO_PERMISSION = Row(
    name="NO_PERMISSION",
    cause="The merchant has not opened the product that this trade_type belongs to. The code is not at fault.",
    fix="Open the product in the merchant platform (产品中心 > 我的产品); check trade_type.",
    cause_zh="商户没有开通该 trade_type 对应的支付产品，不是代码问题。",
    fix_zh="在商户平台“产品中心 > 我的产品”开通产品，并检查 trade_type。",
    spellings=(
        _says("NOAUTH", "商户号该产品权限未开通，请前往商户平台>产品中心检查后重试。", generation="modern"),
        _fails_legacy("商户号该产品权限未开通，请前往商户平台>产品中心检查后重试"),
        _v3(
            403,
            "NO_AUTH",
            "商户号该产品权限未开通，请前往商户平台>产品中心检查后重试",
            Confidence.DOCUMENTED,
            source=_ORDERING,
        ),
        _v3(
            403,
            "NOAUTH",
            "商户号该产品权限未开通，请前往商户平台>产品中心检查后重试",
            endpoint=_COMBINE,
            source=_COMBINED,
        ),
    ),
)
MERCHANT_RESTRICTED = Row(
    name="MERCHANT_RESTRICTED",
    number=268448010,
    cause="Risk control stopped this merchant from collecting. Querying, closing and refunding still work.",
    fix="See the reason in the merchant platform and appeal there; show the payer another way to pay.",
    cause_zh="商户被风控限制收款；查单、关单、退款不受影响。",
    fix_zh="在商户平台查看原因并申诉；给用户提供其他支付方式。",
    spellings=(
        _says(
            "NOAUTH",
            "此商家的收款功能已被限制，暂无法支付。"
            "商家可登录微信商户平台/微信支付商家助手小程序/经营账户页面查看原因和解决方案。",
            generation="modern",
        ),
        _fails_legacy(
            "此商家的收款功能已被限制，暂无法支付。"
            "商家可登录微信商户平台/微信支付商家助手小程序/经营账户页面查看原因和解决方案"
        ),
        _v3(
            403,
            "NO_AUTH",
            "此商家的收款功能已被限制，暂无法支付。"
            "商家可登录微信商户平台/微信支付商家助手小程序/经营账户页面查看原因和解决方案",
            Confidence.DOCUMENTED,
            source=_ORDERING,
        ),
        _v3(
            403,
            "NOAUTH",
            "此商家的收款功能已被限制，暂无法支付。"
            "商家可登录微信商户平台/微信支付商家助手小程序/经营账户页面查看原因和解决方案",
            endpoint=_COMBINE,
            source=_COMBINED,
        ),
    ),
)
OPENID_MISSING = Row(
    name="OPENID_MISSING",
    number=268501013,
    cause="A JSAPI order names no payer.",
    fix="Send the openid that jscode2session gave (or sub_openid with sub_appid).",
    cause_zh="JSAPI 下单没有传用户的 openid。",
    fix_zh="传入 jscode2session 得到的 openid（或 sub_openid 加 sub_appid）。",
    spellings=(
        _says("PARAM_ERROR", "JSAPI支付必须传openid", generation="modern"),
        _fails_legacy("JSAPI支付必须传openid"),
        _v3(400, "PARAM_ERROR", "JSAPI支付必须传openid", Confidence.UNCONFIRMED, source=_ORDERING),
    ),
)
OPENID_INVALID = Row(
    name="OPENID_INVALID",
    cause="Nobody has this openid: made up, cut off, or a login code, unionid or session id in its place.",
    fix="Take openid from the reply of jscode2session, on the server, for this payer.",
    cause_zh="没有这个 openid：是编造的、被截断了，或误传了 code、unionid、会话 id。",
    fix_zh="在服务端使用 jscode2session 返回的该用户的 openid。",
    spellings=(
        _says("PARAM_ERROR", "无效的openid"),
        _v3(400, "PARAM_ERROR", "无效的openid", Confidence.UNCONFIRMED, source=_ORDERING),
    ),
)
ORDER_NOT_EXIST = Row(
    name="ORDER_NOT_EXIST",
    number=268512771,
    cause="This merchant has no order of this number: never created, refused when ordered, or another mch_id's.",
    fix="Check that unifiedorder succeeded, and ask with the mch_id and the kind of number you ordered with.",
    cause_zh="该商户没有这个单号的订单：没有创建、下单时被拒绝，或属于别的商户号。",
    fix_zh="确认下单已成功，并用下单时的商户号和对应的单号类型查询。",
    spellings=(
        _says("ORDERNOTEXIST", "订单不存在", _ORDERQUERY, "modern"),
        _says("ORDERNOTEXIST", "order not exist", _ORDERQUERY, "legacy"),
        _says("ORDERNOTEXIST", "订单不存在", confidence=Confidence.UNCONFIRMED, source=_CODE_TABLE),
        _v3(404, "ORDER_NOT_EXIST", "订单不存在", Confidence.OBSERVED, source=_ORDERING),
        _v3(404, "ORDERNOTEXIST", "订单不存在", endpoint=_COMBINE, source=_COMBINED),
    ),
)
TRADE_STATE_ERROR = Row(
    name="TRADE_STATE_ERROR",
    cause="The order is in a state that does not allow this.",
    fix="Query the order and act on its trade_state.",
    cause_zh="订单当前状态不允许该操作。",
    fix_zh="先查单，再按 trade_state 处理。",
    spellings=(_documented("TRADE_STATE_ERROR", "订单状态错误", _CLOSEORDER),),
)
FREQUENCY_LIMITED = Row(
    name="FREQUENCY_LIMITED",
    number=268447840,
    cause="Too many requests in a short time.",
    fix="Slow down and try again later with the same parameters.",
    cause_zh="短时间内请求过于频繁。",
    fix_zh="降低频率，稍后用相同参数重试。",
    retryable=True,
    spellings=(
        _says("FREQUENCY_LIMITED", "频率限制", confidence=Confidence.UNCONFIRMED, source=_CODE_TABLE),
        _v3(429, "FREQUENCY_LIMITED", "频率超限", Confidence.UNCONFIRMED, source=_ORDERING),
    ),
)
