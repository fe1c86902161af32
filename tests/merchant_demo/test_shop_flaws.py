"""Each flaw changes the one thing it names: the same probe on the clean shop and on the flawed one."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from fake_platform import ACKNOWLEDGED, APPID, OPENID, document, fields_in, signature
from msgspec.structs import replace

from merchant_demo.app import CLEAN
from merchant_demo.config import Settings
from merchant_demo.flaws import FLAWS, apis, flawed
from sandbox.audit.families import probes
from sandbox.audit.range import rounds

KEY = "sandboxAPIv2key0sandboxAPIv2key0"
OTHER = "oSANDB0XSOMEBODYELSEEEEE-_GG"

PROBES = {}


def probe(*flaws, clean, with_flaw):
    """A probe gives an observation; the clean shop must give one, each of the flaws the other."""

    def enter(observe):
        for flaw in flaws:
            PROBES[flaw] = (observe, clean, with_flaw)
        return observe

    return enter


async def sent_order(shop, platform, **wanted):
    """The fields of the order that the platform got."""
    await shop.order(**wanted)
    return platform.sent_to("unifiedorder")[0]


@probe("accept-unsigned", clean="unpaid", with_flaw="paid")
async def forged_notification(shop, platform):
    number = (await shop.order())["order_no"]
    await shop.notify(platform.notification(number, key="x" * 32))
    return (await shop.status(number))["status"]


@probe("ignore-amount", clean=("mismatch", 0), with_flaw=("paid", 1))
async def wrong_amount(shop, platform):
    number = (await shop.order(total=199))["order_no"]
    await shop.notify(platform.notification(number, total_fee="1", cash_fee="1"))
    after = await shop.status(number)
    return after["status"], after["shipped"]


@probe("not-idempotent", clean=1, with_flaw=3)
async def three_notifications(shop, platform):
    number = (await shop.order())["order_no"]
    for _ in range(3):
        assert await shop.notify(platform.notification(number)) == ACKNOWLEDGED
    return (await shop.status(number))["shipped"]


@probe("ack-before-commit", clean=["paid", "paid"], with_flaw=["unpaid", "paid"])
async def state_when_acknowledged(shop, platform):
    number = (await shop.order())["order_no"]
    assert await shop.notify(platform.notification(number)) == ACKNOWLEDGED
    states = [(await shop.status(number))["status"]]
    await asyncio.sleep(0.5)
    return [*states, (await shop.status(number))["status"]]


@probe("unparsed-body", clean=("SUCCESS", "paid"), with_flaw=("empty: {}", "unpaid"))
async def answer_to_xml(shop, platform):
    number = (await shop.order())["order_no"]
    answer = fields_in((await shop.notify(platform.notification(number)))[1].encode())
    said = answer["return_code"] if answer["return_code"] == "SUCCESS" else answer["return_msg"]
    return said, (await shop.status(number))["status"]


@probe("html-answer", clean=("text/xml", "paid"), with_flaw=("text/html", "paid"))
async def type_of_answer(shop, platform):
    number = (await shop.order())["order_no"]
    async with shop.client.post("/wechatpay/notify", data=platform.notification(number)) as response:
        assert response.status == 200
        return response.content_type, (await shop.status(number))["status"]


@probe("slow-answer", clean=(False, "paid"), with_flaw=(True, "paid"))
async def slow_to_answer(shop, platform):
    number = (await shop.order())["order_no"]
    started = asyncio.get_running_loop().time()
    await shop.notify(platform.notification(number))
    return asyncio.get_running_loop().time() - started >= 0.3, (await shop.status(number))["status"]


@probe("redirect-to-login", clean=(200, None, "paid"), with_flaw=(302, "/login", "unpaid"))
async def redirected(shop, platform):
    number = (await shop.order())["order_no"]
    body = platform.notification(number)
    async with shop.client.post("/wechatpay/notify", data=body, allow_redirects=False) as response:
        return response.status, response.headers.get("Location"), (await shop.status(number))["status"]


@probe(
    "snake-case-params",
    clean=["nonceStr", "package", "paySign", "signType", "timeStamp"],
    with_flaw=["nonce_str", "package", "pay_sign", "sign_type", "time_stamp"],
)
async def names_of_arguments(shop, platform):
    return sorted((await shop.order())["payment"])


@probe("snake-case-paysign", clean="appId", with_flaw="app_id")
async def names_under_the_second_sign(shop, platform):
    payment = (await shop.order())["payment"]
    given = payment.pop("paySign")
    snake = {"nonceStr": "nonce_str", "signType": "sign_type", "timeStamp": "time_stamp"}
    signed = {
        "appId": {"appId": APPID, **payment},
        "app_id": {"app_id": APPID, **{snake.get(name, name): value for name, value in payment.items()}},
    }
    return next(name for name, fields in signed.items() if signature(fields) == given)


@probe("reuse-order-sign", clean=False, with_flaw=True)
async def pay_sign_is_the_reply_s(shop, platform):
    signs = []
    answer = platform.answer

    def listening(fields, hmac_sha256=False):
        response = answer(fields, hmac_sha256)
        signs.append(fields_in(response.body).get("sign"))
        return response

    platform.answer = listening
    payment = (await shop.order())["payment"]
    platform.answer = answer
    return payment["paySign"] in signs


@probe("keeps-prepay-id", clean=(2, 2), with_flaw=(1, 1))
async def prepay_ids_of_two_tries(shop, platform):
    first = await shop.order()
    _, second = await shop.call("POST", f"/orders/{first['order_no']}/pay")
    packages = {first["payment"]["package"], second["payment"]["package"]}
    return len(packages), len(platform.sent_to("unifiedorder"))


@probe("gbk-sign", clean=200, with_flaw=(502, "签名错误，请检查后再试"))
async def chinese_title(shop, platform):
    await shop.login()
    status, said = await shop.call("POST", "/orders", title="龙井茶")
    assert "龙井茶".encode() in platform.bodies[0][1]
    return status if status == 200 else (status, said["error"])


@probe("gbk-body", clean=200, with_flaw=(502, "XML格式错误"))
async def bytes_of_a_chinese_title(shop, platform):
    await shop.login()
    status, said = await shop.call("POST", "/orders", title="龙井茶")
    assert "龙井茶".encode("utf-8" if status == 200 else "gbk") in platform.bodies[0][1]
    return status if status == 200 else (status, said["error"])


@probe("float-total-fee", clean="199", with_flaw="199.0")
async def total_fee(shop, platform):
    return (await sent_order(shop, platform, total=199))["total_fee"]


@probe("wrong-field-case", clean=["out_trade_no"], with_flaw=["Out_trade_no"])
async def case_of_the_number(shop, platform):
    return [name for name in await sent_order(shop, platform) if name.lower() == "out_trade_no"]


@probe("no-openid", clean=True, with_flaw=False)
async def openid_is_sent(shop, platform):
    return "openid" in await sent_order(shop, platform)


@probe("openid-from-client", clean=OPENID, with_flaw=OTHER)
async def openid_of_the_order(shop, platform):
    return (await sent_order(shop, platform, openid=OTHER))["openid"]


@probe("long-body", clean=126, with_flaw=129)
async def bytes_of_the_body(shop, platform):
    return len((await sent_order(shop, platform, title="茶" * 43))["body"].encode())


@probe("utc-expiry", clean=30, with_flaw=30 - 8 * 60)
async def minutes_until_the_expiry(shop, platform):
    expires = datetime.strptime((await sent_order(shop, platform))["time_expire"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return round((expires - timedelta(hours=8) - datetime.now(UTC)).total_seconds() / 60)


@probe("ignores-return-code", clean=(502, "权限"), with_flaw=(200, "prepay_id="))
async def order_refused_by_return_code(shop, platform):
    return await refused(shop, platform, {"return_code": "FAIL", "return_msg": "权限"})


@probe("ignores-result-code", clean=(409, "NOAUTH"), with_flaw=(200, "prepay_id="))
async def order_refused_by_result_code(shop, platform):
    return await refused(shop, platform, {"result_code": "FAIL", "err_code": "NOAUTH", "err_code_des": "权限"})


async def refused(shop, platform, answer):
    """What becomes of an order that the platform answers so."""
    await shop.login()
    platform.refuse["unifiedorder"] = answer
    status, said = await shop.call("POST", "/orders")
    platform.refuse.clear()
    return status, said["error"] if "error" in said else said["payment"]["package"]


@probe("reuses-order-number", clean=("another", 2), with_flaw=("the same", 1))
async def number_of_a_changed_cart(shop, platform):
    number = (await shop.order(total=199))["order_no"]
    _, again = await shop.call("POST", f"/orders/{number}/pay", total=299)
    sent = platform.sent_to("unifiedorder")
    assert [order["total_fee"] for order in sent] == ["199", "299"]
    return "the same" if again["order_no"] == number else "another", len({order["out_trade_no"] for order in sent})


@probe("orders-again-when-paid", clean=(409, 1), with_flaw=(200, 2))
async def paying_a_paid_order(shop, platform):
    number = (await shop.order())["order_no"]
    await shop.notify(platform.notification(number))
    status, _ = await shop.call("POST", f"/orders/{number}/pay")
    return status, len(platform.sent_to("unifiedorder"))


@probe("new-number-after-timeout", clean=1, with_flaw=2)
async def numbers_after_a_lost_answer(shop, platform):
    await shop.login()
    platform.lost = 1
    status, _ = await shop.call("POST", "/orders")
    assert status == 200
    return len({order["out_trade_no"] for order in platform.sent_to("unifiedorder")})


@probe("closes-only-here", clean=1, with_flaw=0)
async def closings_of_a_changed_cart(shop, platform):
    number = (await shop.order(total=199))["order_no"]
    await shop.call("POST", f"/orders/{number}/pay", total=299)
    return len(platform.sent_to("closeorder"))


@probe("acks-anything", clean=("FAIL", "unpaid"), with_flaw=("SUCCESS", "unpaid"))
async def answer_to_a_forgery(shop, platform):
    number = (await shop.order())["order_no"]
    answer = fields_in((await shop.notify(platform.notification(number, key="x" * 32)))[1].encode())
    return answer["return_code"], (await shop.status(number))["status"]


@probe("new-key-at-once", clean=200, with_flaw=502)
async def order_while_the_old_key_is_in_force(shop, platform):
    await shop.login()
    await shop.call("POST", "/keys", api_key="N" * 32)
    return (await shop.call("POST", "/orders"))[0]


@probe("old-key-for-a-while", clean="SUCCESS", with_flaw="FAIL")
async def notification_under_the_new_key(shop, platform):
    number = (await shop.order())["order_no"]
    await shop.call("POST", "/keys", api_key="N" * 32)
    answer = await shop.notify(platform.notification(number, key="N" * 32))
    return fields_in(answer[1].encode())["return_code"]


@probe("reuses-code", clean=200, with_flaw=(401, "40163"))
async def first_login(shop, platform):
    status, said = await shop.call("POST", "/login", code="code-1")
    return status if status == 200 else (status, said["error"])


@probe("trust-client-ok", clean=("unpaid", "unpaid"), with_flaw=("paid", "unpaid"))
async def page_says_ok(shop, platform):
    return await reported(shop, "requestPayment:ok"), await reported(shop, "requestPayment:fail cancel")


@probe("paid-on-any-callback", clean=("unpaid", "unpaid"), with_flaw=("paid", "paid"))
async def page_says_anything(shop, platform):
    return await reported(shop, "requestPayment:ok"), await reported(shop, "requestPayment:fail cancel")


async def reported(shop, heard):
    """The status of a new, unpaid order after its page has reported."""
    number = (await shop.order())["order_no"]
    return (await shop.call("POST", f"/orders/{number}/report", errMsg=heard))[1]["status"]


@probe("cancel-is-final", clean=("unpaid", "paid"), with_flaw=("closed", "closed"))
async def paid_after_a_cancel(shop, platform):
    number = (await shop.order())["order_no"]
    _, said = await shop.call("POST", f"/orders/{number}/report", errMsg="requestPayment:fail cancel")
    assert await shop.notify(platform.notification(number)) == ACKNOWLEDGED
    return said["status"], (await shop.status(number))["status"]


@probe("ignores-trade-state", clean="unpaid", with_flaw="paid")
async def status_of_an_unpaid_order_that_was_queried(shop, platform):
    number = (await shop.order())["order_no"]
    await shop.call("POST", f"/orders/{number}/report", errMsg="requestPayment:ok")
    return (await shop.status(number))["status"]


@probe("compares-cash-fee", clean="paid", with_flaw="mismatch")
async def status_after_a_payment_with_coupons(shop, platform):
    number = (await shop.order(total=102))["order_no"]
    await shop.notify(platform.notification(number, cash_fee="99"))
    return (await shop.status(number))["status"]


@probe("rehearses-with-production-key", clean=(200, "paid", 502), with_flaw=(502, None, 502))
async def rehearsed_order(shop, platform):
    platform.key = KEY
    await shop.login()
    await shop.call("POST", "/rehearsal", active=True)
    status, said = await shop.call("POST", "/orders", total=101)
    number = said.get("order_no")
    if number:
        await shop.notify(platform.notification(number))
        number = (await shop.status(number))["status"]
    await shop.call("POST", "/rehearsal", active=False)
    ended, _ = await shop.call("POST", "/orders", total=101)
    platform.key = KEY
    return status, number, ended


@probe("no-query", clean=("paid", 1), with_flaw=("unpaid", 0))
async def paid_but_never_notified(shop, platform):
    number = (await shop.order())["order_no"]
    platform.paid(number)
    _, said = await shop.call("POST", f"/orders/{number}/report", errMsg="requestPayment:ok")
    return said["status"], len(platform.sent_to("orderquery"))


async def refunded(shop, platform, *amounts, notified=True):
    """The number of an order of 300 fen that is paid, and the answers to its refunds."""
    number = (await shop.order(total=300))["order_no"]
    if notified:
        await shop.notify(platform.notification(number))
    else:
        platform.paid(number)
        await shop.call("POST", f"/orders/{number}/report", errMsg="requestPayment:ok")
    return number, [await shop.call("POST", f"/orders/{number}/refund", amount=amount) for amount in amounts]


@probe("processing-is-done", clean="processing", with_flaw="refunded")
async def status_of_an_accepted_refund(shop, platform):
    _, ((_, said),) = await refunded(shop, platform, 100)
    return said["status"]


@probe("new-refund-number", clean=1, with_flaw=2)
async def refund_numbers_after_a_lost_answer(shop, platform):
    number, _ = await refunded(shop, platform)
    platform.lost = 1
    await shop.call("POST", f"/orders/{number}/refund", amount=100)
    return len({sent["out_refund_no"] for sent in platform.sent_to("refund")})


@probe("over-refunds", clean=[200, 409], with_flaw=[200, 200])
async def refunds_beyond_the_total(shop, platform):
    return [status for status, _ in (await refunded(shop, platform, 200, 200))[1]]


@probe("refund-total-is-rest", clean=["300", "300"], with_flaw=["300", "200"])
async def totals_of_two_refunds(shop, platform):
    await refunded(shop, platform, 100, 100)
    return [sent["total_fee"] for sent in platform.sent_to("refund")]


@probe("refund-awaits-payment-notice", "expects-refund-sign", clean=True, with_flaw=False)
async def refund_notice_is_taken(shop, platform):
    _, ((_, said),) = await refunded(shop, platform, 100, notified=False)
    return await shop.notify(platform.refund_notification(said["refund_no"])) == ACKNOWLEDGED


@probe("any-notice-is-refunded", clean=0, with_flaw=100)
async def refunded_after_a_change(shop, platform):
    number, ((_, said),) = await refunded(shop, platform, 100)
    await shop.notify(platform.refund_notification(said["refund_no"], "CHANGE"))
    return (await shop.status(number))["refunded"]


async def refused_refund(shop, platform):
    """The number of an order whose only refund was refused."""
    platform.refund = lambda sent: {"result_code": "FAIL", "err_code": "NOTENOUGH"}
    number, _ = await refunded(shop, platform, 300)
    del platform.refund
    return number


@probe("refused-is-refunded", clean=0, with_flaw=300)
async def refunded_by_a_refusal(shop, platform):
    return (await shop.status(await refused_refund(shop, platform)))["refunded"]


@probe("failed-holds-money", clean=200, with_flaw=409)
async def refund_after_a_refused_one(shop, platform):
    return (await shop.call("POST", f"/orders/{await refused_refund(shop, platform)}/refund"))[0]


@probe("no-refund-query", clean=300, with_flaw=0)
async def refunded_without_a_notice(shop, platform):
    number, ((_, said),) = await refunded(shop, platform, 300)
    platform.refunds[said["refund_no"]]["state"] = "SUCCESS"
    await asyncio.sleep(0.3)
    return (await shop.status(number))["refunded"]


@probe("shows-no-certificate", clean=True, with_flaw=False)
async def certificate_is_loaded(shop, platform):
    loaded = []
    context = type("Context", (), {"load_cert_chain": lambda self, *files: loaded.append(files)})()
    shop.parts.tls(replace(Settings(), cert="a.pem", key="b.pem")).show(context)
    return loaded == [("a.pem", "b.pem")]


@probe("trusts-own-books", clean=1, with_flaw=0)
async def orders_found_in_the_bill(shop, platform):
    number = (await shop.order(total=199))["order_no"]
    platform.bill = f"商户订单号,微信订单号,交易状态,订单金额\n`{number},`42,`SUCCESS,`1.99\n总交易单数\n`1\n"
    return len((await shop.call("POST", "/reconcile", date="2026-01-01"))[1]["missing"])


@probe("refusal-is-empty-bill", clean=409, with_flaw=200)
async def answer_without_a_bill(shop, platform):
    platform.refuse["downloadbill"] = {"return_code": "FAIL", "return_msg": "Bill Creating", "error_code": "20003"}
    status, _ = await shop.call("POST", "/reconcile", date="2026-01-01")
    platform.refuse.clear()
    return status


async def sold(shop, auth_code="134567890123456780"):
    """Status and answer of a sale at the till."""
    await shop.login()
    return await shop.call("POST", "/till", auth_code=auth_code, total=199)


@probe("userpaying-is-failure", clean=200, with_flaw=409)
async def answer_while_the_payer_types(shop, platform):
    return (await sold(shop, "134567890123456781"))[0]


@probe("userpaying-is-paid", clean=0, with_flaw=1)
async def handed_over_while_the_payer_types(shop, platform):
    return (await sold(shop, "134567890123456781"))[1]["shipped"]


async def called_off(shop, platform, *answers):
    """The till's reversals of a sale that nobody decides, and how the platform's order stands then."""
    first = list(answers)
    reverse = type(platform).reverse
    platform.reverse = lambda sent: first.pop(0) if first else reverse(platform, sent)
    _, said = await sold(shop, "134567890123456781")
    await asyncio.sleep(0.9)
    del platform.reverse
    return len(platform.sent_to("reverse")), platform.orders[said["order_no"]]["trade_state"]


@probe("never-reverses", clean=(1, "REVOKED"), with_flaw=(0, "USERPAYING"))
async def reversals(shop, platform):
    return await called_off(shop, platform)


@probe("reverses-once", clean=(2, "REVOKED"), with_flaw=(1, "USERPAYING"))
async def reversals_after_an_error(shop, platform):
    return await called_off(shop, platform, {"result_code": "FAIL", "err_code": "SYSTEMERROR"})


@probe("ignores-recall", clean=(2, "REVOKED"), with_flaw=(1, "USERPAYING"))
async def reversals_after_a_recall(shop, platform):
    return await called_off(shop, platform, {"result_code": "SUCCESS", "recall": "Y"})


@probe("charges-again", clean=1, with_flaw=2)
async def charges_after_a_lost_answer(shop, platform):
    await shop.login()
    platform.lost = 1
    await shop.call("POST", "/till", auth_code="134567890123456780", total=199)
    return len(platform.sent_to("micropay"))


@probe("systemerror-is-refusal", clean=200, with_flaw=409)
async def answer_after_an_error_of_the_platform(shop, platform):
    platform.micropay = lambda sent: {"result_code": "FAIL", "err_code": "SYSTEMERROR"}
    status, _ = await sold(shop)
    del platform.micropay
    return status


@probe("one-number-a-product", clean=2, with_flaw=1)
async def numbers_of_two_scans(shop, platform):
    said = {"appid": "wx5a4d8bf0c0de0001", "mch_id": "1900000001", "openid": "o1", "product_id": "tea"}
    for _ in range(2):
        await shop.client.post("/wechatpay/static", data=document({**said, "sign": signature(said)}))
    return len({sent["out_trade_no"] for sent in platform.sent_to("unifiedorder")})


# Those that take time see it pass faster.
IMPATIENT = {
    "no-refund-query": {"query_seconds": 0.1},
    "never-reverses": {"query_seconds": 0.2, "till_seconds": 0.1},
    "reverses-once": {"query_seconds": 0.2, "till_seconds": 0.1},
    "ignores-recall": {"query_seconds": 0.2, "till_seconds": 0.1},
}


def test_each_flaw_is_probed_and_explained():
    """Every flaw of API v2 has a probe, here or in the audit; each has a line in both languages."""
    audited = {flaw for flaw, api in rounds(probes()) if flaw and api == "v2"}
    assert {name for name, flaw in FLAWS.items() if "v2" in apis(flaw)} == {*PROBES, *audited}
    assert all(flaw.en and flaw.zh and flaw.parts for flaw in FLAWS.values())


def test_without_flaws_the_parts_are_the_clean_ones():
    """No flaw is left behind in the clean shop."""
    assert {api: flawed(api, []) for api in CLEAN} == CLEAN


@pytest.mark.parametrize("name", PROBES)
async def test_the_flaw_changes_what_it_names(open_a_shop, platform, monkeypatch, name):
    """The probe sees what is expected of the clean shop, and what the flaw is named for."""
    monkeypatch.setenv("SHOP_SLOW_SECONDS", "0.3")
    monkeypatch.setenv("SHOP_COMMIT_SECONDS", "0.3")
    observe, clean, with_flaw = PROBES[name]
    settings = IMPATIENT.get(name, {})
    assert await observe(await open_a_shop(**settings), platform) == clean
    platform.used.clear()
    platform.bodies.clear()
    assert await observe(await open_a_shop(name, **settings), platform) == with_flaw


async def test_two_flaws_of_one_part_both_act(open_a_shop, platform):
    """Mistakes come in company."""
    shop = await open_a_shop("float-total-fee", "no-openid")
    await shop.order(total=199)
    (sent,) = platform.sent_to("unifiedorder")
    assert (sent["total_fee"], "openid" in sent) == ("199.0", False)
