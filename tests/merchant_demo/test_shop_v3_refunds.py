"""Refunds and the day's bill, which this shop has over APIv3."""

import asyncio
import json

import pytest

HEADER = "交易时间,公众账号ID,微信订单号,商户订单号,交易状态,订单金额"
SUMMARY = "总交易单数,订单总金额\n`1,`1.99\n"


@pytest.fixture
async def paid(v3_shop, v3):
    """The number of a paid order of 300 fen."""
    number = (await v3_shop.order(total=300))["order_no"]
    await v3.tell(v3_shop, v3.notification(number))
    return number


async def refund(shop, number, **wanted):
    """Status and answer."""
    return await shop.call("POST", f"/orders/{number}/refund", **wanted)


async def test_a_refund_is_under_way_until_the_platform_says_otherwise(v3_shop, v3, paid):
    """PROCESSING is no success; the notification is."""
    status, said = await refund(v3_shop, paid, amount=100)
    assert (status, said["amount"], said["status"]) == (200, 100, "processing")
    assert (await v3_shop.status(paid))["refunded"] == 0
    assert await v3.tell(v3_shop, v3.refund_notification(said["refund_no"])) == 204
    after = await v3_shop.status(paid)
    assert (after["status"], after["refunded"]) == ("paid", 100)
    (asked,) = (json.loads(body) for call, body in v3.bodies if call == "refund/domestic/refunds")
    assert asked["amount"] == {"refund": 100, "total": 300, "currency": "CNY"}
    assert asked["notify_url"].endswith("/wechatpay/notify")


@pytest.mark.parametrize(("state", "status"), [("ABNORMAL", "abnormal"), ("CLOSED", "failed")])
async def test_a_refund_that_does_not_arrive_is_known(v3_shop, v3, paid, state, status):
    """One that failed may be asked for again, under another number; one that is abnormal still holds its money."""
    _, said = await refund(v3_shop, paid)
    assert await v3.tell(v3_shop, v3.refund_notification(said["refund_no"], state)) == 204
    assert [one["status"] for one in (await v3_shop.status(paid))["refunds"]] == [status]
    assert (await refund(v3_shop, paid))[0] == (200 if state == "CLOSED" else 409)


async def test_what_is_refunded_stays_so(v3_shop, v3, paid):
    """A message that was overtaken changes nothing."""
    _, said = await refund(v3_shop, paid)
    for state in ("SUCCESS", "CLOSED", "PROCESSING"):
        assert await v3.tell(v3_shop, v3.refund_notification(said["refund_no"], state)) == 204
    assert (await v3_shop.status(paid))["refunded"] == 300


async def test_no_more_is_refunded_than_was_paid(v3_shop, v3, paid):
    """Reckoned with what is under way; nobody is asked for what cannot be."""
    assert (await refund(v3_shop, paid, amount=200))[0] == 200
    status, said = await refund(v3_shop, paid, amount=101)
    assert (status, said["error"]) == (409, "too-much")
    assert (await refund(v3_shop, paid))[1]["amount"] == 100
    assert (await refund(v3_shop, paid))[0] == 409
    assert len(v3.refunds) == 2


async def test_an_unpaid_order_is_not_refunded(v3_shop):
    """It has nothing to give back."""
    number = (await v3_shop.order())["order_no"]
    status, said = await refund(v3_shop, number)
    assert (status, said["error"]) == (409, "not-paid")


async def test_a_lost_answer_is_asked_for_under_the_same_number(v3_shop, v3, paid):
    """Or the money would go twice."""
    answered, failures = v3.answered, [(500, {"code": "SYSTEM_ERROR", "message": ""})]
    v3.answered = lambda call, body: failures.pop() if failures else answered(call, body)
    assert (await refund(v3_shop, paid))[0] == 200
    numbers = [json.loads(body)["out_refund_no"] for call, body in v3.bodies if call == "refund/domestic/refunds"]
    assert len(numbers) == 2
    assert len(set(numbers)) == 1


async def test_a_refused_refund_has_failed(v3_shop, v3, paid):
    """The platform's word reaches whoever asked."""
    v3.refuse["refund/domestic/refunds"] = (
        403,
        {"code": "NOT_ENOUGH", "message": "基本账户余额不足，请充值后重新发起"},
    )
    status, said = await refund(v3_shop, paid)
    assert (status, said["error"]) == (409, "NOT_ENOUGH")
    assert [one["status"] for one in (await v3_shop.status(paid))["refunds"]] == ["failed"]


async def test_an_answer_about_another_refund_is_for_a_person(v3_shop, v3, paid):
    """Money may have moved that nobody asked to move."""
    wrong = {"out_trade_no": paid, "status": "SUCCESS", "amount": {"refund": 200, "total": 300}}
    v3.answered = lambda call, body: (200, {**wrong, "out_refund_no": body["out_refund_no"]})
    status, said = await refund(v3_shop, paid, amount=100)
    assert (status, said["error"]) == (502, "refund-differs")
    assert [one["status"] for one in (await v3_shop.status(paid))["refunds"]] == ["abnormal"]


