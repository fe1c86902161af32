"""The objects of combined orders' requests; titles as the documentation's tables have them."""

from sandbox.gateway.dialects.v3form import NOTIFY_URL, NUMBER, H5Info, SettleInfo
from sandbox.gateway.forms import Form, integer, part, parts, text

MOST = 1_000_000_000  # fen of one sub order; pay.weixin.qq.com/doc/v3/merchant/4013421298


class CombineScene(Form):
    payer_client_ip: str = text("用户终端IP", 45, sample="127.0.0.1")
    device_id: str | None = text("商户端设备号", 16)


class CombineH5Scene(CombineScene):
    h5_info: H5Info = part(H5Info, "H5场景信息")


class SubAmount(Form):
    total_amount: int = integer("标价金额", minimum=1, maximum=MOST, sample="100")
    currency: str = text("标价币种", 8, pattern="CNY", sample="CNY")


class SubName(Form):
    mchid: str = text("子单商户号", 32, sample="1900000001")
    out_trade_no: str = text("子单商户订单号", 32, least=6, pattern=NUMBER, sample="T20260101000001")
    sub_mchid: str | None = text("二级商户号", 32)
    sub_appid: str | None = text("子商户应用ID", 32)


class SubOrdered(SubName):
    description: str = text("商品描述", 127, sample="茶叶一罐")
    attach: str = text("附加数据", 128, sample="shop 1")
    amount: SubAmount = part(SubAmount, "订单金额")
    goods_tag: str | None = text("订单优惠标记", 32)
    settle_info: SettleInfo | None = part(SettleInfo, "结算信息")


class CombinePayer(Form):
    openid: str | None = text("用户标识", 128)
    sub_openid: str | None = text("子商户用户标识", 128)


class Combine(Form):
    """What every combined order says."""

    combine_appid: str = text("合单商户APPID", 32, sample="wx5a4d8bf0c0de0001")
    combine_mchid: str = text("合单商户号", 32, sample="1900000001")
    combine_out_trade_no: str = text("合单商户订单号", 32, least=6, pattern=NUMBER, sample="C20260101000001")
    scene_info: CombineScene | None = part(CombineScene, "场景信息")
    sub_orders: list[SubOrdered] = parts(SubOrdered, "子单信息", limit=50)
    time_expire: str | None = text("交易结束时间", 64, sample="2026-01-01T08:30:00+08:00")
    notify_url: str = text("通知地址", 255, pattern=NOTIFY_URL, sample="http://127.0.0.1:8689/wechatpay/notify")
