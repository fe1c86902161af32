"""What a mini program's shipping management refuses: the documented table of upload_shipping_info."""

from sandbox.errors.problem import Confidence, Layer, Row, Spelling

_SOURCE = "https://developers.weixin.qq.com/miniprogram/dev/server/API/order_shipping/api_uploadshippinginfo"

_Pair = tuple[str, str]  # English, Chinese


def _row(name: str, code: int, text: str, cause: _Pair, fix: _Pair, *, only_by_rule: bool = False) -> Row:
    """A row with its one errcode."""
    spelling = Spelling(
        dialect="login",
        layer=Layer.ERRCODE,
        code=str(code),
        text=text,
        only_by_rule=only_by_rule,
        source=_SOURCE,
        confidence=Confidence.DOCUMENTED,
    )
    return Row(name=name, cause=cause[0], cause_zh=cause[1], fix=fix[0], fix_zh=fix[1], spellings=(spelling,))


def _busy(name: str, code: int) -> Row:
    """One of the platform's own failures."""
    cause, fix = ("The platform is busy.", "系统繁忙。"), ("Try again a little later.", "稍候再试。")
    return _row(name, code, "系统错误", cause, fix, only_by_rule=True)


SHIPPING_ORDER_NOT_EXIST = _row(
    "SHIPPING_ORDER_NOT_EXIST",
    10060001,
    "支付单不存在",
    (
        "There is no paid order of this number under the appid, or number type and number do not belong together.",
        "该 appid 下没有这个单号的支付单，或单号类型与单号不对应。",
    ),
    (
        "order_number_type 1 takes mchid and out_trade_no, 2 takes transaction_id; wait until the order is paid.",
        "order_number_type 为 1 传 mchid 和 out_trade_no，为 2 传 transaction_id；等支付成功后再调用。",
    ),
)
SHIPPING_FINISHED = _row(
    "SHIPPING_FINISHED",
    10060002,
    "支付单已完成发货，无法继续发货",
    (
        "All parcels were reported already: the split delivery was marked as complete.",
        "该支付单的分拆发货已标记为全部完成。",
    ),
    ("Set is_all_delivered with the last parcel only.", "只在最后一个包裹时把 is_all_delivered 设为 true。"),
)
SHIPPING_CHANGED_TWICE = _row(
    "SHIPPING_CHANGED_TWICE",
    10060003,
    "支付单已使用重新发货机会",
    ("The shipping of an order can be changed once, and it was.", "每笔支付单只有一次重新发货机会，已经用过。"),
    ("Keep what is recorded.", "保持已录入的发货信息。"),
)
SHIPPING_NOT_ALLOWED = _row(
    "SHIPPING_NOT_ALLOWED",
    10060004,
    "支付单处于不可发货的状态",
    ("The order is refunded, completed or not settled yet.", "支付单已退款、已完成，或尚未入库。"),
    ("Look at the order's state first.", "先查询订单状态。"),
    only_by_rule=True,
)
SHIPPING_LOGISTICS_TYPE = _row(
    "SHIPPING_LOGISTICS_TYPE",
    10060005,
    "物流类型有误",
    ("logistics_type is not one of 1 to 4.", "logistics_type 不是 1 到 4 之一。"),
    ("1 express, 2 same city, 3 virtual, 4 pick-up.", "1 快递，2 同城配送，3 虚拟商品，4 自提。"),
)
SHIPPING_SPLIT_WITHOUT_EXPRESS = _row(
    "SHIPPING_SPLIT_WITHOUT_EXPRESS",
    10060006,
    "非快递发货时不允许分拆发货",
    ("delivery_mode 2 goes with logistics_type 1 only.", "只有快递发货（logistics_type 1）可以分拆。"),
    ("Use delivery_mode 1.", "把 delivery_mode 设为 1。"),
)
SHIPPING_ALL_DELIVERED_MISSING = _row(
    "SHIPPING_ALL_DELIVERED_MISSING",
    10060007,
    "分拆发货模式下必须填写 is_all_delivered 字段",
    ("A split delivery does not say whether it is complete.", "分拆发货没有说明是否已全部发完。"),
    ("Send is_all_delivered as true or false.", "传 is_all_delivered，取值 true 或 false。"),
)
SHIPPING_ITEM_EMPTY = _row(
    "SHIPPING_ITEM_EMPTY",
    10060008,
    "商品描述 item_desc 字段不能为空",
    ("A parcel has no item_desc.", "物流信息里没有 item_desc。"),
    ("Describe the goods in each parcel's item_desc.", "为每个包裹填写 item_desc。"),
)
SHIPPING_ITEM_TOO_LONG = _row(
    "SHIPPING_ITEM_TOO_LONG",
    10060009,
    "商品描述 item_desc 字段太长",
    ("item_desc has more than 120 characters.", "item_desc 超过 120 个字。"),
    ("Shorten it.", "缩短描述。"),
)
SHIPPING_BUSY = _busy("SHIPPING_BUSY", 10060012)
SHIPPING_ARGUMENT_INVALID = _row(
    "SHIPPING_ARGUMENT_INVALID",
    10060014,
    "参数错误",
    ("A field is absent or of the wrong type.", "缺少字段，或字段类型不对。"),
    ("Compare the body with the documentation's example.", "对照文档的示例检查请求体。"),
)
SHIPPING_BUSY_TOO = _busy("SHIPPING_BUSY_TOO", 10060019)
SHIPPING_NOTHING_DESCRIBED = _row(
    "SHIPPING_NOTHING_DESCRIBED",
    10060020,
    "该笔支付单在没有任何商品描述的情况下不允许完成发货",
    ("No parcel of the order describes its goods.", "该支付单的物流信息里没有任何商品描述。"),
    ("Add item_desc.", "补充 item_desc。"),
    only_by_rule=True,
)
SHIPPING_UNCHANGED = _row(
    "SHIPPING_UNCHANGED",
    10060023,
    "发货信息未更新",
    ("Exactly this shipping is recorded already.", "提交的内容与已录入的完全相同。"),
    ("Take it as done.", "视为成功即可。"),
)
SHIPPING_LIST_TOO_LONG = _row(
    "SHIPPING_LIST_TOO_LONG",
    10060024,
    "物流信息列表太长",
    ("There are more than 15 parcels.", "物流信息超过 15 条。"),
    ("Send at most 15.", "最多传 15 条。"),
)
SHIPPING_COMPANY_TOO_LONG = _row(
    "SHIPPING_COMPANY_TOO_LONG",
    10060025,
    "物流公司编码太长",
    ("express_company has more than 128 bytes.", "express_company 超过 128 字节。"),
    ("Send the carrier's id, such as DHL.", "传物流公司编码，例如 DHL。"),
)
SHIPPING_NUMBER_TOO_LONG = _row(
    "SHIPPING_NUMBER_TOO_LONG",
    10060026,
    "物流单号太长",
    ("tracking_no has more than 128 bytes.", "tracking_no 超过 128 字节。"),
    ("Send one number a parcel.", "每个包裹只传一个单号。"),
)
SHIPPING_OTHER_PAYER = _row(
    "SHIPPING_OTHER_PAYER",
    10060031,
    "该笔支付单不属于 openid 所指定的用户",
    ("Somebody else has paid this order.", "该支付单是另一个用户支付的。"),
    ("Send the openid of the payment notification.", "传支付通知里的 openid。"),
)
SHIPPING_KEY_TYPE = _row(
    "SHIPPING_KEY_TYPE",
    268485194,
    "订单单号类型非法",
    ("order_number_type is neither 1 nor 2.", "order_number_type 不是 1 或 2。"),
    ("1: mchid and out_trade_no; 2: transaction_id.", "1 为商户单号，2 为微信支付单号。"),
)
SHIPPING_TRANSACTION_ID_MISSING = _row(
    "SHIPPING_TRANSACTION_ID_MISSING",
    268485195,
    "微信支付单号形式下 transaction_id 字段不能为空",
    ("order_number_type is 2 and there is no transaction_id.", "order_number_type 为 2 但没有 transaction_id。"),
    ("Send transaction_id.", "传 transaction_id。"),
)
SHIPPING_MCHID_MISSING = _row(
    "SHIPPING_MCHID_MISSING",
    268485196,
    "商户侧单号形式下 mchid 字段不能为空",
    ("order_number_type is 1 and there is no mchid.", "order_number_type 为 1 但没有 mchid。"),
    ("Send mchid.", "传 mchid。"),
)
SHIPPING_OUT_TRADE_NO_MISSING = _row(
    "SHIPPING_OUT_TRADE_NO_MISSING",
    268485197,
    "商户侧单号形式下 out_trade_no 字段不能为空",
    ("order_number_type is 1 and there is no out_trade_no.", "order_number_type 为 1 但没有 out_trade_no。"),
    ("Send out_trade_no.", "传 out_trade_no。"),
)
SHIPPING_TIME_INVALID = _row(
    "SHIPPING_TIME_INVALID",
    268485216,
    "上传时间非法，请按照 RFC 3339 格式填写",
    ("upload_time is absent or not in RFC 3339.", "没有 upload_time，或不是 RFC 3339 格式。"),
    ("Write it like 2022-12-15T13:29:35.120+08:00.", "写成 2022-12-15T13:29:35.120+08:00 的形式。"),
)
SHIPPING_MODE_INVALID = _row(
    "SHIPPING_MODE_INVALID",
    268485224,
    "发货模式非法",
    ("delivery_mode is neither 1 nor 2.", "delivery_mode 不是 1 或 2。"),
    ("1: everything at once; 2: in several parcels.", "1 为统一发货，2 为分拆发货。"),
)
SHIPPING_NUMBER_MISSING = _row(
    "SHIPPING_NUMBER_MISSING",
    268485226,
    "物流单号不能为空",
    ("An express parcel has no tracking_no.", "快递发货没有 tracking_no。"),
    ("Send tracking_no.", "传 tracking_no。"),
)
SHIPPING_COMPANY_MISSING = _row(
    "SHIPPING_COMPANY_MISSING",
    268485227,
    "物流公司编码不能为空",
    ("An express parcel has no express_company.", "快递发货没有 express_company。"),
    ("Send express_company.", "传 express_company。"),
)
SHIPPING_ONE_PARCEL = _row(
    "SHIPPING_ONE_PARCEL",
    268485228,
    "统一发货模式下，物流信息列表长度必须为 1",
    ("delivery_mode 1 came with no parcel or several.", "统一发货的物流信息不是正好一条。"),
    ("Send one parcel, or delivery_mode 2.", "只传一条，或把 delivery_mode 设为 2。"),
)
