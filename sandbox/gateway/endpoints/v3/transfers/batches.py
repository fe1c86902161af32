"""发起商家转账（2025年升级前）、查询转账批次与明细"""

from typing import Any

from sandbox.domain.merchant import Merchant
from sandbox.domain.transfer import Batch, BatchStatus, Detail
from sandbox.errors import Refusal, transfer
from sandbox.gateway.dialects.v3transferform import (
    BatchById,
    BatchByNumber,
    BatchPage,
    DetailById,
    DetailByNumber,
    NewBatch,
)
from sandbox.gateway.repeats import fingerprint
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.transfers import (
    ASKING,
    BATCH,
    DETAIL,
    SENDING,
    ensure_amount,
    ensure_covered,
    ensure_may_send,
    ensure_permitted,
    number,
    sealed,
)
from sandbox.platform import transfers
from sandbox.protocol import wiretime

BATCHES = "/v3/transfer/batches"
SOURCE = "https://github.com/wechatpay-apiv3/wechatpay-go"
LOOKING = (*ASKING, transfer.BATCHES_UPGRADED, transfer.TRANSFER_NOT_EXIST)
PAGE = 20  # details, when the request does not say


@endpoint(
    "v3",
    f"POST {BATCHES}",
    NewBatch,
    name="v3.transfer.send_batch",
    title="发起商家转账（升级前）",
    source=SOURCE,
    raises=(*SENDING, transfer.BATCHES_UPGRADED, transfer.BATCH_SUM_WRONG, transfer.BATCH_NUMBER_TWICE),
)
def send_batch(call: Call, form: NewBatch) -> Reply:
    """Send money to many payers at once; it arrives without their doing."""
    _ensure_open(call)
    merchant = ensure_may_send(call, form.appid)
    made = call.tx.batch(merchant.mchid, form.out_batch_no)
    if made is None:
        made = _started(call, form, merchant)
    elif made.fingerprint != fingerprint(form):
        expected = "the parameters of the first time"
        raise Refusal(transfer.TRANSFER_CHANGED, field="out_batch_no", came=form.out_batch_no, expected=expected)
    body = {
        "batch_id": made.batch_id,
        "batch_status": made.status.value,
        "create_time": wiretime.rfc3339(made.created),
        "out_batch_no": made.out_batch_no,
    }
    return Reply(body=tuple(body.items()))


@endpoint(
    "v3", f"GET {BATCHES}/out-batch-no/{{out_batch_no}}", BatchByNumber, name="v3.transfer.query_batch_by_out_batch_no",
    title="商家批次单号查询批次单", source=SOURCE, raises=LOOKING,
)  # fmt: skip
def query_batch_by_out_batch_no(call: Call, form: BatchByNumber) -> Reply:
    """A batch by the merchant's number."""
    return Reply(body=_batch_body(_find(call, out_batch_no=form.out_batch_no), form))


@endpoint(
    "v3", f"GET {BATCHES}/batch-id/{{batch_id}}", BatchById, name="v3.transfer.query_batch_by_id",
    title="微信批次单号查询批次单", source=SOURCE, raises=LOOKING,
)  # fmt: skip
def query_batch_by_id(call: Call, form: BatchById) -> Reply:
    """A batch by the platform's number."""
    return Reply(body=_batch_body(_find(call, batch_id=form.batch_id), form))


@endpoint(
    "v3", f"GET {BATCHES}/out-batch-no/{{out_batch_no}}/details/out-detail-no/{{out_detail_no}}", DetailByNumber,
    name="v3.transfer.query_detail_by_out_detail_no", title="商家明细单号查询明细单", source=SOURCE, raises=LOOKING,
)  # fmt: skip
def query_detail_by_out_detail_no(call: Call, form: DetailByNumber) -> Reply:
    """One transfer of a batch by the merchant's numbers."""
    batch = _find(call, out_batch_no=form.out_batch_no)
    found = next((one for one in batch.details if one.out_detail_no == form.out_detail_no), None)
    return Reply(body=_detail_body(call, batch, found, form.out_detail_no))


@endpoint(
    "v3", f"GET {BATCHES}/batch-id/{{batch_id}}/details/detail-id/{{detail_id}}", DetailById,
    name="v3.transfer.query_detail_by_id", title="微信明细单号查询明细单", source=SOURCE, raises=LOOKING,
)  # fmt: skip
def query_detail_by_id(call: Call, form: DetailById) -> Reply:
    """One transfer of a batch by the platform's numbers."""
    batch = _find(call, batch_id=form.batch_id)
    found = next((one for one in batch.details if one.detail_id == form.detail_id), None)
    return Reply(body=_detail_body(call, batch, found, form.detail_id))


