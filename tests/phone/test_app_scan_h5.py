"""Paying from an App, by QR code and through an H5 link."""

from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from wire_phone import HOUR, Phone

SHOP = "https://shop.example/checkout"
WECHAT = "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 MicroMessenger/8.0.53"


async def app_order(phone: Phone) -> str:
    """An APP order's prepay_id."""
    return (await phone.order(trade_type="APP", openid=None))["prepay_id"]


async def h5_order(phone: Phone, **changes: str) -> str:
    """An MWEB order's link."""
    return (await phone.order(trade_type="MWEB", openid=None, **changes))["mweb_url"]


async def test_an_app_hears_three_numbers(phone: Phone) -> None:
    """0 paid, -1 anything wrong, -2 cancelled."""
    params = phone.payreq(await app_order(phone))
    assert (await phone.do("user.app_pay", params=params, action="cancel"))["errCode"] == -2
    wrong = await phone.do("user.app_pay", params={**params, "sign": "0" * 32})
    assert (wrong["errCode"], wrong["dialog"]) == (-1, "支付验证签名失败")
    paid = await phone.do("user.app_pay", params=params)
    assert (paid["errCode"], paid["paid"]) == (0, True)
    assert await phone.state() == "SUCCESS"
    again = await phone.do("user.app_pay", params=params)
    assert (again["errCode"], again["explanation"]["code"]) == (-1, "CASHIER_ORDER_PAID")


async def test_a_payreq_may_be_named_as_the_sdk_names_it(phone: Phone) -> None:
    """partnerId, prepayId, packageValue: the launch is the same, only signing is lower case."""
    params = phone.payreq(await app_order(phone))
    names = {
        "appid": "appId", "partnerid": "partnerId", "prepayid": "prepayId", "package": "packageValue",
        "noncestr": "nonceStr", "timestamp": "timeStamp",
    }  # fmt: skip
    request = {names.get(name, name): value for name, value in params.items()}
    assert (await phone.do("user.app_pay", params=request))["errCode"] == 0


@pytest.mark.parametrize(
    ("change", "code", "dialog"),
    [
        ({"prepayid": "wx0"}, "PREPAY_ID_ILLEGAL", "商户支付下单ID非法"),
        ({"appid": "wx0"}, "APPID_MISMATCH", "商户传入的appid参数不正确，请联系商户处理"),
        ({"partnerid": "1900000009"}, "PAY_SIGN_WRONG", "支付验证签名失败"),
        ({"package": "prepay_id=1"}, "PAY_SIGN_WRONG", "支付验证签名失败"),
        ({"timestamp": "1"}, "PAY_SIGN_WRONG", "支付验证签名失败"),
    ],
)
async def test_a_wrong_payreq_is_explained(phone: Phone, change: dict[str, str], code: str, dialog: str) -> None:
    """errCode is -1 for all; code and dialog tell which."""
    answer = await phone.do("user.app_pay", params={**phone.payreq(await app_order(phone)), **change})
    assert (answer["errCode"], answer["explanation"]["code"], answer["dialog"]) == (-1, code, dialog)


async def test_a_payreq_signed_in_camel_case_is_recognised(phone: Phone) -> None:
    """The App's names are all lower case when they are signed."""
    params = phone.payreq(await app_order(phone))
    signed = {"appId": params["appid"], "partnerId": params["partnerid"], "prepayId": params["prepayid"],
              "package": "Sign=WXPay", "nonceStr": params["noncestr"], "timeStamp": params["timestamp"]}  # fmt: skip
    answer = await phone.do("user.app_pay", params={**params, "sign": phone.sign(signed)})
    assert answer["explanation"]["code"] == "PAY_SIGN_NAMES"
    assert "signed as appId, partnerId, prepayId, nonceStr, timeStamp" in answer["explanation"]["summary"]


async def test_a_jsapi_order_is_not_for_apps(phone: Phone) -> None:
    """The trade type must fit."""
    answer = await phone.do("user.app_pay", params=phone.payreq((await phone.order())["prepay_id"]))
    assert answer["explanation"]["code"] == "TRADE_TYPE_MISMATCH"


async def test_a_qr_code_is_scanned_and_paid(phone: Phone) -> None:
    """The first payer will do: a NATIVE order names nobody."""
    code_url = (await phone.order(trade_type="NATIVE", openid=None))["code_url"]
    answer = await phone.do("user.scan", code_url=code_url, user="xiaohong")
    assert (answer["paid"], answer["user"], "errMsg" in answer) == (True, "xiaohong", False)
    assert await phone.state() == "SUCCESS"


async def test_a_qr_code_dies_when_it_is_replaced_old_or_altered(phone: Phone) -> None:
    """All say the same to the person; the explanation tells them apart."""
    order: dict[str, Any] = {"trade_type": "NATIVE", "openid": None}
    old = (await phone.order(**order))["code_url"]
    new = (await phone.order(**order))["code_url"]
    replaced = await phone.do("user.scan", code_url=old)
    assert replaced["dialog"] == "二维码已过期，请重新生成"
    assert "posted again" in replaced["explanation"]["summary"]
    altered = await phone.do("user.scan", code_url=f"{new}\n")
    assert "encode exactly that text" in altered["explanation"]["summary"]
    static = await phone.do("user.scan", code_url="weixin://wxpay/bizpayurl?appid=wx1&product_id=1")
    assert static["explanation"]["code"] == "STATIC_CODE_WRONG"
    await phone.advance(2 * HOUR)
    assert (await phone.do("user.scan", code_url=new))["dialog"] == "二维码已过期，请重新生成"


