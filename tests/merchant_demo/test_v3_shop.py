"""The shop over APIv3: orders, second signs, queries, and what it believes."""

import json
import time

import pytest
from fake_platform import APPID, MCH_ID, OPENID
from fake_v3 import MERCHANT, PLATFORM, PUB_KEY_ID, RENEWED, SERIAL, certificate, lines, sealed, verifies

from merchant_demo.config import NotConfigured

APIV3_KEY = "sandboxAPIv3key0sandboxAPIv3key0"
NEW_SERIAL = "4C" * 20


def sent(v3, call):
    """The JSON that was sent to a call, oldest first."""
    return [json.loads(body) for to, body in v3.bodies if to == call]


async def test_a_paid_order_is_shipped_and_known_by_its_notification(v3_shop, v3):
    """From the login code to a shipped order; the notification is answered 204."""
    number = (await v3_shop.order(total=199))["order_no"]
    assert await v3.tell(v3_shop, v3.notification(number)) == 204
    after = await v3_shop.status(number)
    assert (after["status"], after["shipped"], after["learned_by"]) == ("paid", 1, "notification")
    assert await v3.tell(v3_shop, v3.notification(number)) == 204
    assert (await v3_shop.status(number))["shipped"] == 1


async def test_the_order_carries_what_the_gateway_demands_and_nothing_else(v3_shop, v3):
    """Unknown members are refused by the platform; the amount is an integer, the time RFC 3339 in Beijing."""
    await v3_shop.order(item="coffee", number=2)
    (order,) = sent(v3, "pay/transactions/jsapi")
    assert order.pop("out_trade_no")
    assert order.pop("time_expire").endswith("+08:00")
    assert order.pop("notify_url").endswith("/wechatpay/notify")
    assert order == {
        "appid": APPID,
        "mchid": MCH_ID,
        "description": "拿铁咖啡",
        "amount": {"total": 398, "currency": "CNY"},
        "payer": {"openid": OPENID},
        "scene_info": {"payer_client_ip": "127.0.0.1"},
    }


async def test_the_second_sign_is_rsa_over_four_lines(v3_shop):
    """appId, timeStamp, nonceStr, package; signType is said but not signed."""
    payment = (await v3_shop.order())["payment"]
    assert sorted(payment) == ["nonceStr", "package", "paySign", "signType", "timeStamp"]
    assert payment["signType"] == "RSA"
    message = lines(APPID, payment["timeStamp"], payment["nonceStr"], payment["package"])
    assert verifies(MERCHANT, message, payment["paySign"])


async def test_an_app_signs_the_bare_prepay_id(v3_shop):
    """The PayReq's package is Sign=WXPay, and is not signed."""
    payment = (await v3_shop.order(trade_type="APP"))["payment"]
    message = lines(APPID, payment["timestamp"], payment["noncestr"], payment["prepayid"])
    assert verifies(MERCHANT, message, payment["sign"])
    assert (payment["partnerid"], payment["package"]) == (MCH_ID, "Sign=WXPay")


async def test_a_report_is_a_hint_to_ask(v3_shop, v3):
    """Unpaid stays unpaid, paid becomes paid, an unknown order waits."""
    number = (await v3_shop.order(total=199))["order_no"]
    for told, status in [(lambda: None, "unpaid"), (lambda: v3.paid(number), "paid")]:
        told()
        assert (await v3_shop.call("POST", f"/orders/{number}/report", errMsg="x"))[1]["status"] == status
    other = (await v3_shop.order())["order_no"]
    v3.orders.clear()
    assert (await v3_shop.call("POST", f"/orders/{other}/report", errMsg="x"))[1]["status"] == "unpaid"


async def test_a_query_with_another_amount_puts_the_order_aside(v3_shop, v3):
    """A query is checked as a notification is; one that cannot be read is no payment either."""
    for amount in ({"total": 2, "payer_total": 2}, {"total": "1", "payer_total": 1}):
        number = (await v3_shop.order())["order_no"]
        v3.paid(number, amount=amount)
        assert (await v3_shop.call("POST", f"/orders/{number}/report", errMsg="x"))[1]["status"] == "mismatch"


