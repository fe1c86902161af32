"""What sending money to a payer refuses, to the merchant and on the phone."""

from sandbox.errors.problem import Confidence, Layer, Row, Spelling
from sandbox.errors.v2 import says as _v2
from sandbox.errors.v3 import says

_FAQ = "https://pay.weixin.qq.com/doc/v3/merchant/4013778940"
_BILLS = "https://pay.weixin.qq.com/doc/v3/merchant/4012716434"
_QUERY = "https://pay.weixin.qq.com/doc/v3/merchant/4012716437"
_CANCEL = "https://pay.weixin.qq.com/doc/v3/merchant/4012716458"
_CONFIRM = "https://pay.weixin.qq.com/doc/v3/merchant/4012716430"
_BATCHES = "https://github.com/wechatpay-apiv3/wechatpay-go"
UNCONFIRMED, OBSERVED = Confidence.UNCONFIRMED, Confidence.OBSERVED
_ANY, _TRANSFERS, _PACKET = "v2.promotion", "v2.promotion.transfers", "v2.promotion.sendredpack"
_GROUP = "v2.promotion.sendgroupredpack"
_V2 = "https://pay.weixin.qq.com/wiki/doc/api/tools/mch_pay.php?chapter=14_2"


def _heard(text: str) -> tuple[Spelling, ...]:
    """What JavaScript hears of wx.requestMerchantTransfer."""
    return (
        Spelling(dialect="phone", layer=Layer.ERR_MSG, text=text, confidence=Confidence.DOCUMENTED, source=_CONFIRM),
    )


def _too_often(name: str, code: str) -> Row:
    return Row(
        name=name,
        cause="Too many transfer requests in a short time.",
        fix="Slow down, and try again with the same number and parameters.",
        cause_zh="短时间内转账请求过于频繁。",
        fix_zh="降低频率，用原单号和原参数重试。",
        retryable=True,
        spellings=(says(429, code, "频率超限", source=_BILLS, only_by_rule=True),),
    )


FREQUENCY_LIMIT_EXCEED = _too_often("FREQUENCY_LIMIT_EXCEED", "FREQUENCY_LIMIT_EXCEED")
RATELIMIT_EXCEEDED = _too_often("RATELIMIT_EXCEEDED", "RATELIMIT_EXCEEDED")
FREQUENCY_LIMIT = _too_often("FREQUENCY_LIMIT", "FREQUENCY_LIMIT")

