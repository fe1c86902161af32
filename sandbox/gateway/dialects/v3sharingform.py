"""What profit sharing asks for; a provider says for which sub-merchant. Titles as the platform prints them."""

from sandbox.gateway.forms import Form, flag, integer, parts, text

NUMBER = r"[0-9A-Za-z_\-|*@]+"
TYPES = "MERCHANT_ID|PERSONAL_OPENID|PERSONAL_SUB_OPENID"


class Sharer(Form):
    sub_mchid: str | None = text("子商户号", 32)


class ReceiverShare(Form):
    type: str = text("分账接收方类型", 32, pattern=TYPES, sample="MERCHANT_ID")
    account: str = text("分账接收方帐号", 64, least=1, characters=True, sample="1900000002")
    name: str | None = text("分账个人接收方姓名", 1024, sensitive=True)
    amount: int = integer("分账金额", minimum=1, sample="10")
    description: str = text("分账描述", 80, characters=True, sample="分给门店")


class ShareOut(Sharer):
    appid: str | None = text("公众账号ID", 32, sample="wx5a4d8bf0c0de0001")
    sub_appid: str | None = text("子商户应用ID", 32)
    transaction_id: str = text("微信订单号", 32, sample="4200000001202601010000000001")
    out_order_no: str = text("商户分账单号", 64, pattern=NUMBER, sample="P20260101000001")
    receivers: list[ReceiverShare] = parts(ReceiverShare, "分账接收方列表", limit=50)
    unfreeze_unsplit: bool = flag("是否解冻剩余未分资金")


class Unfreeze(Sharer):
    transaction_id: str = text("微信订单号", 32, sample="4200000001202601010000000001")
    out_order_no: str = text("商户分账单号", 64, pattern=NUMBER, sample="P20260101000002")
    description: str = text("分账描述", 80, characters=True, sample="解冻全部剩余资金")


class SharingQuery(Form):
    out_order_no: str = text("商户分账单号", 64, pattern=NUMBER, where="uri_template", sample="P20260101000001")
    transaction_id: str = text("微信订单号", 32, where="query", sample="4200000001202601010000000001")
    sub_mchid: str | None = text("子商户号", 32, where="query")


class GiveBack(Sharer):
    order_id: str | None = text("微信分账单号", 64)
    out_order_no: str | None = text("商户分账单号", 64, pattern=NUMBER, sample="P20260101000001")
    out_return_no: str = text("商户回退单号", 64, pattern=NUMBER, sample="R20260101000001")
    return_mchid: str = text("回退商户号", 32, sample="1900000002")
    amount: int = integer("回退金额", minimum=1, sample="10")
    description: str = text("回退描述", 80, characters=True, sample="用户退款")


class ReturnQuery(Form):
    out_return_no: str = text("商户回退单号", 64, pattern=NUMBER, where="uri_template", sample="R20260101000001")
    out_order_no: str = text("商户分账单号", 64, pattern=NUMBER, where="query", sample="P20260101000001")
    sub_mchid: str | None = text("子商户号", 32, where="query")


class NewReceiver(Sharer):
    appid: str = text("公众账号ID", 32, sample="wx5a4d8bf0c0de0001")
    sub_appid: str | None = text("子商户应用ID", 32)
    type: str = text("分账接收方类型", 32, pattern=TYPES, sample="MERCHANT_ID")
    account: str = text("分账接收方帐号", 64, least=1, characters=True, sample="1900000002")
    name: str | None = text("分账个人接收方姓名", 1024, sensitive=True)
    relation_type: str = text(
        "与分账方的关系类型", 32, sample="STORE",
        pattern="STORE|STAFF|STORE_OWNER|PARTNER|HEADQUARTER|BRAND|DISTRIBUTOR|USER|SUPPLIER|CUSTOM|SERVICE_PROVIDER",
    )  # fmt: skip
    custom_relation: str | None = text("自定义的分账关系", 10, characters=True)


class OldReceiver(Sharer):
    appid: str = text("公众账号ID", 32, sample="wx5a4d8bf0c0de0001")
    sub_appid: str | None = text("子商户应用ID", 32)
    type: str = text("分账接收方类型", 32, pattern=TYPES, sample="MERCHANT_ID")
    account: str = text("分账接收方帐号", 64, least=1, characters=True, sample="1900000002")


class Amounts(Form):
    transaction_id: str = text("微信订单号", 32, where="uri_template", sample="4200000001202601010000000001")
    sub_mchid: str | None = text("子商户号", 32, where="query")


class Ratio(Form):
    sub_mchid: str = text("子商户号", 32, where="uri_template", sample="1900000005")
