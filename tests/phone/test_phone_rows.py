"""Every row of the phone's errors is met by doing what causes it."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from wire_phone import HOUR, Phone

from sandbox.errors import Layer, Row
from sandbox.errors import phone as rows

Trigger = Callable[[Phone], Awaitable[dict[str, Any]]]
SHOP = "https://shop.example/checkout"


async def jsapi(phone: Phone, changes: dict[str, Any] | None = None, /, **more: Any) -> dict[str, Any]:
    """Order, launch with changed arguments."""
    params = phone.launch((await phone.order())["prepay_id"])
    return await phone.request_payment({**params, **(changes or {})}, **more)


async def banned(phone: Phone) -> dict[str, Any]:
    """The mini program lost its permission."""
    app = phone.tenant.apps[phone.merchant.appid]
    phone.tenant.change_app(msgspec.structs.replace(app, can_pay=False))
    return await jsapi(phone)


async def native_in_mini_program(phone: Phone) -> dict[str, Any]:
    """A NATIVE prepay_id in wx.requestPayment."""
    reply = await phone.order(trade_type="NATIVE", openid=None)
    return await phone.request_payment(phone.launch(reply["prepay_id"]))


async def late(phone: Phone) -> dict[str, Any]:
    """Two hours go by."""
    params = phone.launch((await phone.order())["prepay_id"])
    await phone.advance(2 * HOUR)
    return await phone.request_payment(params)


async def past_time_expire(phone: Phone) -> dict[str, Any]:
    """The order's own limit goes by: ten past eight in Beijing."""
    params = phone.launch((await phone.order(time_expire="20260101081000"))["prepay_id"])
    await phone.advance(HOUR)
    return await phone.request_payment(params)


async def twice(phone: Phone) -> dict[str, Any]:
    """Paid, and launched again."""
    params = phone.launch((await phone.order())["prepay_id"])
    await phone.request_payment(params)
    return await phone.request_payment(params)


async def closed(phone: Phone) -> dict[str, Any]:
    """Closed by the merchant."""
    params = phone.launch((await phone.order())["prepay_id"])
    await phone.merchant.post("/pay/closeorder", phone.merchant.query(out_trade_no="T1"))
    return await phone.request_payment(params)


async def poor(phone: Phone) -> dict[str, Any]:
    """One fen short."""
    await phone.do("user.change", id="xiaoming", balance=198)
    return await jsapi(phone)


async def unregistered(phone: Phone) -> dict[str, Any]:
    """From a page elsewhere."""
    merchant = phone.tenant.merchants[phone.merchant.mch_id]
    phone.tenant.change_merchant(msgspec.structs.replace(merchant, directories=("https://shop.example/",)))
    app_id = {"appId": phone.merchant.appid}
    return await jsapi(phone, app_id, api="getBrandWCPayRequest", page="https://else.example/")


async def scanned_second(phone: Phone) -> dict[str, Any]:
    """Two people scan one code."""
    code_url = (await phone.order(trade_type="NATIVE", openid=None))["code_url"]
    await phone.do("user.scan", code_url=code_url, action="cancel")
    return await phone.do("user.scan", code_url=code_url, user="xiaohong")


async def h5(phone: Phone, seconds: int = 0, address: str = "203.0.113.7", **how: str) -> dict[str, Any]:
    """Order and open the link after a while."""
    phone.tenant.change_settings({"h5.check_ip": True})
    merchant = phone.tenant.merchants[phone.merchant.mch_id]
    phone.tenant.change_merchant(msgspec.structs.replace(merchant, h5_domains=("shop.example",)))
    reply = await phone.order(trade_type="MWEB", openid=None, spbill_create_ip=address)
    await phone.advance(seconds * 1000)
    asked = {"referer": SHOP, "client_ip": "203.0.113.7", **how}
    return await phone.do("user.open_h5", url=reply["mweb_url"], **asked)


async def h5_cut(phone: Phone) -> dict[str, Any]:
    """A link with a digit too few."""
    url = (await phone.order(trade_type="MWEB", openid=None))["mweb_url"]
    return await phone.do("user.open_h5", url=url[:-1], referer=SHOP)


