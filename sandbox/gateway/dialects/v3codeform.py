"""The objects of payment-code requests; pay.weixin.qq.com/docs/merchant/apis/code-payment-v3/direct/code-pay.html."""

from sandbox.gateway.dialects.v3form import NUMBER, Amount, Detail, SettleInfo
from sandbox.gateway.forms import Form, flag, part, text


class CodePayer(Form):
    auth_code: str = text("授权码", 32, sample="130061098828009406")


class CodeStore(Form):
    id: str | None = text("门店编号", 32)
    out_id: str | None = text("商家自定义编码", 32)


class CodeScene(Form):
    device_id: str | None = text("商户端设备号", 32)
    device_ip: str | None = text("商户端设备 IP", 45)
    store_info: CodeStore = part(CodeStore, "商户门店信息")


class Charged(Form):
    """What every charge says, direct or through a provider."""

    description: str = text("商品描述", 127, sample="茶叶一罐")
    out_trade_no: str = text("商户订单号", 32, least=6, pattern=NUMBER, sample="T20260101000001")
    attach: str | None = text("附加数据", 128)
    goods_tag: str | None = text("订单优惠标记", 32)
    support_fapiao: bool | None = flag("电子发票入口开放标识")
    payer: CodePayer = part(CodePayer, "支付者")
    amount: Amount = part(Amount, "订单金额")
    scene_info: CodeScene = part(CodeScene, "场景信息")
    detail: Detail | None = part(Detail, "优惠功能")
    settle_info: SettleInfo | None = part(SettleInfo, "结算信息")
