"""查询剩余待分金额、查询最大分账比例"""

from sandbox.domain.sharing import unsplit
from sandbox.errors import Refusal, protocol, sharing
from sandbox.gateway.dialects.v3sharingform import Amounts, Ratio
from sandbox.gateway.sharing import ASKING, paid_order
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v3orders import ensure_related
from sandbox.gateway.v3refunds import caller


@endpoint(
    "v3",
    "GET /v3/profitsharing/transactions/{transaction_id}/amounts",
    Amounts,
    name="v3.profitsharing.amounts",
    title="查询剩余待分金额",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012457939",
    raises=(*ASKING, sharing.SHARING_NOT_EXIST),
)
def amounts(call: Call, form: Amounts) -> Reply:
    """How much of an order can still be shared."""
    merchant = caller(call, form.sub_mchid)
    order = paid_order(call, form.transaction_id, form.sub_mchid)
    if order is None:
        expected = f"a paid order of {merchant.mchid}"
        raise Refusal(sharing.SHARING_NOT_EXIST, came=form.transaction_id, expected=expected)
    left = unsplit(order, call.tx.sharings_of(form.transaction_id), call.now)
    return Reply(body=(("transaction_id", form.transaction_id), ("unsplit_amount", left)))


@endpoint(
    "v3",
    "GET /v3/profitsharing/merchant-configs/{sub_mchid}",
    Ratio,
    name="v3.profitsharing.ratio",
    title="查询最大分账比例",
    source="https://pay.weixin.qq.com/doc/v3/partner/4012466864",
    raises=tuple(row for row in ASKING if row is not protocol.SUB_MCHID_MISSING),
)
def ratio(call: Call, form: Ratio) -> Reply:
    """How much of a sub-merchant's orders may be shared, in ten-thousandths; only its provider asks."""
    assert call.merchant is not None
    ensure_related(call, call.merchant, form.sub_mchid)
    return Reply(body=(("max_ratio", call.settings.sharing.max_ratio), ("sub_mchid", form.sub_mchid)))
