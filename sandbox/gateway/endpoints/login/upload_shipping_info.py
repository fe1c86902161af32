"""发货信息录入"""

import hashlib
import re
from typing import Any

import msgspec

from sandbox.domain.order import Order
from sandbox.domain.shipping import Shipping
from sandbox.errors import Refusal, Row, login, shipping
from sandbox.gateway.dialects.loginform import TOKEN, TokenForm
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint

EXPRESS, UNIFIED, SPLIT = 1, 1, 2
BY_MERCHANT, BY_TRANSACTION = 1, 2
MAX_PARCELS, MAX_ITEM, MAX_ID = 15, 120, 128  # parcels, characters, bytes
RFC3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"


class Parcel(msgspec.Struct, frozen=True):
    tracking_no: str = ""
    express_company: str = ""
    item_desc: str = ""


class OrderKey(msgspec.Struct, frozen=True):
    order_number_type: int = 0
    transaction_id: str = ""
    mchid: str = ""
    out_trade_no: str = ""


class Payer(msgspec.Struct, frozen=True):
    openid: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The body."""

    order_key: OrderKey
    logistics_type: int = 0
    delivery_mode: int = 0
    is_all_delivered: bool | None = None
    shipping_list: tuple[Parcel, ...] = ()
    upload_time: str = ""
    payer: Payer


class UploadShippingInfo(TokenForm):
    logistics_type: str | None = text("物流模式", sample="1")
    delivery_mode: str | None = text("发货模式", sample="1")
    is_all_delivered: str | None = text("是否已全部发货", sample="true")
    upload_time: str | None = text("上传时间", sample="2026-01-01T13:29:35.120+08:00")


@endpoint(
    "login",
    "POST /wxa/sec/order/upload_shipping_info",
    UploadShippingInfo,
    title="发货信息录入",
    source="https://developers.weixin.qq.com/miniprogram/dev/server/API/order_shipping/api_uploadshippinginfo",
    raises=(*TOKEN, login.DAILY_QUOTA, *(row for row in vars(shipping).values() if isinstance(row, Row))),
)
def upload_shipping_info(call: Call, form: UploadShippingInfo) -> Reply:
    """Records that the goods of a paid order are on their way; the order of the checks is unconfirmed."""
    try:
        report = msgspec.convert(call.body, Report)
    except msgspec.ValidationError as error:
        raise Refusal(shipping.SHIPPING_ARGUMENT_INVALID, came=str(error), expected="the documented body") from None
    _ensure_key(report.order_key)
    _ensure_parcels(report)
    order = _paid(call, report)
    complete = report.delivery_mode == UNIFIED or report.is_all_delivered is True
    told = (order.shipping or Shipping()).reported(_digest(report), complete=complete)
    call.tx.put_order(msgspec.structs.replace(order, shipping=told))
    return Reply(body=(("errcode", 0), ("errmsg", "ok")))


def _ensure_key(key: OrderKey) -> None:
    if key.order_number_type == BY_TRANSACTION:
        _ensure(bool(key.transaction_id), shipping.SHIPPING_TRANSACTION_ID_MISSING, "order_key.transaction_id", "")
    elif key.order_number_type == BY_MERCHANT:
        _ensure(bool(key.mchid), shipping.SHIPPING_MCHID_MISSING, "order_key.mchid", "")
        _ensure(bool(key.out_trade_no), shipping.SHIPPING_OUT_TRADE_NO_MISSING, "order_key.out_trade_no", "")
    else:
        _ensure(False, shipping.SHIPPING_KEY_TYPE, "order_key.order_number_type", key.order_number_type)


def _ensure_parcels(report: Report) -> None:
    kind, mode, parcels = report.logistics_type, report.delivery_mode, report.shipping_list
    _ensure(kind in (1, 2, 3, 4), shipping.SHIPPING_LOGISTICS_TYPE, "logistics_type", kind)
    _ensure(mode in (UNIFIED, SPLIT), shipping.SHIPPING_MODE_INVALID, "delivery_mode", mode)
    if mode == SPLIT:
        _ensure(kind == EXPRESS, shipping.SHIPPING_SPLIT_WITHOUT_EXPRESS, "delivery_mode", mode)
        told = report.is_all_delivered is not None
        _ensure(told, shipping.SHIPPING_ALL_DELIVERED_MISSING, "is_all_delivered", "")
    else:
        _ensure(len(parcels) == 1, shipping.SHIPPING_ONE_PARCEL, "shipping_list", f"{len(parcels)} parcels")
    _ensure(len(parcels) <= MAX_PARCELS, shipping.SHIPPING_LIST_TOO_LONG, "shipping_list", f"{len(parcels)} parcels")
    for parcel in parcels:
        _ensure_parcel(parcel, express=kind == EXPRESS)
    timely = re.fullmatch(RFC3339, report.upload_time) is not None
    _ensure(timely, shipping.SHIPPING_TIME_INVALID, "upload_time", report.upload_time)


def _ensure_parcel(parcel: Parcel, *, express: bool) -> None:
    number, company, item = parcel.tracking_no, parcel.express_company, parcel.item_desc
    _ensure(bool(number) or not express, shipping.SHIPPING_NUMBER_MISSING, "tracking_no", number)
    _ensure(bool(company) or not express, shipping.SHIPPING_COMPANY_MISSING, "express_company", company)
    _ensure(len(number.encode()) <= MAX_ID, shipping.SHIPPING_NUMBER_TOO_LONG, "tracking_no", number)
    _ensure(len(company.encode()) <= MAX_ID, shipping.SHIPPING_COMPANY_TOO_LONG, "express_company", company)
    _ensure(bool(item), shipping.SHIPPING_ITEM_EMPTY, "item_desc", item)
    _ensure(len(item) <= MAX_ITEM, shipping.SHIPPING_ITEM_TOO_LONG, "item_desc", item)


def _paid(call: Call, report: Report) -> Order:
    assert call.app is not None
    key = report.order_key
    if key.order_number_type == BY_TRANSACTION:
        order = call.tx.order_by_transaction(key.transaction_id)
    else:
        order = call.tx.order(key.mchid, key.out_trade_no)
    came = key.transaction_id or f"{key.mchid} {key.out_trade_no}"
    if order is None or order.payment is None or call.app.appid not in (order.terms.appid, order.terms.sub_appid):
        expected = f"a paid order under {call.app.appid}"
        raise Refusal(shipping.SHIPPING_ORDER_NOT_EXIST, field="order_key", came=came, expected=expected)
    openids = [openid for openid in (order.payment.openid, order.payment.sub_openid) if openid]
    _ensure(report.payer.openid in openids, shipping.SHIPPING_OTHER_PAYER, "payer.openid", report.payer.openid)
    return order


def _digest(report: Report) -> bytes:
    content = msgspec.structs.replace(report, upload_time="")
    return hashlib.sha256(msgspec.msgpack.encode(content)).digest()


def _ensure(fits: bool, row: Row, field: str, came: Any) -> None:
    if not fits:
        raise Refusal(row, field=field, came=came or "nothing", expected=row.fix)
