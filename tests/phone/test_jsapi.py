"""Paying with wx.requestPayment: what both layers say, and in which order the checks come."""

from itertools import combinations
from typing import Any

import msgspec
import pytest
from wire_phone import HOUR, Phone

from sandbox.errors import catalogue


async def test_a_payment_moves_money_and_books_the_notification(phone: Phone) -> None:
    """The purse is lighter, the order is paid when JavaScript hears ok, one notification is on its way."""
    before = (await phone.do("user.list"))["users"][0]["balance"]
    reply = await phone.order(total_fee="199")
    answer = await phone.request_payment(phone.launch(reply["prepay_id"]), openid=phone.openid)
    assert answer["errMsg"] == "requestPayment:ok"
    assert answer["paid"] is True
    assert answer["out_trade_no"] == "T1"
    assert answer["dialog"] is None
    assert await phone.state() == "SUCCESS"
    assert (await phone.do("user.list"))["users"][0]["balance"] == before - 199
    story = await phone.do("orders.get", out_trade_no="T1")
    assert story["order"]["transaction_id"] == answer["transaction_id"]
    assert story["order"]["payer_openid"] == phone.openid
    assert [one["event"] for one in story["notifications"]] == ["payment"]


async def test_hmac_orders_launch_with_hmac(phone: Phone) -> None:
    """The second sign is of the order's sign type."""
    reply = await phone.order(sign_type="HMAC-SHA256")
    answer = await phone.request_payment(phone.launch(reply["prepay_id"], "HMAC-SHA256"))
    assert answer["paid"] is True


@pytest.mark.parametrize(
    ("api", "ok", "cancelled"),
    [
        ("requestPayment", "requestPayment:ok", "requestPayment:fail cancel"),
        ("getBrandWCPayRequest", "get_brand_wcpay_request:ok", "get_brand_wcpay_request:cancel"),
        ("chooseWXPay", "chooseWXPay:ok", "chooseWXPay:cancel"),
    ],
)
async def test_each_api_has_its_own_words(phone: Phone, api: str, ok: str, cancelled: str) -> None:
    """Success and cancellation as the three calls spell them."""
    params = phone.launch((await phone.order())["prepay_id"])
    params = {**params, "appId": phone.merchant.appid, "timestamp": params["timeStamp"]}
    assert (await phone.request_payment(params, api=api, action="cancel"))["errMsg"] == cancelled
    assert (await phone.request_payment(params, api=api))["errMsg"] == ok


@pytest.mark.parametrize(
    ("action", "dialog"),
    [
        ("cancel", None),
        ("close-dialog", None),
        ("wrong-password", "支付密码错误，请重试"),
        ("no-balance", "零钱余额不足，请更换支付方式"),
    ],
)
async def test_a_payer_who_does_not_pay_leaves_the_order_payable(phone: Phone, action: str, dialog: str | None) -> None:
    """JavaScript hears cancel, nothing moves, and the same launch can be paid later."""
    params = phone.launch((await phone.order())["prepay_id"])
    answer = await phone.request_payment(params, action=action)
    assert (answer["errMsg"], answer["dialog"], answer["paid"]) == ("requestPayment:fail cancel", dialog, False)
    assert await phone.state() == "NOTPAY"
    assert (await phone.do("notify.list"))["notifications"] == []
    assert (await phone.request_payment(params))["paid"] is True


async def test_the_two_hours_are_the_one_case_with_an_err_code(phone: Phone) -> None:
    """Text, err_code and err_desc as observed."""
    params = phone.launch((await phone.order())["prepay_id"])
    await phone.advance(2 * HOUR - 1)
    assert (await phone.request_payment(params, action="cancel"))["errMsg"] == "requestPayment:fail cancel"
    await phone.advance(1)
    answer = await phone.request_payment(params)
    assert (answer["errMsg"], answer["err_code"], answer["err_desc"], answer["dialog"]) == (
        "requestPayment:fail", "2", "该订单已过期，请重新下单", "该订单已过期，请重新下单",
    )  # fmt: skip


async def test_legacy_clients_tell_the_page_what_the_dialog_said(phone: Phone) -> None:
    """phone.legacy_errors: err_code -1 and the text; a cancellation stays one."""
    phone.tenant.change_settings({"phone.legacy_errors": True})
    params = phone.launch((await phone.order())["prepay_id"])
    answer = await phone.request_payment({**params, "paySign": "A" * 32})
    assert (answer["errMsg"], answer["err_code"], answer["err_desc"]) == (
        "requestPayment:fail", "-1", "支付验证签名失败",
    )  # fmt: skip
    native = await phone.order("T2", trade_type="NATIVE", openid=None)
    assert (await phone.request_payment(phone.launch(native["prepay_id"])))["err_desc"] == "Invalid payment situation"
    assert (await phone.request_payment(params, action="cancel"))["errMsg"] == "requestPayment:fail cancel"


async def test_older_prepay_ids_stay_payable_until_one_is_paid(phone: Phone) -> None:
    """A repeated order gives a new prepay_id; once one is paid, the other says so."""
    first, second = (await phone.order())["prepay_id"], (await phone.order())["prepay_id"]
    assert first != second
    assert (await phone.request_payment(phone.launch(first)))["paid"] is True
    assert (await phone.request_payment(phone.launch(second)))["dialog"] == "该订单已支付"


