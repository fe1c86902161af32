"""A wrong second signature: the dialog never says why, the explanation does."""

from collections.abc import Callable
from typing import Any

import pytest
from wire_merchant import v2_sign
from wire_phone import NONCE, STAMP, Phone

Signed = Callable[[Phone, dict[str, str]], dict[str, Any]]


def renamed(**names: str) -> Signed:
    """Signed under other names; an empty one leaves the field out."""

    def launch(phone: Phone, fields: dict[str, str]) -> dict[str, Any]:
        signed = {names.get(name, name): value for name, value in fields.items() if names.get(name, name)}
        return {**fields, "paySign": phone.sign(signed)}

    return launch


def valued(**values: str) -> Signed:
    """Signed with other values than were passed."""
    return lambda phone, fields: {**fields, "paySign": phone.sign({**fields, **values})}


def keyed(key: str) -> Signed:
    """Signed with another key."""
    return lambda phone, fields: {**fields, "paySign": v2_sign(fields, key)}


def other_type(phone: Phone, fields: dict[str, str]) -> dict[str, Any]:
    """signType is not the order's, and signed that way."""
    fields = {**fields, "signType": "HMAC-SHA256"}
    return {**fields, "paySign": phone.sign(fields, "HMAC-SHA256")}


def another_algorithm(phone: Phone, fields: dict[str, str]) -> dict[str, Any]:
    """signType is right, the algorithm is not."""
    return {**fields, "paySign": phone.sign(fields, "HMAC-SHA256")}


def lower_case(phone: Phone, fields: dict[str, str]) -> dict[str, Any]:
    """Hex digits in lower case."""
    return {**fields, "paySign": phone.sign(fields).lower()}


MISTAKES: list[tuple[Signed, str, str]] = [
    (renamed(appId="appid"), "PAY_SIGN_NAMES", "signed as appid; the names are appId"),
    (
        renamed(appId="app_id", timeStamp="time_stamp", nonceStr="nonce_str", signType="sign_type"),
        "PAY_SIGN_NAMES",
        "signed as app_id, time_stamp, nonce_str, sign_type; the names are appId, timeStamp, nonceStr, signType",
    ),
    (renamed(timeStamp="timestamp"), "PAY_SIGN_NAMES", "signed as timestamp"),
    (renamed(signType=""), "PAY_SIGN_NAMES", "signed without signType"),
    (
        renamed(appId="appid", signType=""),
        "PAY_SIGN_NAMES",
        "signed without signType; and signed as appid; the names are appId",
    ),
    (other_type, "PAY_SIGN_TYPE", "signType says HMAC-SHA256, the order was placed with sign_type=MD5"),
    (another_algorithm, "SIGN_OTHER_TYPE", "signed with HMAC-SHA256"),
    (lower_case, "SIGN_LOWER_CASE", "lower case"),
    (keyed("sandboxAPIv3key0sandboxAPIv3key0"), "", ""),
    (valued(nonceStr="5K8264ILTKCH16CQ2502SI8ZNMTM67VS"), "PAY_SIGN_VALUES", "nonceStr was signed as '5K8264"),
    (valued(timeStamp=str(int(STAMP) - 1)), "PAY_SIGN_VALUES", f"passed as '{STAMP}'"),
    (valued(appId="wxOther"), "", ""),
    (valued(package="Sign=WXPay"), "PAY_SIGN_VALUES", "package was signed as 'Sign=WXPay'"),
]


@pytest.mark.parametrize(("mistake", "code", "text"), MISTAKES)
async def test_the_mistake_that_gives_this_signature_is_named(
    phone: Phone, mistake: Signed, code: str, text: str
) -> None:
    """Each is refused with the same dialog; the explanation tells them apart, or admits that it cannot."""
    prepay_id = (await phone.order())["prepay_id"]
    fields = {
        "appId": phone.merchant.appid,
        "timeStamp": STAMP,
        "nonceStr": NONCE,
        "package": f"prepay_id={prepay_id}",
        "signType": "MD5",
    }
    answer = await phone.request_payment(mistake(phone, fields))
    assert answer["dialog"] == "支付验证签名失败"
    explanation = answer["explanation"]
    assert explanation["code"] == (code or "PAY_SIGN_WRONG")
    assert text in explanation["summary"]
    assert bool(explanation["likely"]) is bool(code)


