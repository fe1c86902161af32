"""申请分账账单"""

from collections.abc import Iterator

from sandbox.domain.refund import DAY
from sandbox.domain.sharing import ReturnResult, ShareResult
from sandbox.errors import protocol
from sandbox.gateway.bills import NEWLINES, ensure_any, made_at
from sandbox.gateway.endpoints.v3.bills import RAISES, Asked, day_of, link
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3orders import ensure_related
from sandbox.gateway.v3request import caller
from sandbox.protocol.sharing_bill import RELEASED, RETURNED, SHARED, SharingLine, sharing_bill


class SharingBill(Asked):
    sub_mchid: str | None = text("子商户号", 32, where="query")


@endpoint(
    "v3",
    "GET /v3/profitsharing/bills",
    SharingBill,
    name="v3.profitsharing.bill",
    title="申请分账账单",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012529628",
    raises=(*RAISES, protocol.SUB_MCHID_UNRELATED, protocol.MCHID_UNKNOWN),
)
def bill(call: Call, form: SharingBill) -> Reply:
    """A link to the day's shares; a provider's are those for all its sub-merchants, or for one."""
    if form.sub_mchid:
        ensure_related(call, caller(call), form.sub_mchid)
    day = day_of(form.bill_date)
    made_at(call, day)
    lines = [line for line in _lines(call, day) if form.sub_mchid in (None, line.seller)]
    ensure_any(lines, day)
    lines.sort(key=lambda line: -line.time)
    return link(call, form, sharing_bill(lines, NEWLINES[call.settings.bill.newline]))


def _lines(call: Call, day: int) -> Iterator[SharingLine]:
    """What arrived on the day; what was closed or failed stands in no bill."""
    mchid, hours = caller(call).mchid, range(day, day + DAY)
    for made in call.tx.sharings(mchid):
        order = call.tx.order_by_transaction(made.transaction_id)
        for share in made.shares if order is not None and made.finished in hours else ():
            if share.result is ShareResult.SUCCESS and order is not None:
                yield SharingLine(
                    time=made.created,
                    mchid=mchid,
                    seller=made.seller,
                    transaction_id=made.transaction_id,
                    order_id=made.order_id,
                    detail_id=share.detail_id,
                    out_order_no=made.out_order_no,
                    total=order.terms.total,
                    receiver=share.account,
                    amount=share.amount,
                    business=RELEASED if share.release else SHARED,
                    description=share.description,
                )
    for back in call.tx.returns(mchid):
        source = call.tx.sharing_by_id(back.order_id)
        order = None if source is None else call.tx.order_by_transaction(source.transaction_id)
        if back.result is ReturnResult.SUCCESS and back.finished in hours and source is not None and order is not None:
            yield SharingLine(
                time=back.created,
                mchid=mchid,
                seller=back.seller,
                transaction_id=source.transaction_id,
                order_id=back.return_id,
                detail_id="",
                out_order_no=back.out_return_no,
                total=order.terms.total,
                receiver=back.return_mchid,
                amount=back.amount,
                business=RETURNED,
                description=back.description,
            )