TRANSFER_NOT_PERMITTED = Row(
    name="TRANSFER_NOT_PERMITTED",
    cause="The merchant has not opened 商家转账.",
    fix="Open it in the merchant platform (产品中心 > 商家转账).",
    cause_zh="商户没有开通商家转账。",
    fix_zh="在商户平台“产品中心 > 商家转账”开通。",
    spellings=(
        _v2("NO_AUTH", "没有该接口权限", endpoint=_ANY, source=_V2),
        says(403, "NO_AUTH", "没有相关权限", source=_BILLS),
    ),
)
TRANSFER_MERCHANT_ABNORMAL = Row(
    name="TRANSFER_MERCHANT_ABNORMAL",
    cause="Risk control restricts this merchant.",
    fix="See the reason in the merchant platform and appeal there.",
    cause_zh="商户被风控限制。",
    fix_zh="在商户平台查看原因并申诉。",
    spellings=(says(403, "USER_ERROR", "当前商户存在异常，暂时无法进行转账。", UNCONFIRMED, source=_FAQ),),
)
TRANSFER_ADDRESS_REFUSED = Row(
    name="TRANSFER_ADDRESS_REFUSED",
    cause="The request came from an address that is not on the merchant's list.",
    fix="Add the server's public address in the merchant platform (产品中心 > 商家转账 > 开发配置).",
    cause_zh="请求的 IP 不在商户的白名单里。",
    fix_zh="在商户平台商家转账的开发配置里添加服务器的出口 IP。",
    spellings=(
        says(
            403, "NO_AUTH", "此IP地址不允许调用接口，请按开发指引设置", UNCONFIRMED, source=_FAQ, only_by_rule=True
        ),
    ),
)  # fmt: skip
SMALL_TRANSFER_NAMED = Row(
    name="SMALL_TRANSFER_NAMED",
    cause="user_name was sent for less than 0.30 yuan.",
    fix="Leave user_name out below 30 fen.",
    cause_zh="转账金额小于 0.3 元时传了 user_name。",
    fix_zh="0.3 元以下不要传 user_name。",
    spellings=(says(400, "PARAM_ERROR", "0.3元以下不允许输入姓名校验", source=_FAQ),),
)
GREAT_TRANSFER_UNNAMED = Row(
    name="GREAT_TRANSFER_UNNAMED",
    cause="2,000 yuan or more were to be sent without user_name.",
    fix="Send the payee's real name in user_name, encrypted, from 200000 fen on.",
    cause_zh="转账金额达到 2000 元时没有传 user_name。",
    fix_zh="2000 元及以上必须传收款用户姓名 user_name（加密）。",
    spellings=(says(400, "PARAM_ERROR", "2000元及以上必须传入收款用户姓名", UNCONFIRMED, source=_FAQ),),
)
SCENE_REPORT_MISSING = Row(
    name="SCENE_REPORT_MISSING",
    cause="transfer_scene_report_infos is missing or empty.",
    fix="Send the report that the scene asks for, such as 活动名称 and 奖励说明 for scene 1000.",
    cause_zh="没有传 transfer_scene_report_infos，或为空。",
    fix_zh="按转账场景传报备信息，例如场景 1000 传“活动名称”和“奖励说明”。",
    spellings=(says(400, "PARAM_ERROR", "需传入转账场景报备信息，请检查", source=_FAQ),),
)
SCENE_REPORT_INCOMPLETE = Row(
    name="SCENE_REPORT_INCOMPLETE",
    cause="The report of the transfer scene lacks an info_type that this scene asks for.",
    fix="Send every info_type that the scene's documentation names, spelled exactly so.",
    cause_zh="报备信息缺少该转账场景要求的 info_type。",
    fix_zh="按文档为该场景传全部 info_type，名称要完全一致。",
    spellings=(says(400, "PARAM_ERROR", "未传入完整且对应的转账场景报备信息，请根据接口文档检查", source=_FAQ),),
)
PERCEPTION_UNKNOWN = Row(
    name="PERCEPTION_UNKNOWN",
    cause="user_recv_perception is none of the texts of this transfer scene.",
    fix="Use a text that the scene's documentation lists, or leave it out.",
    cause_zh="user_recv_perception 不是该场景允许的文案。",
    fix_zh="使用文档为该场景列出的文案，或不传。",
    spellings=(says(400, "INVALID_REQUEST", "暂不支持展示当前传入的用户收款感知", source=_FAQ),),
)
TRANSFER_NAME_WRONG = Row(
    name="TRANSFER_NAME_WRONG",
    cause="user_name is not the name by which WeChat knows the payee.",
    fix="Ask the payee for the real name.",
    cause_zh="user_name 与收款用户的微信实名不一致。",
    fix_zh="向收款用户核实真实姓名。",
    spellings=(
        _v2("NAME_MISMATCH", "姓名校验出错", endpoint=_ANY, source=_V2),
        says(400, "INVALID_REQUEST", "用户姓名与收款微信实名不一致", source=_FAQ),
    ),
)
TRANSFER_OPENID_WRONG = Row(
    name="TRANSFER_OPENID_WRONG",
    cause="Nobody has this openid under this appid.",
    fix="Take the openid from the login of the app whose appid the request names.",
    cause_zh="该 appid 下没有这个 openid。",
    fix_zh="使用请求中 appid 对应应用登录得到的 openid。",
    spellings=(
        _v2("PARAM_ERROR", "参数错误:输入的用户openid有误.", OBSERVED, endpoint=_TRANSFERS, source=_V2),
        *(
            _v2("PARAM_ERROR", "参数错误:re_openid字段不正确,请检查是否合法", OBSERVED, endpoint=one, source=_V2)
            for one in (_PACKET, _GROUP)
        ),
        says(400, "INVALID_REQUEST", "Openid格式错误或者不属于商家公众账号，请检查", source=_FAQ),
    ),
)
TRANSFER_AMOUNT_LIMITED = Row(
    name="TRANSFER_AMOUNT_LIMITED",
    cause="The amount is outside of what one transfer of this merchant may be.",
    fix="Split the amount, or change the limit in the merchant platform.",
    cause_zh="金额超出该商户单笔转账的上下限。",
    fix_zh="拆分金额，或在商户平台调整额度。",
    spellings=(
        _v2("AMOUNT_LIMIT", "金额超限", endpoint=_TRANSFERS, source=_V2),
        says(400, "INVALID_REQUEST", "超过单笔转账上下限，核实产品设置是否准确", source=_FAQ),
    ),
)
TRANSFER_FUNDS_SHORT = Row(
    name="TRANSFER_FUNDS_SHORT",
    cause="The merchant's account holds less than this.",
    fix="Top the account up, then repeat with the same number.",
    cause_zh="商户账户余额不足。",
    fix_zh="充值后用原单号重试。",
    spellings=(
        _v2("NOTENOUGH", "余额不足", OBSERVED, endpoint=_TRANSFERS, source=_V2, aside="支付失败"),
        *(
            _v2("NOTENOUGH", "帐号余额不足，请到商户平台充值后再重试", OBSERVED, endpoint=one, source=_V2)
            for one in (_PACKET, _GROUP)
        ),
        says(403, "NOT_ENOUGH", "资金不足", source=_BILLS),
    ),
)
TRANSFER_CHANGED = Row(
    name="TRANSFER_CHANGED",
    cause="This number was used before with other parameters.",
    fix="Query the number; repeat it with exactly the same parameters, or use a new one for a new transfer.",
    cause_zh="该单号之前用别的参数请求过。",
    fix_zh="先查单；重试要用完全相同的参数，新的转账要换新单号。",
    spellings=(
        _v2("FATAL_ERROR", "两次请求参数不一致", endpoint=_ANY, source=_V2),
        says(400, "ALREADY_EXISTS", "单号已存在但信息不一致，请查单后比较确认", UNCONFIRMED, source=_FAQ),
    ),
)
TRANSFER_TOO_OLD = Row(
    name="TRANSFER_TOO_OLD",
    cause="The number was first used more than three days ago and cannot be repeated any more.",
    fix="Query the number; send again under a new one only if it failed.",
    cause_zh="该单号首次请求已超过 3 天，不能再重试。",
    fix_zh="先查单，确认失败后再换单号。",
    spellings=(
        says(
            400, "ALREADY_EXISTS", "对应单号已超出重试期,请查单确认后决定是否换单请求", UNCONFIRMED, source=_FAQ
        ),
    ),
)  # fmt: skip
TRANSFER_NOT_EXIST = Row(
    name="TRANSFER_NOT_EXIST",
    cause="This merchant has no transfer of this number.",
    fix="Check the number; a request that was refused or never arrived made none.",
    cause_zh="该商户没有这个单号的转账。",
    fix_zh="核对单号；被拒绝或没有到达的请求不会生成转账单。",
    spellings=(
        _v2("NOT_FOUND", "指定单号数据不存在", UNCONFIRMED, endpoint=_ANY, source=_V2),
        says(404, "NOT_FOUND", "记录不存在", source=_QUERY),
    ),
)
TRANSFER_NOT_CANCELLABLE = Row(
    name="TRANSFER_NOT_CANCELLABLE",
    cause="The payee has confirmed already, or the transfer has come to its end.",
    fix="Query the transfer and act on its state.",
    cause_zh="用户已确认收款，或转账单已到终态。",
    fix_zh="先查单，再按 state 处理。",
    spellings=(says(400, "INVALID_REQUEST", "当前转账单状态不支持撤销", UNCONFIRMED, source=_CANCEL),),
)
BATCHES_UPGRADED = Row(
    name="BATCHES_UPGRADED",
    cause="The merchant has the product of 2025, for which the batch API is closed.",
    fix="Use /v3/fund-app/mch-transfer/transfer-bills; `transfer.batches` opens the older API of this tenant.",
    cause_zh="商户使用的是 2025 年的升级版商家转账，旧的批量接口不可用。",
    fix_zh="改用 /v3/fund-app/mch-transfer/transfer-bills；沙箱设置 transfer.batches 可打开旧接口。",
    spellings=(
        says(
            403, "NO_AUTH",
            "当前商户号接入升级版本功能，暂不支持使用升级前功能，请在产品中心-商家转账-前往功能查看接口文档",
            source=_FAQ,
        ),
    ),
)  # fmt: skip
BATCH_SUM_WRONG = Row(
    name="BATCH_SUM_WRONG",
    cause="total_amount or total_num is not what the details add up to.",
    fix="Send the sum of transfer_amount as total_amount and the number of details as total_num.",
    cause_zh="total_amount 或 total_num 与明细之和不一致。",
    fix_zh="total_amount 传明细金额之和，total_num 传明细条数。",
    spellings=(says(400, "INVALID_REQUEST", "转账总金额或总笔数与明细不一致", UNCONFIRMED, source=_BATCHES),),
)
BATCH_NUMBER_TWICE = Row(
    name="BATCH_NUMBER_TWICE",
    cause="Two details of the batch have one out_detail_no.",
    fix="Give each detail a number of its own.",
    cause_zh="同一批次里有重复的 out_detail_no。",
    fix_zh="每条明细使用不同的 out_detail_no。",
    spellings=(says(400, "INVALID_REQUEST", "商家明细单号重复", UNCONFIRMED, source=_BATCHES),),
)
TRANSFER_DECLINED = Row(
    name="TRANSFER_DECLINED",
    cause="The payee left the page without taking the money; the transfer goes on waiting.",
    fix="Show the page again within 24 hours; nothing was refused.",
    cause_zh="用户没有确认就离开了页面，转账单继续等待。",
    fix_zh="24 小时内可以再次拉起确认页面。",
    spellings=_heard("requestMerchantTransfer:cancel"),
)
TRANSFER_PACKAGE_UNKNOWN = Row(
    name="TRANSFER_PACKAGE_UNKNOWN",
    cause="No transfer has this package_info.",
    fix="Hand over package_info exactly as the transfer's answer had it, with mchId and appId.",
    cause_zh="没有这个 package_info 对应的转账单。",
    fix_zh="原样使用转账接口返回的 package_info，并传 mchId、appId。",
    spellings=_heard("requestMerchantTransfer:fail"),
)
TRANSFER_NOT_WAITING = Row(
    name="TRANSFER_NOT_WAITING",
    cause="The transfer does not wait for the payee: taken already, cancelled, or older than 24 hours.",
    fix="Query the transfer and act on its state.",
    cause_zh="转账单不在待确认状态：已收款、已撤销或超过 24 小时。",
    fix_zh="先查单，再按 state 处理。",
    spellings=_heard("requestMerchantTransfer:fail"),
)
TRANSFER_NOT_THEIRS = Row(
    name="TRANSFER_NOT_THEIRS",
    cause="Somebody else than the payee of the transfer opened the page, or another app or merchant did.",
    fix="Open it on the phone of the openid, in the app and with the mchId that the transfer names.",
    cause_zh="打开页面的不是收款用户，或 appId、mchId 与转账单不一致。",
    fix_zh="由转账单里的 openid 对应用户，在对应的 appId 中用对应的 mchId 打开。",
    spellings=_heard("requestMerchantTransfer:fail"),
)
PAYEE_OPENID_WRONG = Row(
    name="PAYEE_OPENID_WRONG",
    cause="The openid belongs to another appid than the one in the request.",
    fix="Take the openid from the login of mch_appid (wxappid).",
    cause_zh="openid 属于另一个 appid。",
    fix_zh="使用 mch_appid（wxappid）登录得到的 openid。",
    spellings=(_v2("OPENID_ERROR", "Openid错误", endpoint=_ANY, source=_V2),),
)
PAYEE_UNNAMED = Row(
    name="PAYEE_UNNAMED",
    cause="check_name is FORCE_CHECK and re_user_name is missing.",
    fix="Send the payee's real name, or NO_CHECK.",
    cause_zh="check_name 为 FORCE_CHECK，但没有传 re_user_name。",
    fix_zh="传收款用户真实姓名，或用 NO_CHECK。",
    spellings=(_v2("PARAM_ERROR", "参数错误:输入的收款用户姓名有误.", UNCONFIRMED, endpoint=_TRANSFERS, source=_V2),),
)
PAYEE_BANNED = Row(
    name="PAYEE_BANNED",
    cause="The payee's account is closed or limited, or its owner's name was never verified.",
    fix="Ask the payee to verify the account, or pay in another way.",
    cause_zh="收款用户账户注销、受限，或未实名。",
    fix_zh="请用户完成实名认证，或用其他方式付款。",
    spellings=(_v2("V2_ACCOUNT_SIMPLE_BAN", "无法给非实名用户付款", endpoint=_ANY, source=_V2),),
)


