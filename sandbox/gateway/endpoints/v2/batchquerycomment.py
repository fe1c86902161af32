"""拉取订单评价数据"""

from sandbox.domain.refund import DAY
from sandbox.errors import Refusal, bill
from sandbox.gateway.dialects.v2form import HmacForm, Manner
from sandbox.gateway.dialects.v2layout import Plain
from sandbox.gateway.forms import integer, text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.protocol import wiretime

MOST = 200
KEPT = 92 * DAY


class BatchQueryComment(HmacForm):
    manner = Manner(layout=Plain())

    begin_time: str = text("开始时间", 19, sample="20260101000000")
    end_time: str = text("结束时间", 19, sample="20260101235959")
    offset: int = integer("位移", minimum=0, sample="0")
    limit: int | None = integer("条数", minimum=1, maximum=MOST, sample="100")


@endpoint(
    "v2",
    "POST /billcommentsp/batchquerycomment",
    BatchQueryComment,
    title="拉取订单评价数据",
    source="https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_17&index=11",
    raises=(bill.NO_COMMENT, bill.COMMENTS_TOO_OLD, bill.BILL_DATE_INVALID, bill.BILL_SYSTEM_ERROR),
    needs_certificate=True,
)
def batchquerycomment(call: Call, form: BatchQueryComment) -> Reply:
    """Text: the offset to go on from, then a comment a line."""
    assert call.merchant is not None
    since, until = _instant("begin_time", form.begin_time), _instant("end_time", form.end_time)
    if call.now - since > KEPT:
        expected = f"{wiretime.compact(call.now - KEPT)} or later"
        raise Refusal(bill.COMMENTS_TOO_OLD, field="begin_time", came=form.begin_time, expected=expected)
    found = call.tx.comments(call.merchant.mchid, since, until + 999, after=form.offset, limit=form.limit or MOST)
    if not found:
        raise Refusal(bill.NO_COMMENT, came="no comment", expected=f"some of {call.merchant.mchid}'s payers' then")
    lines = [str(found[-1].number)]
    lines += [
        f"`{wiretime.dashed(one.time)},`{one.transaction_id},`{one.stars},`{one.text.replace(chr(10), ' ')}"
        for one in found
    ]
    return Reply(file="".join(f"{line}\n" for line in lines).encode(), content_type="text/plain; charset=utf-8")


def _instant(field: str, value: str) -> int:
    try:
        return wiretime.parse_compact(value)
    except ValueError:
        raise Refusal(bill.BILL_DATE_INVALID, field=field, came=value, expected="yyyyMMddHHmmss") from None
