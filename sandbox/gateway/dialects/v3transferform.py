"""What transfers ask for. Titles as the platform's complaints print them."""

from sandbox.gateway.dialects.v3form import NOTIFY_URL
from sandbox.gateway.forms import Form, flag, integer, part, parts, text

NUMBER = r"[0-9A-Za-z]+"
NOTIFY_SAMPLE = "http://127.0.0.1:8689/wechatpay/notify"


class ReportInfo(Form):
    info_type: str = text("信息类型", 15, characters=True, sample="活动名称")
    info_content: str = text("信息内容", 32, characters=True, sample="新会员有礼")


class ReceiveStyle(Form):
    type: str = text("收款样式类型", 32, pattern="CONFIRM_PAGE|RED_PACKET", sample="CONFIRM_PAGE")


class TransferBill(Form):
    appid: str = text("商户AppID", 32, sample="wx5a4d8bf0c0de0001")
    out_bill_no: str = text("商户单号", 32, pattern=NUMBER, sample="B20260101000001")
    transfer_scene_id: str = text("转账场景ID", 36, sample="1000")
    openid: str = text("收款用户OpenID", 64)
    user_name: str | None = text("收款用户姓名", 1024, sensitive=True)
    transfer_amount: int = integer("转账金额", minimum=1, sample="30")
    transfer_remark: str = text("转账备注", 32, characters=True, sample="新会员开通有礼")
    notify_url: str | None = text("通知地址", 256, pattern=NOTIFY_URL, sample=NOTIFY_SAMPLE)
    user_recv_perception: str | None = text("用户收款感知", 64, sample="活动奖励")
    # Required, but its absence has a text of its own.
    transfer_scene_report_infos: list[ReportInfo] | None = parts(ReportInfo, "转账场景报备信息", least=0, limit=10)
    user_recv_style: ReceiveStyle | None = part(ReceiveStyle, "用户收款样式")


class OutBillNo(Form):
    out_bill_no: str = text("商户单号", 32, pattern=NUMBER, where="uri_template", sample="B20260101000001")


class TransferBillNo(Form):
    transfer_bill_no: str = text("微信转账单号", 64, pattern=NUMBER, where="uri_template", sample="1330000071100999")


class BatchDetail(Form):
    out_detail_no: str = text("商家明细单号", 32, pattern=NUMBER, sample="D0001")
    transfer_amount: int = integer("转账金额", minimum=1, sample="30")
    transfer_remark: str = text("转账备注", 32, characters=True, sample="一月佣金")
    openid: str = text("收款用户openid", 64)
    user_name: str | None = text("收款用户姓名", 1024, sensitive=True)


class NewBatch(Form):
    appid: str = text("商户appid", 32, sample="wx5a4d8bf0c0de0001")
    out_batch_no: str = text("商家批次单号", 32, pattern=NUMBER, sample="PL20260101000001")
    batch_name: str = text("批次名称", 32, characters=True, sample="一月佣金")
    batch_remark: str = text("批次备注", 32, characters=True, sample="一月佣金")
    total_amount: int = integer("转账总金额", minimum=1, sample="30")
    total_num: int = integer("转账总笔数", minimum=1, maximum=1000)
    transfer_detail_list: list[BatchDetail] = parts(BatchDetail, "转账明细列表", limit=1000)
    transfer_scene_id: str | None = text("转账场景ID", 36, sample="1001")
    notify_url: str | None = text("通知地址", 256, pattern=NOTIFY_URL, sample=NOTIFY_SAMPLE)


class BatchPage(Form):
    need_query_detail: bool = flag("是否查询转账明细单", where="query", sample="true")
    offset: int | None = integer("请求资源起始位置", minimum=0, where="query", sample="0")
    limit: int | None = integer("最大资源条数", minimum=20, maximum=100, where="query", sample="20")
    detail_status: str | None = text("明细状态", 32, pattern="ALL|SUCCESS|FAIL|WAIT_PAY", where="query", sample="ALL")


class OutBatchNo(Form):
    out_batch_no: str = text("商家批次单号", 32, pattern=NUMBER, where="uri_template", sample="PL20260101000001")


class BatchId(Form):
    batch_id: str = text("微信批次单号", 64, pattern=NUMBER, where="uri_template", sample="1030000071100999")


class BatchByNumber(OutBatchNo, BatchPage):
    pass


class BatchById(BatchId, BatchPage):
    pass


class DetailByNumber(OutBatchNo):
    out_detail_no: str = text("商家明细单号", 32, pattern=NUMBER, where="uri_template", sample="D0001")


class DetailById(BatchId):
    detail_id: str = text("微信明细单号", 64, pattern=NUMBER, where="uri_template", sample="1040000071100999")