def _by_rule(name: str, code: str, text: str, cause: str, cause_zh: str, *, retryable: bool = False) -> Row:
    return Row(
        name=name,
        cause=cause,
        fix="Query the number before anything else; never change it on a retry.",
        cause_zh=cause_zh,
        fix_zh="先查询原单号；重试时不要更换单号。",
        retryable=retryable,
        spellings=(_v2(code, text, endpoint=_ANY, source=_V2, only_by_rule=True),),
    )


PROMOTION_SEND_FAILED = _by_rule(
    "PROMOTION_SEND_FAILED", "SEND_FAILED", "付款错误", "The documented code for a payment that failed.",
    "文档里表示付款失败的错误码。",
)  # fmt: skip
PROMOTION_SYSTEM_ERROR = _by_rule(
    "PROMOTION_SYSTEM_ERROR", "SYSTEMERROR", "系统繁忙，请稍后再试。",
    "The platform failed on its own side; whether the money went is unknown.", "平台自身异常，是否付款未知。",
    retryable=True,
)  # fmt: skip
PROMOTION_TOO_OFTEN = _by_rule(
    "PROMOTION_TOO_OFTEN", "FREQ_LIMIT", "超过频率限制，请稍后再试。", "Too many requests in a short time.",
    "短时间内请求过于频繁。", retryable=True,
)  # fmt: skip
PROMOTION_MONEY_LIMIT = _by_rule(
    "PROMOTION_MONEY_LIMIT", "MONEY_LIMIT", "已经达到今日付款总额上限/已达到付款给此用户额度上限",
    "The day's sum of this merchant, or of this payee, is used up.", "达到商户当日付款总额上限，或对该用户的上限。",
)  # fmt: skip
PROMOTION_COUNT_LIMIT = _by_rule(
    "PROMOTION_COUNT_LIMIT", "SENDNUM_LIMIT",
    "该用户今日付款次数超过限制,如有需要请进入【微信支付商户平台-产品中心-企业付款到零钱-产品设置】进行修改",
    "This payee was paid too often today.", "今日对该用户的付款次数超过限制。",
)  # fmt: skip
PROMOTION_ACCOUNT_NOT_ALLOWED = _by_rule(
    "PROMOTION_ACCOUNT_NOT_ALLOWED", "RECV_ACCOUNT_NOT_ALLOWED", "收款账户不在收款账户列表",
    "The merchant pays to a list of accounts only, and this is not on it.", "收款账户不在商户的收款账户列表里。",
)  # fmt: skip
PROMOTION_CHANNEL_NOT_ALLOWED = _by_rule(
    "PROMOTION_CHANNEL_NOT_ALLOWED", "PAY_CHANNEL_NOT_ALLOWED", "本商户号未配置API发起能力",
    "The merchant may pay in the merchant platform only, not through the API.", "商户没有配置通过 API 发起付款。",
)  # fmt: skip
