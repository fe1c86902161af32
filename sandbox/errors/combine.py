"""What only combined orders refuse."""

from sandbox.errors.problem import Confidence, Row
from sandbox.errors.v3 import says

_FAQ = "https://pay.weixin.qq.com/doc/v3/merchant/4013421298"
_QUERY = "https://pay.weixin.qq.com/doc/v3/merchant/4012557006"
_CLOSE = "https://pay.weixin.qq.com/doc/v3/merchant/4012577452"

COMBINED_SETTLE_CHANGED = Row(
    name="COMBINED_SETTLE_CHANGED",
    cause="A combined order was ordered again, and a sub order's settle_info is another.",
    fix="Repeat an unpaid order with exactly the same parameters, or order under a new number.",
    cause_zh="合单重复下单，但子单的 settle_info 与首次不一致。",
    fix_zh="未支付订单用完全相同的参数重新下单，或换新单号。",
    spellings=(says(400, "INVALID_REQUEST", "重复下单且结算信息不一致", Confidence.UNCONFIRMED, source=_FAQ),),
)
COMBINED_SUBS_DIFFER = Row(
    name="COMBINED_SUBS_DIFFER",
    cause="The sub orders to close are not exactly those that were ordered.",
    fix="Send every sub order of the combined order, no other, with the mchid and out_trade_no of ordering.",
    cause_zh="请求关单的子单与下单时的子单不一致。",
    fix_zh="传下单时的全部子单，不多不少，mchid 和 out_trade_no 与下单时一致。",
    spellings=(
        says(
            400, "INVALID_REQUEST", "输入的请求非法，请求关单的子单信息与下单时的子单信息不一致",
            Confidence.DOCUMENTED, source=_CLOSE,
        ),
    ),
)  # fmt: skip
TRANSACTION_ID_INVALID = Row(
    name="TRANSACTION_ID_INVALID",
    cause="The documented code for an order number that is none; a malformed number meets the field rules first.",
    fix="Ask with the combine_out_trade_no of ordering.",
    cause_zh="文档里表示订单号非法的错误码；格式不对的单号会先被字段校验拒绝。",
    fix_zh="使用下单时的 combine_out_trade_no 查询。",
    spellings=(says(500, "INVALID_TRANSACTIONID", "订单号非法", source=_QUERY, only_by_rule=True),),
)
