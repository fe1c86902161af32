"""Paying from a mini program or a page in WeChat: the checks between the call and the cashier, in order."""

from collections.abc import Mapping
from typing import Any

from sandbox.doctor.paysign import JSAPI_SPELLINGS, Launched
from sandbox.domain.order import Order, TradeType
from sandbox.errors import Refusal, phone
from sandbox.phone import launch as arguments
from sandbox.phone import secondsign, v3sign
from sandbox.phone.cashier import Cashier
from sandbox.phone.launch import Api, Launch
from sandbox.protocol import v2sign
from sandbox.protocol.v2sign import SignType

PREFIX = "prepay_id="


def request_payment(
    cashier: Cashier, params: Mapping[str, Any], appid: str, api: Api = "requestPayment", page: str = ""
) -> Order:
    """The order paid. `appid` is the app that runs, `page` the URL of an H5 page. Raises Refusal."""
    settings = cashier.tenant.settings
    launch = arguments.read(params, api, sign_type_optional=settings.phone.signtype_optional)
    appid = launch.app_id if api == "getBrandWCPayRequest" else appid
    _ensure_permission(cashier, appid)
    order = cashier.find(_prepay_id(launch))
    _ensure_appid(order, appid)
    cashier.ensure_trade_type(order, TradeType.JSAPI)
    _ensure_signed(cashier, order, launch, appid)
    assert cashier.prepay is not None
    cashier.ensure_open(order, cashier.prepay)
    cashier.ensure_payer(order)
    if page and api != "requestPayment":
        _ensure_directory(cashier, order, page)
    return cashier.settle()


def check_signature(cashier: Cashier, params: Mapping[str, Any]) -> Order:
    """The order whose launch is signed rightly; nothing else is looked at. Raises Refusal."""
    api: Api = "getBrandWCPayRequest" if "appId" in params else "requestPayment"
    launch = arguments.read(params, api, sign_type_optional=cashier.tenant.settings.phone.signtype_optional)
    order = cashier.find(_prepay_id(launch))
    _ensure_signed(cashier, order, launch, launch.app_id or launched_appid(order))
    return order


def launched_appid(order: Order) -> str:
    """The appid that calls and signs: the sub-merchant's own when the order names its openid."""
    terms = order.terms
    return terms.sub_appid if terms.sub_openid and terms.sub_appid else terms.appid


def _ensure_permission(cashier: Cashier, appid: str) -> None:
    app = cashier.tenant.apps.get(appid)
    if app is not None and not app.can_pay:
        raise Refusal(phone.NO_PERMISSION_ON_PHONE, field="appid", came=appid, expected="an app that may pay")


def _prepay_id(launch: Launch) -> str:
    package = launch.package
    if package.startswith(PREFIX) and len(package) > len(PREFIX):
        return package.removeprefix(PREFIX)
    likely, likely_zh = _misread(package)
    raise Refusal(
        phone.PACKAGE_UNKNOWN,
        field="package",
        came=package or "an empty string",
        expected="prepay_id= and the prepay_id",
        likely=likely,
        likely_zh=likely_zh,
    )


def _misread(package: str) -> tuple[str, str]:
    if package.startswith("wx"):
        return "the prepay_id came without `prepay_id=` before it", "缺少prepay_id=前缀"
    if package == "Sign=WXPay":
        return "Sign=WXPay is the package of App payments", "Sign=WXPay是App支付的package"
    if package.startswith("weixin://"):
        return "this is the code_url of a NATIVE order", "这是NATIVE订单的code_url"
    return "", ""


def _ensure_appid(order: Order, appid: str) -> None:
    wanted = launched_appid(order)
    if appid != wanted:
        raise Refusal(phone.APPID_MISMATCH, field="appid", came=appid, expected=f"{wanted}, the order's")


def _ensure_signed(cashier: Cashier, order: Order, launch: Launch, appid: str) -> None:
    terms, tenant = order.terms, cashier.tenant
    if terms.dialect == "v3":
        v3sign.ensure_jsapi(
            cashier,
            order,
            appid,
            launch.time_stamp,
            launch.nonce_str,
            launch.package,
            launch.sign_type,
            launch.pay_sign,
        )
        return
    sign_type = SignType(terms.sign_type)
    fields = {
        "appId": appid,
        "timeStamp": launch.time_stamp,
        "nonceStr": launch.nonce_str,
        "package": launch.package,
        "signType": launch.sign_type,
    }
    right = v2sign.sign(fields, tenant.merchants[terms.mchid].api_key(cashier.now), sign_type)
    came = launch.pay_sign.upper() if tenant.settings.v2.accept_lowercase_sign else launch.pay_sign
    if launch.sign_type == sign_type and came == right:
        return
    launched = Launched(
        came=launch.pay_sign,
        fields=fields,
        spellings=JSAPI_SPELLINGS,
        sign_type=sign_type,
        said_type=launch.sign_type,
        values=secondsign.other_values(cashier, order, fields, "timeStamp", "nonceStr"),
        order_signs=secondsign.order_signs(cashier, order),
    )
    raise secondsign.wrong(cashier, order, launched, "paySign")


def _ensure_directory(cashier: Cashier, order: Order, page: str) -> None:
    directories = cashier.tenant.merchants[order.terms.mchid].directories
    url = page.partition("?")[0].partition("#")[0]
    directory = url[: url.rfind("/") + 1] if url.count("/") > 2 else f"{url}/"
    if directories and not any(_covers(one, directory) for one in directories):
        raise Refusal(
            phone.DIRECTORY_UNREGISTERED,
            url=directory,
            field="page",
            came=directory,
            expected=f"one of {', '.join(directories)}",
        )


def _covers(registered: str, directory: str) -> bool:
    """A bare domain covers every path of its scheme and host; anything deeper must be the page's own directory."""
    return directory.startswith(registered) if registered.count("/") == 3 else directory == registered