async def test_the_first_to_scan_owns_the_order(phone: Phone) -> None:
    """Even when they close the cashier again; the same payer may come back."""
    code_url = (await phone.order(trade_type="NATIVE", openid=None))["code_url"]
    await phone.do("user.scan", code_url=code_url, action="cancel")
    other = await phone.do("user.scan", code_url=code_url, user="xiaohong")
    assert other["dialog"] == "商家订单信息有误，请重新下单支付"
    assert (await phone.do("user.scan", code_url=code_url))["paid"] is True


async def test_an_h5_link_is_opened_from_the_shops_page(phone: Phone) -> None:
    """The answer tells where the page goes back to, whatever became of the payment."""
    url = f"{await h5_order(phone)}&redirect_url={quote('https://shop.example/done?no=1', safe='')}"
    left = await phone.do("user.open_h5", url=url, referer=SHOP, action="cancel")
    assert (left["paid"], left["redirect_url"]) == (False, "https://shop.example/done?no=1")
    assert (await phone.do("user.open_h5", url=url, referer=SHOP))["paid"] is True
    assert await phone.state() == "SUCCESS"


@pytest.mark.parametrize(
    ("how", "code", "page"),
    [
        ({"referer": ""}, "H5_REFERER_MISSING", "商家参数格式有误，请联系商家解决"),
        ({"referer": "https://other.example/"}, "H5_DOMAIN_UNREGISTERED", "商家存在未配置的参数，请联系商家解决"),
        ({"user_agent": WECHAT}, "H5_INSIDE_WECHAT", "请在微信外打开订单，进行支付"),
        ({"back": quote("https://other.example/", safe="")}, "H5_DOMAIN_UNREGISTERED",
         "商家存在未配置的参数，请联系商家解决"),
        ({"back": "https://shop.example/done"}, "H5_OTHER_PAYER", "系统繁忙，请稍后再试"),
        ({"cut": True}, "H5_OTHER_PAYER", "系统繁忙，请稍后再试"),
    ],
)  # fmt: skip
async def test_the_h5_page_refuses(phone: Phone, how: dict[str, Any], code: str, page: str) -> None:
    """Referer, domains, WeChat's own browser, encoding, a link cut at its ampersand."""
    merchant = phone.tenant.merchants[phone.merchant.mch_id]
    phone.tenant.change_merchant(msgspec.structs.replace(merchant, h5_domains=("shop.example",)))
    url = await h5_order(phone)
    if "back" in how:
        url = f"{url}&redirect_url={how.pop('back')}"
    if how.pop("cut", False):
        url = url.partition("&")[0]
    answer = await phone.do("user.open_h5", **{"url": url, "referer": SHOP, **how})
    assert (answer["page"], answer["explanation"]["code"], answer["paid"]) == (page, code, False)


async def test_an_h5_link_lives_five_minutes(phone: Phone) -> None:
    """To the millisecond, on the tenant's clock."""
    url = await h5_order(phone)
    await phone.advance(5 * 60_000 - 1)
    assert "page" not in await phone.do("user.open_h5", url=url, referer=SHOP, action="cancel")
    await phone.advance(1)
    assert (await phone.do("user.open_h5", url=url, referer=SHOP))["page"] == "支付请求已失效，请重新发起支付"


async def test_an_h5_link_belongs_to_its_first_payer(phone: Phone) -> None:
    """The second one reads that the system is busy."""
    url = await h5_order(phone)
    await phone.do("user.open_h5", url=url, referer=SHOP, action="cancel")
    other = await phone.do("user.open_h5", url=url, referer=SHOP, user="xiaohong")
    assert (other["page"], other["explanation"]["code"]) == ("系统繁忙，请稍后再试", "H5_OTHER_PAYER")


@pytest.mark.parametrize(
    ("ordered", "opener", "page"),
    [
        ("127.0.0.1", "127.0.0.1", "由于商家传入的H5交易参数有误，该笔交易暂时无法完成，请联系商家解决"),
        ("203.0.113.7", "203.0.113.8", "网络环境未能通过安全验证，请稍后再试"),
        ("203.0.113.7", "203.0.113.7", None),
    ],
)
async def test_addresses_count_when_the_tenant_says_so(
    phone: Phone, ordered: str, opener: str, page: str | None
) -> None:
    """h5.check_ip is off by default: on a laptop all addresses are loopback."""
    url = await h5_order(phone, spbill_create_ip=ordered)
    how = {"url": url, "referer": SHOP, "client_ip": opener}
    assert "page" not in await phone.do("user.open_h5", **how, action="cancel")
    phone.tenant.change_settings({"h5.check_ip": True})
    answer = await phone.do("user.open_h5", **how)
    assert (answer.get("page"), answer["paid"]) == (page, page is None)
