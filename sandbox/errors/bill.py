"""What asking for a bill and downloading it refuse."""

from sandbox.errors.problem import Confidence, Row
from sandbox.errors.v3 import says as _v3

_FAQ = "https://pay.weixin.qq.com/doc/v3/merchant/4013071254"
_BILL = "https://pay.weixin.qq.com/doc/v3/merchant/4012791866"
_DOWNLOAD = "https://pay.weixin.qq.com/doc/v3/merchant/4012791868"

BILL_NOT_THERE = Row(
    name="BILL_NOT_THERE",
    cause="There is no bill of that day: nothing was paid or refunded on it, or it is not over yet.",
    fix="Ask for a past day, by the clock of Beijing; a day without trade has no bill, which is no failure.",
    cause_zh="那一天没有账单：没有支付或退款，或者当天还没结束。",
    fix_zh="查询过去的日期（北京时间）；没有交易的日子没有账单，这不是故障。",
    spellings=(_v3(400, "NO_STATEMENT_EXIST", "请求的账单文件不存在", source=_FAQ),),
)
BILL_CREATING = Row(
    name="BILL_CREATING",
    cause="Yesterday's bill is being made; it is ready at ten in the morning of Beijing.",
    fix="Ask again after ten.",
    cause_zh="昨天的账单正在生成，北京时间上午 10 点后可下载。",
    fix_zh="10 点之后再查询。",
    retryable=True,
    spellings=(_v3(400, "STATEMENT_CREATING", "账单生成中", source=_FAQ),),
)
BILL_DATE_TOO_OLD = Row(
    name="BILL_DATE_TOO_OLD",
    cause="Bills are kept for three months.",
    fix="Ask for a day of the last three months, and store the bills you download.",
    cause_zh="账单只保留三个月。",
    fix_zh="查询最近三个月内的日期，并自行保存下载的账单。",
    spellings=(_v3(400, "PARAM_ERROR", "参数错误", Confidence.UNCONFIRMED, source=_BILL),),
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