TRIGGERS: dict[str, Trigger] = {
    "PARAMETER_TYPE": lambda phone: jsapi(phone, {"timeStamp": 1767225600}),
    "JSAPI_ARGUMENT_MISSING": lambda phone: jsapi(phone, api="getBrandWCPayRequest"),
    "NO_PERMISSION_ON_PHONE": banned,
    "PAYMENT_CANCELLED": lambda phone: jsapi(phone, action="cancel"),
    "PACKAGE_UNKNOWN": lambda phone: jsapi(phone, {"package": "Sign=WXPay"}),
    "PREPAY_ID_ILLEGAL": lambda phone: phone.do("user.app_pay", params={"prepay_id": "wx1"}),
    "APPID_MISMATCH": lambda phone: jsapi(phone, appid=phone.other_appid),
    "TRADE_TYPE_MISMATCH": native_in_mini_program,
    "PAY_SIGN_WRONG": lambda phone: jsapi(phone, {"paySign": "0" * 32}),
    "PREPAY_EXPIRED": late,
    "TIME_EXPIRE_OVER": past_time_expire,
    "CASHIER_ORDER_PAID": twice,
    "CASHIER_ORDER_CLOSED": closed,
    "PAYER_MISMATCH": lambda phone: jsapi(phone, user="xiaohong"),
    "OTHER_PAYER_FIRST": scanned_second,
    "DIRECTORY_UNREGISTERED": unregistered,
    "WRONG_PASSWORD": lambda phone: jsapi(phone, action="wrong-password"),
    "BALANCE_LOW": poor,
    "QR_EXPIRED": lambda phone: phone.do("user.scan", code_url="weixin://wxpay/bizpayurl?pr=nobody"),
    "H5_REFERER_MISSING": lambda phone: h5(phone, referer=""),
    "H5_DOMAIN_UNREGISTERED": lambda phone: h5(phone, referer="https://else.example/"),
    "H5_EXPIRED": lambda phone: h5(phone, seconds=300),
    "H5_INSIDE_WECHAT": lambda phone: h5(phone, user_agent="MicroMessenger/8.0.53"),
    "H5_OTHER_PAYER": h5_cut,
    "H5_LOOPBACK_IP": lambda phone: h5(phone, address="127.0.0.1"),
    "H5_IP_DIFFERS": lambda phone: h5(phone, client_ip="203.0.113.8"),
}
ROWS = {name: row for name, row in vars(rows).items() if isinstance(row, Row)}
CANCEL = "requestPayment:fail cancel"


def test_no_row_is_without_its_trigger() -> None:
    """A row that nothing causes would be a text that nobody can meet."""
    assert TRIGGERS.keys() == ROWS.keys()


@pytest.mark.parametrize("name", TRIGGERS)
async def test_the_row_is_met(phone: Phone, name: str) -> None:
    """The explanation has its name, the person reads its text, JavaScript hears its own, and no money moves."""
    answer = await TRIGGERS[name](phone)
    assert answer["explanation"]["code"] == name
    assert answer["paid"] is False
    row = ROWS[name]
    for layer, said in ((Layer.DIALOG, answer["dialog"]), (Layer.PAGE, answer.get("page"))):
        spelling = row.spelling("phone", layer=layer)
        assert (said is None) is (spelling is None)
        assert spelling is None or said.startswith(spelling.text.partition("{")[0])
    heard = row.spelling("phone", layer=Layer.ERR_MSG)
    if answer.get("errMsg", "").startswith("requestPayment:"):
        expected = CANCEL if heard is None else heard.text.partition("{")[0]
        assert answer["errMsg"].startswith(expected)
    orders = (await phone.do("orders.list"))["orders"]
    assert [one["trade_state"] for one in orders if one["trade_state"] == "SUCCESS"] == (
        ["SUCCESS"] if name == "CASHIER_ORDER_PAID" else []
    )


async def test_a_banned_mini_program_hears_errno_102(phone: Phone) -> None:
    """The text as observed on devices, with a number, and no dialog."""
    answer = await banned(phone)
    assert answer["errno"] == 102
    assert answer["dialog"] is None
    assert answer["errMsg"] == (
        "requestPayment:fail jsapi has no permission, event=requestPayment, runningState=foreground, "
        "permissionMsg=permission got, detail=jsapi has been banned"
    )
