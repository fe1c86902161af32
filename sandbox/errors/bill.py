"""What asking for a bill and downloading it refuse."""

from sandbox.errors.problem import Confidence, Row
from sandbox.errors.v2 import fails_numbered as _numbered
from sandbox.errors.v2 import says as _v2
from sandbox.errors.v3 import says as _v3

_FAQ = "https://pay.weixin.qq.com/doc/v3/merchant/4013071254"
_BILL = "https://pay.weixin.qq.com/doc/v3/merchant/4012791866"
_DOWNLOAD = "https://pay.weixin.qq.com/doc/v3/merchant/4012791868"

_FLOW, _COMMENTS = "v2.downloadfundflow", "v2.batchquerycomment"
_FLOWS = "https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_18&index=7"
_COMMENTING = "https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_17&index=11"

BILL_NOT_THERE = Row(
    name="BILL_NOT_THERE",
    cause="There is no bill of that day: nothing was paid or refunded on it, or it is not over yet.",
    fix="Ask for a past day, by the clock of Beijing; a day without trade has no bill, which is no failure.",
    cause_zh="那一天没有账单：没有支付或退款，或者当天还没结束。",
    fix_zh="查询过去的日期（北京时间）；没有交易的日子没有账单，这不是故障。",
    spellings=(
        _numbered("20002", "No Bill Exist"),
        _v2("NO_BILL_EXIST", "账单文件不存在", endpoint=_FLOW, source=_FLOWS),
        _v3(400, "NO_STATEMENT_EXIST", "请求的账单文件不存在", source=_FAQ),
    ),
)
BILL_CREATING = Row(
    name="BILL_CREATING",
    cause="Yesterday's bill is being made; it is ready at ten in the morning of Beijing.",
    fix="Ask again after ten.",
    cause_zh="昨天的账单正在生成，北京时间上午 10 点后可下载。",
    fix_zh="10 点之后再查询。",
    retryable=True,
    spellings=(
        _numbered("20003", "Bill Creating", Confidence.UNCONFIRMED),
        _v2("BILL_CREATING", "账单生成中", endpoint=_FLOW, source=_FLOWS),
        _v3(400, "STATEMENT_CREATING", "账单生成中", source=_FAQ),
    ),
)
BILL_DATE_TOO_OLD = Row(
    name="BILL_DATE_TOO_OLD",
    cause="Bills are kept for three months.",
    fix="Ask for a day of the last three months, and store the bills you download.",
    cause_zh="账单只保留三个月。",
    fix_zh="查询最近三个月内的日期，并自行保存下载的账单。",
    spellings=(
        _numbered("20001", "invalid bill_date"),
        _v2("PARAM_ERROR", "参数错误", endpoint=_FLOW, source=_FLOWS),
        _v3(400, "PARAM_ERROR", "参数错误", Confidence.UNCONFIRMED, source=_BILL),
    ),
)
BILL_LINK_DEAD = Row(
    name="BILL_LINK_DEAD",
    cause="The download link is over five minutes old, cut off, or was never given out.",
    fix="Ask for the bill again and download at once, with the whole download_url.",
    cause_zh="下载链接超过 5 分钟、被截断，或根本不存在。",
    fix_zh="重新申请账单并立即用完整的 download_url 下载。",
    spellings=(_v3(400, "INVALID_REQUEST", "参数错误", source=_DOWNLOAD),),
)
BILL_LINK_OF_OTHER = Row(
    name="BILL_LINK_OF_OTHER",
    cause="The download link was given to another merchant.",
    fix="Download with the certificate of the merchant that asked for the bill.",
    cause_zh="下载链接属于别的商户。",
    fix_zh="用申请账单的商户自己的证书签名下载。",
    spellings=(_v3(403, "NO_AUTH", "权限异常", source=_DOWNLOAD),),
)
BILL_REQUEST_NOT_ALLOWED = Row(
    name="BILL_REQUEST_NOT_ALLOWED",
    cause="The documented code for a request that the rules of the endpoint do not allow.",
    fix="Read the message and compare the request with the documentation.",
    cause_zh="文档里表示请求不符合业务规则的错误码。",
    fix_zh="对照提示与文档检查请求。",
    spellings=(_v3(400, "INVALID_REQUEST", "参数错误", source=_BILL, only_by_rule=True),),
)
BILL_DATE_INVALID = Row(
    name="BILL_DATE_INVALID",
    cause="bill_date is no day of the calendar, written yyyyMMdd.",
    fix="Write the day as eight digits, without hyphens.",
    cause_zh="bill_date 不是合法的日期（yyyyMMdd）。",
    fix_zh="日期写成 8 位数字，不要带连字符。",
    spellings=(
        _numbered("20001", "invalid bill_date"),
        _v2("PARAM_ERROR", "参数错误", endpoint=_FLOW, source=_FLOWS),
        _v2("PARAM_ERROR", "参数错误", endpoint=_COMMENTS, source=_COMMENTING),
    ),
)
BILL_TYPE_INVALID = Row(
    name="BILL_TYPE_INVALID",
    cause="bill_type is none of ALL, SUCCESS, REFUND and RECHARGE_REFUND.",
    fix="Send one of them, in capitals; absent means ALL.",
    cause_zh="bill_type 不是 ALL、SUCCESS、REFUND、RECHARGE_REFUND 之一。",
    fix_zh="传其中之一（大写）；不传表示 ALL。",
    spellings=(_numbered("20001", "invalid bill_type", Confidence.DOCUMENTED),),
)
BILL_COMPRESSION_FAILED = Row(
    name="BILL_COMPRESSION_FAILED",
    cause="The documented text for a bill that the platform could not pack.",
    fix="Ask again, or without tar_type.",
    cause_zh="文档里表示账单压缩失败的提示。",
    fix_zh="重试，或不传 tar_type。",
    retryable=True,
    spellings=(_numbered("20007", "CompressGZip Error", Confidence.UNCONFIRMED, only_by_rule=True),),
)
BILL_SYSTEM_ERROR = Row(
    name="BILL_SYSTEM_ERROR",
    cause="The platform failed on its own side.",
    fix="Ask again later.",
    cause_zh="平台自身异常。",
    fix_zh="稍后重试。",
    retryable=True,
    spellings=(
        _numbered("20100", "SYSTEMERROR", Confidence.UNCONFIRMED, only_by_rule=True),
        _v2("SYSTEMERROR", "系统错误", endpoint=_FLOW, source=_FLOWS, only_by_rule=True),
        _v2("SYSTEMERROR", "系统错误", endpoint=_COMMENTS, source=_COMMENTING, only_by_rule=True),
    ),
)
NO_COMMENT = Row(
    name="NO_COMMENT",
    cause="No payer commented in that time.",
    fix="Ask for another time; POST /_sandbox/comments makes one.",
    cause_zh="该时间段没有用户评论。",
    fix_zh="换一个时间段查询；沙箱用 POST /_sandbox/comments 写评论。",
    spellings=(
        _v2(
            "NO_COMMENT", "对应的时间段没有用户的评论数据", Confidence.UNCONFIRMED, endpoint=_COMMENTS,
            source=_COMMENTING,
        ),
    ),
)  # fmt: skip
COMMENTS_TOO_OLD = Row(
    name="COMMENTS_TOO_OLD",
    cause="Comments are kept for three months.",
    fix="Ask for a time of the last three months.",
    cause_zh="评论只保留三个月。",
    fix_zh="查询最近三个月内的时间段。",
    spellings=(
        _v2("TIME_EXPIRE", "拉取的时间超过3个月", Confidence.UNCONFIRMED, endpoint=_COMMENTS, source=_COMMENTING),
    ),
)