async def test_refunds_under_way_are_queried(open_a_v3_shop, v3):
    """Without a notification the shop asks; what the platform has never heard of is asked for again."""
    shop = await open_a_v3_shop(query_seconds=0.1)
    number = (await shop.order())["order_no"]
    await v3.tell(shop, v3.notification(number))
    v3.refuse["refund/domestic/refunds"] = (500, {"code": "SYSTEM_ERROR", "message": ""})
    assert (await refund(shop, number))[0] == 502
    v3.refuse.clear()
    for _ in range(100):
        for one in v3.refunds.values():
            one["status"] = "SUCCESS"
        if (await shop.status(number))["refunded"]:
            break
        await asyncio.sleep(0.02)
    assert (await shop.status(number))["refunded"] == 1
    assert len(v3.refunds) == 1


async def test_a_refund_made_on_the_merchant_platform_is_noted(v3_shop, v3, paid):
    """It counts like one of ours."""
    amount = {"refund": 300, "total": 300}
    v3.refunds["console1"] = {"out_trade_no": paid, "out_refund_no": "console1", "amount": amount}
    assert await v3.tell(v3_shop, v3.refund_notification("console1")) == 204
    assert (await v3_shop.status(paid))["refunded"] == 300


@pytest.mark.parametrize(
    "changed",
    [
        {"mchid": "1900000002"},
        {"out_trade_no": "nobody"},
        {"amount": {"refund": 1, "total": 300}},
        {"amount": {"refund": 300, "total": 1}},
        {"refund_status": "DONE"},
        {"amount": {}},
    ],
    ids=str,
)
async def test_an_untrue_refund_is_refused(v3_shop, v3, paid, changed):
    """Merchant, order, amounts, state: each is checked by itself."""
    _, said = await refund(v3_shop, paid)
    assert await v3.tell(v3_shop, v3.refund_notification(said["refund_no"], **changed)) == 400
    assert (await v3_shop.status(paid))["refunded"] == 0


async def bill_of(shop, v3, *rows):
    """The answer to a reconciliation with a bill of these payments."""
    lines = [f"`2026-01-01 12:00:00,`wx1,`42,`{no},`{state},`{total}" for no, state, total in rows]
    v3.bill = "\ufeff" + "\r\n".join([HEADER, *lines, *SUMMARY.splitlines()]) + "\r\n"
    return await shop.call("POST", "/reconcile", date="2026-01-01")


async def test_the_bill_shows_what_is_missing_and_what_is_extra(v3_shop, v3, paid):
    """What is missing here is taken over and shipped; what only we call paid is for a person."""
    missing = (await v3_shop.order(total=199))["order_no"]
    status, said = await bill_of(v3_shop, v3, (missing, "SUCCESS", "1.99"), (paid, "REFUND", "0.00"))
    assert (status, said) == (200, {"date": "2026-01-01", "billed": 1, "missing": [missing], "extra": [paid]})
    after = await v3_shop.status(missing)
    assert (after["status"], after["shipped"], after["learned_by"]) == ("paid", 1, "bill")
    _, said = await bill_of(v3_shop, v3, (missing, "SUCCESS", "1.99"), (paid, "SUCCESS", "3.00"))
    assert (said["missing"], said["extra"]) == ([], [])


async def test_a_billed_payment_of_another_amount_is_put_aside(v3_shop, v3):
    """Nothing is shipped for it; one of an order that is not ours is only named."""
    number = (await v3_shop.order(total=199))["order_no"]
    _, said = await bill_of(v3_shop, v3, (number, "SUCCESS", "0.01"), ("nobody", "SUCCESS", "0.01"))
    assert said["missing"] == [number, "nobody"]
    assert (await v3_shop.status(number))["status"] == "mismatch"


async def test_a_bill_that_is_not_the_one_promised_is_not_believed(v3_shop, v3):
    """The file is not signed; its hash came in a signed answer. Nor is one that cannot be read."""
    v3.refuse["bill/tradebill"] = (200, {"download_url": f"{v3.url}/v3/billdownload/file?token=x", "hash_value": "0"})
    assert (await bill_of(v3_shop, v3))[1]["error"] == "bill-not-genuine"
    v3.refuse.clear()
    v3.bill = "a page, not a bill"
    status, said = await v3_shop.call("POST", "/reconcile", date="2026-01-01")
    assert (status, said["error"]) == (502, "platform-unreadable")
    assert (await v3_shop.call("POST", "/reconcile", date="yesterday"))[0] == 400


async def test_a_day_without_a_bill_is_told(v3_shop, v3):
    """In the platform's words."""
    v3.refuse["bill/tradebill"] = (400, {"code": "NO_STATEMENT_EXIST", "message": "请求的账单文件不存在"})
    status, said = await v3_shop.call("POST", "/reconcile", date="2026-01-01")
    assert (status, said["error"]) == (409, "NO_STATEMENT_EXIST")