UNTRUE = [
    {"mchid": "1900000002"},
    {"appid": "wx5a4d8bf0c0de0002"},
    {"amount": {"total": 2, "payer_total": 2}},
    {"amount": {"total": 1, "payer_total": 2}},
    {"amount": {"total": "one", "payer_total": 1}},
    {"out_trade_no": "nobody"},
    {"apiv3_key": "x" * 32},
]


@pytest.mark.parametrize("changed", UNTRUE, ids=str)
async def test_an_untrue_payment_is_refused(v3_shop, v3, changed):
    """Merchant, app, amounts, number, key: each is checked by itself, and nothing is shipped."""
    number = (await v3_shop.order())["order_no"]
    assert await v3.tell(v3_shop, v3.notification(number, **changed)) == 400
    after = await v3_shop.status(number)
    assert (after["shipped"], after["learned_by"]) == (0, None)


UNGENUINE = {
    "another key": lambda: {"key": MERCHANT},
    "too old": lambda: {"timestamp": int(time.time()) - 400},
    "from the future": lambda: {"timestamp": int(time.time()) + 400},
    "unknown serial": lambda: {"serial": "3E" * 20, "key": PLATFORM},
    "unknown public key": lambda: {"serial": "PUB_KEY_ID_1", "key": PLATFORM},
}


@pytest.mark.parametrize("case", UNGENUINE)
async def test_a_message_that_is_not_genuine_is_refused(v3_shop, v3, case):
    """Signature, time and serial; the genuine one afterwards is taken."""
    number = (await v3_shop.order())["order_no"]
    body = v3.notification(number)
    assert await v3.tell(v3_shop, body, **UNGENUINE[case]()) == 400
    assert (await v3_shop.status(number))["status"] == "unpaid"
    assert await v3.tell(v3_shop, body) == 204


@pytest.mark.parametrize("given", ["", "WECHATPAY/SIGNTEST/AAAA", "not base64!", "AAAA"])
async def test_whatever_is_no_signature_is_a_wrong_one(v3_shop, v3, given):
    """The platform's probes among them: 4xx, so that the genuine notification follows."""
    body = v3.notification((await v3_shop.order())["order_no"])
    headers = {**v3.headers(body), "Wechatpay-Signature": given}
    async with v3_shop.client.post("/wechatpay/notify", data=body, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["code"] == "FAIL"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"id":"1","event_type":"X","resource":{}}', b"\xff"])
async def test_a_signed_message_that_cannot_be_read_is_refused(v3_shop, v3, body):
    """And the shop stays up."""
    assert await v3.tell(v3_shop, body) == 400
    assert (await v3_shop.call("GET", "/health"))[0] == 200


async def test_an_event_that_nobody_waits_for_is_acknowledged(v3_shop, v3):
    """Else it would be told for a day."""
    assert await v3.tell(v3_shop, v3.event("COUPON.USE", "coupon", {})) == 204


async def test_renewed_certificates_are_downloaded(v3_shop, v3):
    """By notifications and by answers; only those that the platform now has are believed."""
    number = (await v3_shop.order())["order_no"]
    v3.keys = {NEW_SERIAL: RENEWED, "5B" * 20: PLATFORM}
    v3.serial = NEW_SERIAL
    assert await v3.tell(v3_shop, v3.notification(number)) == 204
    assert await v3.tell(v3_shop, v3.notification(number), serial="5B" * 20) == 204


