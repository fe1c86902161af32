"""下载对账单、下载资金账单"""

import gzip

from sandbox.errors import Refusal, bill
from sandbox.gateway import bills
from sandbox.gateway.dialects.v2form import HmacForm, Manner, V2Form
from sandbox.gateway.dialects.v2layout import Plain
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.protocol import wiretime
from sandbox.protocol.bill import Kind

KINDS: dict[str | None, Kind] = {
    None: "ALL", "ALL": "ALL", "SUCCESS": "SUCCESS", "REFUND": "REFUND", "RECHARGE_REFUND": "RECHARGE_REFUND",
}  # fmt: skip
PLAIN, PACKED = "text/plain; charset=utf-8", "application/x-gzip"


class DownloadBill(V2Form):
    manner = Manner(layout=Plain(), for_all_subs=True)

    bill_date: str = text("对账单日期", 8, sample="20260101")
    bill_type: str | None = text("账单类型", 32, sample="ALL")
    tar_type: str | None = text("压缩账单", 8, pattern="GZIP", sample="GZIP")


class DownloadFundFlow(HmacForm):
    manner = Manner(layout=Plain())

    bill_date: str = text("资金账单日期", 8, sample="20260101")
    account_type: str = text("资金账户类型", 16, pattern="Basic|Operation|Fees", sample="Basic")
    tar_type: str | None = text("压缩账单", 8, pattern="GZIP", sample="GZIP")


@endpoint(
    "v2",
    "POST /pay/downloadbill",
    DownloadBill,
    title="下载对账单",
    source="https://pay.weixin.qq.com/doc/v2/merchant/4011985040",
    raises=(
        bill.BILL_NOT_THERE,
        bill.BILL_CREATING,
        bill.BILL_DATE_TOO_OLD,
        bill.BILL_DATE_INVALID,
        bill.BILL_TYPE_INVALID,
        bill.BILL_COMPRESSION_FAILED,
        bill.BILL_SYSTEM_ERROR,
    ),
)
def downloadbill(call: Call, form: DownloadBill) -> Reply:
    """The day's payments and refunds as text; a provider's are those of its sub-merchants."""
    merchant = call.merchant
    assert merchant is not None
    if form.bill_type not in KINDS:
        expected = ", ".join(name for name in KINDS if name)
        raise Refusal(bill.BILL_TYPE_INVALID, field="bill_type", came=form.bill_type, expected=expected)
    accounts = [form.sub_mch_id or merchant.mchid]
    if merchant.kind == "provider" and form.sub_mch_id is None:
        accounts = [one.mchid for one in call.tenant.merchants.values() if one.provider == merchant.mchid]
    return _file(bills.trades_of(call, accounts, _day(form.bill_date), KINDS[form.bill_type]), form.tar_type)


@endpoint(
    "v2",
    "POST /pay/downloadfundflow",
    DownloadFundFlow,
    title="下载资金账单",
    source="https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_18&index=7",
    raises=(
        bill.BILL_NOT_THERE,
        bill.BILL_CREATING,
        bill.BILL_DATE_TOO_OLD,
        bill.BILL_DATE_INVALID,
        bill.BILL_SYSTEM_ERROR,
    ),
    needs_certificate=True,
)
def downloadfundflow(call: Call, form: DownloadFundFlow) -> Reply:
    """The day's movements on the basic account; on the others nothing moves here."""
    assert call.merchant is not None
    if form.account_type != "Basic":
        came = f"the {form.account_type} account"
        raise Refusal(bill.BILL_NOT_THERE, field="account_type", came=came, expected="Basic: all money is kept there")
    return _file(bills.flows_of(call, call.merchant.mchid, _day(form.bill_date)), form.tar_type)


def _file(content: bytes, tar_type: str | None) -> Reply:
    if tar_type == "GZIP":
        return Reply(file=gzip.compress(content, mtime=0), content_type=PACKED)
    return Reply(file=content, content_type=PLAIN)


def _day(date: str) -> int:
    """The day's first instant in Beijing. Raises Refusal for what is no day."""
    try:
        return wiretime.parse_compact(f"{date}000000")
    except ValueError:
        raise Refusal(bill.BILL_DATE_INVALID, field="bill_date", came=date, expected="a day as yyyyMMdd") from None
