"""账单"""

import gzip
import hashlib

from sandbox.domain.bill import LIFETIME, BillFile
from sandbox.errors import Refusal, bill, pay, protocol, v3
from sandbox.gateway import bills
from sandbox.gateway.forms import Form, text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3orders import ensure_related
from sandbox.protocol import wiretime
from sandbox.protocol.bill import Kind

DATE = r"\d{4}-\d{2}-\d{2}"
PLAIN, PACKED = "text/plain; charset=utf-8", "application/x-gzip"
RAISES = (
    bill.BILL_NOT_THERE,
    bill.BILL_CREATING,
    bill.BILL_DATE_TOO_OLD,
    bill.BILL_REQUEST_NOT_ALLOWED,
    pay.FREQUENCY_LIMITED,
)
KINDS: dict[str | None, Kind] = {None: "ALL", "ALL": "ALL", "SUCCESS": "SUCCESS", "REFUND": "REFUND"}


class Asked(Form):
    bill_date: str = text("账单日期", 10, pattern=DATE, where="query", sample="2026-01-01")
    tar_type: str | None = text("压缩类型", 8, pattern="GZIP", where="query")


class TradeBill(Asked):
    sub_mchid: str | None = text("子商户号/二级商户号", 32, where="query")
    bill_type: str | None = text("账单类型", 16, pattern="ALL|SUCCESS|REFUND", where="query", sample="ALL")


class FundFlowBill(Asked):
    account_type: str | None = text("资金账户类型", 16, pattern="BASIC|OPERATION|FEES", where="query", sample="BASIC")


class Download(Form):
    token: str = text("账单下载凭证", 1024, where="query")
    tartype: str | None = text("压缩类型", 8, where="query")


@endpoint(
    "v3",
    "GET /v3/bill/tradebill",
    TradeBill,
    title="申请交易账单",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012791866",
    raises=(*RAISES, protocol.SUB_MCHID_UNRELATED, protocol.MCHID_UNKNOWN),
)
def tradebill(call: Call, form: TradeBill) -> Reply:
    """A link to the day's payments and refunds; a provider's are those of its sub-merchants."""
    merchant = call.merchant
    assert merchant is not None
    accounts = [merchant.mchid]
    if form.sub_mchid:
        ensure_related(call, merchant, form.sub_mchid)
        accounts = [form.sub_mchid]
    elif merchant.kind == "provider":
        accounts = [one.mchid for one in call.tenant.merchants.values() if one.provider == merchant.mchid]
    return link(call, form, bills.trades_of(call, accounts, day_of(form.bill_date), KINDS[form.bill_type]))


@endpoint(
    "v3",
    "GET /v3/bill/fundflowbill",
    FundFlowBill,
    title="申请资金账单",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012791867",
    raises=RAISES,
)
def fundflowbill(call: Call, form: FundFlowBill) -> Reply:
    """A link to the day's movements on the basic account; on the others nothing moves here."""
    assert call.merchant is not None
    if form.account_type not in (None, "BASIC"):
        came = f"the {form.account_type} account"
        raise Refusal(bill.BILL_NOT_THERE, field="account_type", came=came, expected="BASIC: all money is kept there")
    return link(call, form, bills.flows_of(call, call.merchant.mchid, day_of(form.bill_date)))


@endpoint(
    "v3",
    "GET /v3/billdownload/file",
    Download,
    name="v3.billdownload",
    title="下载账单",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012791868",
    raises=(bill.BILL_LINK_DEAD, bill.BILL_LINK_OF_OTHER),
)
def download(call: Call, form: Download) -> Reply:
    """The file, unsigned; for GZIP the packed bytes are the body, without Content-Encoding."""
    found = call.tx.bill(form.token)
    if found is None or found.expired(call.now):
        came = "an unknown token" if found is None else f"one of {wiretime.dashed(found.created)}"
        raise Refusal(bill.BILL_LINK_DEAD, field="token", came=came, expected="a link of the last five minutes")
    assert call.merchant is not None
    if found.mchid != call.merchant.mchid:
        raise Refusal(bill.BILL_LINK_OF_OTHER, field="token", came=call.merchant.mchid, expected=found.mchid)
    if found.packed:
        return Reply(file=gzip.compress(found.content, mtime=0), content_type=PACKED)
    return Reply(file=found.content, content_type=PLAIN)


def link(call: Call, form: Asked, content: bytes) -> Reply:
    """Keep the file for five minutes, and say where it is."""
    assert call.merchant is not None
    mchid, packed = call.merchant.mchid, form.tar_type == "GZIP"
    token = call.ids.bill_token(mchid, call.tx.count("bill"))
    call.tx.drop_bills(call.now - LIFETIME)
    call.tx.add_bill(BillFile(token=token, mchid=mchid, created=call.now, content=content, packed=packed))
    base = call.settings.bill.base_url or call.base_url
    url = f"{base}/v3/billdownload/file?token={token}{'&tartype=gzip' if packed else ''}"
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    return Reply(body=(("download_url", url), ("hash_type", "SHA1"), ("hash_value", digest)))


def day_of(date: str) -> int:
    """The day's first instant in Beijing. Raises Refusal for a day that no calendar has."""
    try:
        return wiretime.parse_compact(f"{date.replace('-', '')}000000")
    except ValueError:
        raise Refusal(
            v3.JSON_PATTERN, field="bill_date", title="账单日期", pointer="/query/bill_date", came=date,
            pattern=f"^{DATE}$", expected="a day of the calendar", detail={"location": "query", "value": date},
        ) from None  # fmt: skip
