"""分账回退、回退结果查询"""

from sandbox.errors import protocol, sharing
from sandbox.gateway.dialects.v2form import HmacForm, Manner
from sandbox.gateway.dialects.v2layout import GivingBack
from sandbox.gateway.dialects.v3sharingform import NUMBER, GiveBack
from sandbox.gateway.forms import integer, text
from sandbox.gateway.givingback import find_given, give
from sandbox.gateway.sharing import find
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.v2orders import ensure_number
from sandbox.gateway.v2sharing import ASKING, DOING, as_v3, given_back, in_v2_words

SOURCE = "https://pay.weixin.qq.com/wiki/doc/api/allocation.php?chapter=27_7&index=7"
PERSONS = (sharing.SHARING_NAME_WRONG, sharing.RECEIVER_NAME_WRONG, protocol.OPENID_OF_OTHER_APPID)


class SharingReturn(HmacForm):
    manner = Manner(layout=GivingBack())

    order_id: str | None = text("微信分账单号", 64)
    out_order_no: str | None = text("商户分账单号", 64, pattern=NUMBER, sample="P20260101000001")
    out_return_no: str = text("商户回退单号", 64, pattern=NUMBER, sample="B20260101000001")
    return_account_type: str = text("回退方类型", 32, pattern="MERCHANT_ID", sample="MERCHANT_ID")
    return_account: str = text("回退方账号", 32, sample="1900000002")
    return_amount: int = integer("回退金额", minimum=1, sample="10")
    description: str = text("回退描述", 80, sample="用户退款")


class ReturnQuery(HmacForm):
    order_id: str | None = text("微信分账单号", 64)
    out_order_no: str | None = text("商户分账单号", 64, pattern=NUMBER, sample="P20260101000001")
    out_return_no: str = text("商户回退单号", 64, pattern=NUMBER, sample="B20260101000001")


@endpoint(
    "v2",
    "POST /secapi/pay/profitsharingreturn",
    SharingReturn,
    title="分账回退",
    source=SOURCE,
    raises=(
        *(row for row in DOING if row.name not in {one.name for one in PERSONS}),
        sharing.RETURN_NOT_OPENED,
        sharing.RETURN_TOO_MUCH,
        sharing.SHARING_CHANGED,
        sharing.SHARING_NOT_EXIST,
    ),
    needs_certificate=True,
)
def profitsharingreturn(call: Call, form: SharingReturn) -> Reply:
    """A merchant that got a share gives of it back; the money moves a moment later."""
    ensure_number(form.order_id, form.out_order_no, wanted="order_id or out_order_no")
    said = {
        "sub_mchid": form.sub_mch_id,
        "order_id": form.order_id,
        "out_order_no": form.out_order_no,
        "out_return_no": form.out_return_no,
        "return_mchid": form.return_account,
        "amount": form.return_amount,
        "description": form.description,
    }
    with in_v2_words():
        return Reply(body=given_back(give(call, as_v3(GiveBack, said))))


@endpoint("v2", "POST /pay/profitsharingreturnquery", ReturnQuery, title="回退结果查询", source=SOURCE, raises=ASKING)
def profitsharingreturnquery(call: Call, form: ReturnQuery) -> Reply:
    """What is given back, by its number and the sharing's."""
    ensure_number(form.order_id, form.out_order_no, wanted="order_id or out_order_no")
    with in_v2_words():
        source = find(call, form.sub_mch_id, out_order_no=form.out_order_no or "", order_id=form.order_id or "")
        return Reply(body=given_back(find_given(call, form.sub_mch_id, source.out_order_no, form.out_return_no)))