@pytest.mark.parametrize(
    "listed",
    [
        {"data": []},
        {"data": [{"encrypt_certificate": sealed(certificate(RENEWED, NEW_SERIAL), "certificate", "x" * 32)}]},
        {"data": [{"encrypt_certificate": sealed(b"no certificate", "certificate")}]},
        {"data": [{}]},
        {"data": 1},
        {},
    ],
    ids=range(6),
)
async def test_certificates_from_somebody_else_are_not_believed(v3_shop, v3, listed):
    """Signed by none of themselves, encrypted under another APIv3 key, or no certificates at all."""
    v3.keys = {NEW_SERIAL: RENEWED}
    v3.serial = NEW_SERIAL
    answered = v3.answered
    v3.answered = lambda call, body: (200, listed) if call == "certificates" else answered(call, body)
    await v3_shop.login()
    status, said = await v3_shop.call("POST", "/orders")
    assert (status, said["error"]) == (502, "reply-not-signed")


async def test_the_public_key_is_asked_for_and_believed(v3_shop, v3):
    """A merchant in public-key mode: answers and notifications under its id."""
    v3.serial = PUB_KEY_ID
    number = (await v3_shop.order())["order_no"]
    assert await v3.tell(v3_shop, v3.notification(number)) == 204


async def test_refusals_reach_the_page_in_the_platform_s_words(v3_shop, v3):
    """401 and PARAM_ERROR are the shop's fault (502), business refusals the order's (409)."""
    await v3_shop.login()
    for refusal, expected in [
        ((401, {"code": "SIGN_ERROR", "message": "签名错误"}), (502, "SIGN_ERROR")),
        ((403, {"code": "NO_AUTH", "message": "权限未开通"}), (409, "NO_AUTH")),
        ((500, {"code": "SYSTEM_ERROR", "message": "系统异常，请稍后重试"}), (502, "SYSTEM_ERROR")),
    ]:
        v3.refuse["pay/transactions/jsapi"] = refusal
        status, said = await v3_shop.call("POST", "/orders")
        assert (status, said["error"]) == expected


async def test_an_answer_that_is_lost_is_asked_for_again(v3_shop, v3):
    """The same order, member by member: the platform takes it either way."""
    await v3_shop.login()
    answered, failures = v3.answered, [(500, {"code": "SYSTEM_ERROR", "message": ""})]
    v3.answered = lambda call, body: failures.pop() if failures else answered(call, body)
    assert (await v3_shop.call("POST", "/orders"))[0] == 200
    first, second = sent(v3, "pay/transactions/jsapi")
    assert first == second


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"key": "/nowhere.pem"}, "WECHATPAY_SANDBOX_KEY=/nowhere.pem: No such file"),
        ({"key": __file__}, "WECHATPAY_SANDBOX_KEY: not a PEM file that can be read"),
        ({"serial": ""}, "APIv3 needs WECHATPAY_SANDBOX_CERT"),
        ({"pub_key_id": ""}, "and its id in WECHATPAY_SANDBOX_PUB_KEY_ID"),
    ],
)
async def test_what_is_not_configured_is_named(open_a_v3_shop, changed, said):
    """The variable, and what to do."""
    with pytest.raises(NotConfigured, match=said):
        await open_a_v3_shop(**changed)


async def test_the_certificate_says_its_own_number(open_a_v3_shop, v3, tmp_path):
    """Without WECHATPAY_SANDBOX_SERIAL; and without a platform certificate it is downloaded."""
    (tmp_path / "cert.pem").write_bytes(certificate(MERCHANT, SERIAL))
    shop = await open_a_v3_shop(serial="", cert=str(tmp_path / "cert.pem"), platform_cert="", pub_key="")
    assert (await shop.order())["order_no"] in v3.orders


async def test_a_new_apiv3_key_counts_beside_the_old(v3_shop, v3):
    """Attempts before and after the reset are encrypted under either."""
    number = (await v3_shop.order())["order_no"]
    assert (await v3_shop.call("POST", "/keys", api_key="N" * 32))[0] == 200
    for key in (APIV3_KEY, "N" * 32):
        assert await v3.tell(v3_shop, v3.notification(number, apiv3_key=key)) == 204