async def test_a_sub_merchants_mini_program_signs_with_its_own_appid(phone: Phone) -> None:
    """An order that names sub_openid is launched by sub_appid; the provider's own appid is refused."""
    provider, sub = list(phone.tenant.merchants.values())[3:5]
    with phone.tenant.transaction() as tx:
        user = tx.user("xiaoming")
    assert user is not None
    sub_openid = user.openids[phone.other_appid]
    phone.merchant.mch_id, phone.merchant.key = provider.mchid, provider.api_keys[0].text
    phone.tenant.change_merchant(
        msgspec.structs.replace(sub, appids=frozenset({phone.merchant.appid, phone.other_appid}))
    )
    reply = await phone.order(openid=None, sub_mch_id=sub.mchid, sub_appid=phone.other_appid, sub_openid=sub_openid)
    wrong = await phone.request_payment(phone.launch(reply["prepay_id"]))
    assert wrong["dialog"] == "商户传入的appid参数不正确，请联系商户处理"
    params = phone.launch(reply["prepay_id"], appid=phone.other_appid)
    answer = await phone.request_payment(params, openid=sub_openid)
    assert answer["paid"] is True
    order = (await phone.do("orders.list"))["orders"][0]
    assert order["payer_openid"] == user.openids[phone.merchant.appid]


@pytest.mark.parametrize(
    ("registered", "page", "dialog"),
    [
        ("https://shop.example/", "https://shop.example/a/b?x=1#top", None),
        ("https://shop.example/pay/", "https://shop.example/pay/go", None),
        ("https://shop.example/pay/", "https://shop.example/pay/deeper/go", "https://shop.example/pay/deeper/"),
        ("https://shop.example/pay/", "https://shop.example/Pay/go", "https://shop.example/Pay/"),
        ("https://shop.example/", "http://shop.example", "http://shop.example/"),
    ],
)
async def test_pages_pay_from_registered_directories_only(
    phone: Phone, registered: str, page: str, dialog: str | None
) -> None:
    """A bare domain covers everything below it, a deeper entry only itself; scheme and case count."""
    merchant = phone.tenant.merchants[phone.merchant.mch_id]
    phone.tenant.change_merchant(msgspec.structs.replace(merchant, directories=(registered,)))
    params = {**phone.launch((await phone.order())["prepay_id"]), "appId": phone.merchant.appid}
    answer = await phone.request_payment(params, api="getBrandWCPayRequest", page=page)
    assert answer["dialog"] == (dialog and f"当前页面的URL未注册：{dialog}")
    assert answer["errMsg"].endswith("cancel" if dialog else "ok")


# In the order in which the cashier looks; each breaks one thing and leaves the rest as it was.
IN_ORDER = [
    "JSAPI_ARGUMENT_MISSING",
    "NO_PERMISSION_ON_PHONE",
    "PACKAGE_UNKNOWN",
    "APPID_MISMATCH",
    "TRADE_TYPE_MISMATCH",
    "PAY_SIGN_WRONG",
    "PREPAY_EXPIRED",
    "TIME_EXPIRE_OVER",
    "CASHIER_ORDER_PAID",
    "PAYER_MISMATCH",
    "DIRECTORY_UNREGISTERED",
    "WRONG_PASSWORD",
]


async def broken(phone: Phone, faults: set[str]) -> dict[str, Any]:
    """Launch with wx.chooseWXPay, with these things wrong at once."""
    native = "TRADE_TYPE_MISMATCH" in faults
    order = {"trade_type": "NATIVE", "openid": None} if native else {}
    if "TIME_EXPIRE_OVER" in faults:
        order["time_expire"] = "20260101081000"
    prepay_id = (await phone.order(**order))["prepay_id"]
    if "CASHIER_ORDER_PAID" in faults:
        await phone.do("user.pay", prepay_id=prepay_id)
    tenant, appid = phone.tenant, phone.other_appid if "APPID_MISMATCH" in faults else phone.merchant.appid
    if "NO_PERMISSION_ON_PHONE" in faults:
        tenant.change_app(msgspec.structs.replace(tenant.apps[appid], can_pay=False))
    if "DIRECTORY_UNREGISTERED" in faults:
        merchant = tenant.merchants[phone.merchant.mch_id]
        tenant.change_merchant(msgspec.structs.replace(merchant, directories=("https://shop.example/",)))
    params = phone.launch("nothing" if "PACKAGE_UNKNOWN" in faults else prepay_id, appid=appid)
    params["timestamp"] = params.pop("timeStamp")
    if "PAY_SIGN_WRONG" in faults:
        params["paySign"] = "0" * 32
    if "JSAPI_ARGUMENT_MISSING" in faults:
        del params["nonceStr"]
    await phone.advance(2 * HOUR if "PREPAY_EXPIRED" in faults else HOUR)
    return await phone.request_payment(
        params,
        appid=appid,
        api="chooseWXPay",
        page="https://elsewhere.example/",
        user="xiaohong" if "PAYER_MISMATCH" in faults else "",
        action="wrong-password" if "WRONG_PASSWORD" in faults else "pay",
    )


@pytest.mark.parametrize(("first", "second"), [*combinations(IN_ORDER, 2)])
async def test_the_earlier_check_speaks(phone: Phone, first: str, second: str) -> None:
    """Of two things that are wrong, the one that is looked at first is told, and the other not."""
    answer = await broken(phone, {first, second})
    assert answer["explanation"]["code"] == first
    assert answer["paid"] is False


async def test_nothing_wrong_pays(phone: Phone) -> None:
    """The yardstick of the test above: without a fault the same launch goes through."""
    assert (await broken(phone, set()))["errMsg"] == "chooseWXPay:ok"


async def test_every_answer_explains_itself(phone: Phone) -> None:
    """Cause and remedy in both languages come from the row."""
    answer = await broken(phone, {"PAYER_MISMATCH"})
    row = catalogue()["PAYER_MISMATCH"]
    explanation = answer["explanation"]
    assert explanation["summary"] == row.cause
    assert explanation["summary_zh"] == row.cause_zh
    assert explanation["fix_zh"] == row.fix_zh
    assert explanation["came"] == "xiaohong pays"
    assert phone.openid in explanation["expected"]