async def test_the_orders_own_sign_is_recognised(phone: Phone) -> None:
    """unifiedorder's reply carries a sign; it is not the paySign, and neither is the request's."""
    reply = await phone.order()
    params = phone.launch(reply["prepay_id"])
    explanation = (await phone.request_payment({**params, "paySign": reply["sign"]}))["explanation"]
    assert explanation["code"] == "PAY_SIGN_REUSED"
    assert "unifiedorder's reply" in explanation["summary"]
    fields = phone.merchant.order("T1", openid=phone.openid)
    sent = v2_sign(fields, phone.merchant.key)
    explanation = (await phone.request_payment({**params, "paySign": sent}))["explanation"]
    assert "unifiedorder's request" in explanation["summary"]


async def test_the_key_that_signed_is_named(phone: Phone) -> None:
    """The merchant's APIv3 key, a key that is not in force yet, another merchant's key."""
    params = phone.launch((await phone.order())["prepay_id"])
    fields = {"appId": phone.merchant.appid, **{n: v for n, v in params.items() if n != "paySign"}}
    merchant, neighbour = list(phone.tenant.merchants.values())[:2]
    reset = await phone.do("console.reset_key", mchid=merchant.mchid)
    for key, owner in (
        (merchant.apiv3_key, f"the APIv3 key of {merchant.mchid}"),
        (neighbour.api_keys[0].text, f"another merchant, {neighbour.mchid}"),
        (reset["api_key"], "takes effect in 15 min"),
    ):
        answer = await phone.request_payment({**params, "paySign": v2_sign(fields, key)})
        assert answer["explanation"]["code"] == "SIGN_OTHER_KEY"
        assert owner in answer["explanation"]["summary"]


async def test_the_key_in_force_counts(phone: Phone) -> None:
    """A reset key signs launches after its delay, and the old one no more."""
    params = phone.launch((await phone.order())["prepay_id"])
    fields = {"appId": phone.merchant.appid, **{n: v for n, v in params.items() if n != "paySign"}}
    reset = await phone.do("console.reset_key", mchid=phone.merchant.mch_id)
    await phone.advance(15 * 60_000)
    stale = await phone.request_payment(params)
    assert stale["dialog"] == "支付验证签名失败"
    assert "the previous API key" in stale["explanation"]["summary"]
    assert (await phone.request_payment({**params, "paySign": v2_sign(fields, reset["api_key"])}))["paid"] is True


async def test_lower_case_passes_where_the_tenant_accepts_it(phone: Phone) -> None:
    """v2.accept_lowercase_sign holds for both signatures."""
    phone.tenant.change_settings({"v2.accept_lowercase_sign": True})
    params = phone.launch((await phone.order())["prepay_id"])
    assert (await phone.request_payment({**params, "paySign": params["paySign"].lower()}))["paid"] is True


@pytest.mark.parametrize(
    ("package", "text"),
    [
        ("", "package is not"),
        ("Sign=WXPay", "App payments"),
        ("weixin://wxpay/bizpayurl?pr=abc", "code_url of a NATIVE order"),
        ("wx0110000000000000000000000000000000", "without `prepay_id=`"),
        ("prepay_id=", "package is not"),
    ],
)
async def test_a_package_of_another_shape_is_recognised(phone: Phone, package: str, text: str) -> None:
    """The dialog is the misleading official one; the explanation says what came."""
    answer = await phone.request_payment({**phone.launch("x"), "package": package})
    assert answer["dialog"] == "调用支付JSAPI缺少参数：total_fee"
    assert text in answer["explanation"]["summary"]


async def test_another_tenants_prepay_id_is_recognised(phone: Phone) -> None:
    """It is refused like an unknown one, and the explanation names its owner."""
    prepay_id = (await phone.order())["prepay_id"]
    desk = phone.merchant.box.desk(phone.merchant.box.default)
    from sandbox.actions.request_payment import RequestPayment, request_payment

    answer: Any = await request_payment.run(desk, RequestPayment(params=phone.launch(prepay_id)))
    assert answer.dialog == "调用支付JSAPI缺少参数：total_fee"
    assert phone.tenant.id in answer.explanation.summary
