"""The objects that APIv3 requests share; titles as the platform's complaints print them."""

from sandbox.gateway.forms import Form, flag, integer, part, parts, text

NUMBER = r"[0-9A-Za-z_\-|*]+"
NOTIFY_URL = r"https?://([^\s/?#\[\]\@]+\@)?([^\s/?#\@:]+)(?::\d{2,5})?([^\s?#\[\]]*)"


class Amount(Form):
    total: int = integer("总金额", minimum=1, sample="100")
    currency: str | None = text("货币类型", 16, pattern="CNY", sample="CNY")


class Payer(Form):
    openid: str = text("用户标识", 128)


class PartnerPayer(Form):
    sp_openid: str | None = text("用户标识", 128)
    sub_openid: str | None = text("用户子标识", 128)


class GoodsDetail(Form):
    merchant_goods_id: str = text("商户侧商品编码", 32, sample="1246464644")
    wechatpay_goods_id: str | None = text("微信侧商品编码", 32)
    goods_name: str | None = text("商品名称", 256)
    quantity: int = integer("商品数量", minimum=1)
    unit_price: int = integer("商品单价", minimum=0)


class Detail(Form):
    cost_price: int | None = integer("订单原价")
    invoice_id: str | None = text("商品小票ID", 32)
    goods_detail: list[GoodsDetail] | None = parts(GoodsDetail, "单品列表", limit=6000)


class StoreInfo(Form):
    id: str = text("门店编号", 32, sample="0001")
    name: str | None = text("门店名称", 256)
    area_code: str | None = text("地区编码", 32)
    address: str | None = text("详细地址", 512)


class H5Info(Form):
    type: str = text("场景类型", 32, sample="Wap")
    app_name: str | None = text("应用名称", 64)
    app_url: str | None = text("网站URL", 128)
    bundle_id: str | None = text("iOS平台BundleID", 128)
    package_name: str | None = text("Android平台PackageName", 128)


class SceneInfo(Form):
    payer_client_ip: str = text("用户终端IP", 45, sample="127.0.0.1")
    device_id: str | None = text("商户端设备号", 32)
    store_info: StoreInfo | None = part(StoreInfo, "商户门店信息")


class H5SceneInfo(SceneInfo):
    h5_info: H5Info = part(H5Info, "H5场景信息")


class SettleInfo(Form):
    profit_sharing: bool | None = flag("是否指定分账")


class Ordered(Form):
    """What every order says, direct or through a provider."""

    description: str = text("商品描述", 127, sample="茶叶一罐")
    out_trade_no: str = text("商户订单号", 32, least=6, pattern=NUMBER, sample="T20260101000001")
    time_expire: str | None = text("交易结束时间", 64, sample="2026-01-01T08:30:00+08:00")
    attach: str | None = text("附加数据", 128)
    notify_url: str = text("通知地址", 255, pattern=NOTIFY_URL, sample="http://127.0.0.1:8689/wechatpay/notify")
    goods_tag: str | None = text("订单优惠标记", 32)
    support_fapiao: bool | None = flag("电子发票入口开放标识")
    amount: Amount = part(Amount, "订单金额")
    detail: Detail | None = part(Detail, "优惠功能")
    scene_info: SceneInfo | None = part(SceneInfo, "场景信息")
    settle_info: SettleInfo | None = part(SettleInfo, "结算信息")


class Direct(Form):
    appid: str = text("公众号ID", 32, sample="wx5a4d8bf0c0de0001")
    mchid: str = text("直连商户号", 32, sample="1900000001")


class Partner(Form):
    sp_appid: str = text("服务商应用ID", 32, sample="wx5a4d8bf0c0de0001")
    sp_mchid: str = text("服务商户号", 32, sample="1900000004")
    sub_appid: str | None = text("子商户应用ID", 32)
    sub_mchid: str = text("子商户号/二级商户号", 32, sample="1900000005")


class Prepay(Direct, Ordered):
    """A direct merchant's order."""


class PartnerPrepay(Partner, Ordered):
    """A provider's order for its sub-merchant."""