def _ensure_open(call: Call) -> None:
    if not call.settings.transfer.batches:
        expected = "transfer.batches on: a merchant from before the upgrade of 2025"
        raise Refusal(transfer.BATCHES_UPGRADED, came="an upgraded merchant", expected=expected)


def _started(call: Call, form: NewBatch, merchant: Merchant) -> Batch:
    """Refuse what does not add up, then set out. Raises Refusal."""
    listed = form.transfer_detail_list
    total, count = sum(one.transfer_amount for one in listed), len(listed)
    if (form.total_amount, form.total_num) != (total, count):
        came = f"total_amount {form.total_amount}, total_num {form.total_num}"
        raise Refusal(transfer.BATCH_SUM_WRONG, came=came, expected=f"{total} and {count}")
    if len({one.out_detail_no for one in listed}) < count:
        raise Refusal(transfer.BATCH_NUMBER_TWICE, field="out_detail_no", expected="a number of its own for each")
    for one in listed:
        ensure_amount(call, one.transfer_amount, one.user_name)
    ensure_covered(call, merchant, total)
    batch_id = number(call, BATCH, merchant.mchid, form.out_batch_no)
    made = Batch(
        mchid=merchant.mchid,
        out_batch_no=form.out_batch_no,
        batch_id=batch_id,
        appid=form.appid,
        name=form.batch_name,
        remark=form.batch_remark,
        created=call.now,
        updated=call.now,
        fingerprint=fingerprint(form),
        scene=form.transfer_scene_id,
        notify_url=form.notify_url,
        details=tuple(
            Detail(
                out_detail_no=one.out_detail_no,
                detail_id=number(call, DETAIL, batch_id, one.out_detail_no),
                amount=one.transfer_amount,
                remark=one.transfer_remark,
                openid=one.openid,
                user_name=one.user_name,
            )
            for one in listed
        ),
    )
    transfers.start_batch(call.tenant, call.tx, made)
    return made


def _find(call: Call, *, out_batch_no: str = "", batch_id: str = "") -> Batch:
    """The caller's batch. Raises Refusal: TRANSFER_NOT_EXIST."""
    _ensure_open(call)
    merchant = ensure_permitted(call)
    found = call.tx.batch_by_id(batch_id) if batch_id else call.tx.batch(merchant.mchid, out_batch_no)
    if found is None or found.mchid != merchant.mchid:
        expected = f"a batch of {merchant.mchid}"
        raise Refusal(transfer.TRANSFER_NOT_EXIST, came=batch_id or out_batch_no, expected=expected)
    return found


def _batch_body(made: Batch, page: BatchPage) -> tuple[tuple[str, Any], ...]:
    batch = {
        "appid": made.appid,
        "batch_id": made.batch_id,
        "batch_name": made.name,
        "batch_remark": made.remark,
        "batch_status": made.status.value,
        "batch_type": "API",
        "create_time": wiretime.rfc3339(made.created),
        "mchid": made.mchid,
        "out_batch_no": made.out_batch_no,
        "total_amount": made.total,
        "total_num": len(made.details),
        "update_time": wiretime.rfc3339(made.updated),
    }
    if made.scene is not None:
        batch["transfer_scene_id"] = made.scene
    if made.status is BatchStatus.FINISHED:
        batch |= made.outcome()
    body: dict[str, Any] = {"transfer_batch": batch}
    if page.need_query_detail:
        offset, limit = page.offset or 0, page.limit or PAGE
        wanted = [one for one in made.details if page.detail_status in (None, "ALL", one.status.value)]
        listed = wanted[offset : offset + limit]
        body |= {"limit": limit, "offset": offset, "transfer_detail_list": [_line(one) for one in listed]}
    return tuple(body.items())


def _line(detail: Detail) -> dict[str, str]:
    return {
        "detail_id": detail.detail_id,
        "detail_status": detail.status.value,
        "out_detail_no": detail.out_detail_no,
    }


def _detail_body(call: Call, batch: Batch, found: Detail | None, asked: str) -> tuple[tuple[str, Any], ...]:
    """What was found, or Refusal: TRANSFER_NOT_EXIST."""
    if found is None:
        expected = f"a detail of {batch.out_batch_no}"
        raise Refusal(transfer.TRANSFER_NOT_EXIST, came=asked, expected=expected)
    body: dict[str, Any] = {
        **_line(found),
        "appid": batch.appid,
        "batch_id": batch.batch_id,
        "initiate_time": wiretime.rfc3339(batch.created),
        "mchid": batch.mchid,
        "openid": found.openid,
        "out_batch_no": batch.out_batch_no,
        "transfer_amount": found.amount,
        "transfer_remark": found.remark,
        "update_time": wiretime.rfc3339(batch.updated),
    }
    if found.fail_reason:
        body["fail_reason"] = found.fail_reason.value
    if found.user_name is not None:
        body["user_name"] = sealed(call, found.user_name)
    return tuple(body.items())
