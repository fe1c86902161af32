"""交易保障"""

from sandbox.errors import pay
from sandbox.gateway.dialects.v2form import Manner, V2Form
from sandbox.gateway.dialects.v2layout import Plain
from sandbox.gateway.forms import integer, text
from sandbox.gateway.spec import Call, Reply, endpoint


class Report(V2Form):
    manner = Manner(layout=Plain())

    device_info: str | None = text("设备号", 32)
    interface_url: str = text("接口URL", 127, sample="https://api.mch.weixin.qq.com/pay/micropay")
    user_ip: str = text("访问接口IP", 16, sample="127.0.0.1")
    trades: str | None = text("上报数据包", 1024)
    execute_time_: int | None = integer("接口耗时", minimum=0, sample="1000")
    out_trade_no: str | None = text("商户订单号", 32)
    time: str | None = text("商户上报时间", 14, pattern=r"\d{14}", sample="20260101003000")


@endpoint(
    "v2",
    "POST /payitil/report",
    Report,
    title="交易保障",
    source="https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_8",
    raises=(pay.SYSTEM_ERROR, pay.FREQUENCY_LIMITED),
)
def report(call: Call, form: Report) -> Reply:
    """Heard, and that is all."""
    return Reply()
