"""请求分账回退、查询分账回退结果"""

from typing import Any

from sandbox.domain.sharing import Return
from sandbox.errors import sharing
from sandbox.gateway.dialects.v3sharingform import GiveBack, ReturnQuery
from sandbox.gateway.givingback import find_given, give
from sandbox.gateway.sharing import ASKING, CALLING
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.protocol import wiretime


@endpoint(
    "v3",
    "POST /v3/profitsharing/return-orders",
    GiveBack,
    name="v3.profitsharing.return",
    title="请求分账回退",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012525287",
    raises=(
        *CALLING, sharing.RETURN_NOT_OPENED, sharing.RETURN_TOO_MUCH, sharing.SHARING_CHANGED,
        sharing.SHARING_NOT_EXIST,
    ),
)  # fmt: skip
def give_back(call: Call, form: GiveBack) -> Reply:
    """A merchant that got a share gives of it back; the money moves a moment later."""
    return Reply(body=_body(give(call, form)))


@endpoint(
    "v3",
    "GET /v3/profitsharing/return-orders/{out_return_no}",
    ReturnQuery,
    name="v3.profitsharing.query_return",
    title="查询分账回退结果",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012526279",
    raises=(*ASKING, sharing.SHARING_NOT_EXIST),
)
def query_return(call: Call, form: ReturnQuery) -> Reply:
    """What is given back, by its number and the sharing's."""
    return Reply(body=_body(find_given(call, form.sub_mchid, form.out_order_no, form.out_return_no)))


def _body(made: Return) -> tuple[tuple[str, Any], ...]:
    body: dict[str, Any] = {
        "amount": made.amount,
        "create_time": wiretime.rfc3339(made.created),
        "description": made.description,
        "order_id": made.order_id,
        "out_order_no": made.out_order_no,
        "out_return_no": made.out_return_no,
        "result": made.result.value,
        "return_id": made.return_id,
        "return_mchid": made.return_mchid,
    }
    if made.sub_mchid:
        body["sub_mchid"] = made.sub_mchid
    if made.fail_reason:
        body["fail_reason"] = made.fail_reason.value
    if made.finished is not None:
        body["finish_time"] = wiretime.rfc3339(made.finished)
    return tuple(body.items())
