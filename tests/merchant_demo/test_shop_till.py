"""The till: payment codes, and what becomes of a sale that stays undecided."""

import asyncio

CODE, ASKS_PASSWORD = "134567890123456780", "134567890123456781"


async def sell(shop, auth_code=CODE, **wanted):
    """Status and answer of a sale of 199 fen."""
    if not shop.token:
        await shop.login()
    return await shop.call("POST", "/till", auth_code=auth_code, **{"total": 199, **wanted})


async def settled(shop, number):
    """The order once it is no longer unpaid."""
    for _ in range(200):
        if (await shop.status(number))["status"] != "unpaid":
            break
        await asyncio.sleep(0.02)
    return await shop.status(number)


async def test_a_sale_is_paid_at_once(shop, platform):
    """The answer tells; no notification is asked for."""
    status, said = await sell(shop)
    assert (status, said["status"], said["shipped"], said["learned_by"]) == (200, "paid", 1, "till")
    (asked,) = platform.sent_to("micropay")
    assert (asked["auth_code"], asked["total_fee"], "notify_url" in asked) == (CODE, "199", False)


async def test_a_payer_who_types_the_password_has_paid(open_a_shop, platform):
    """The shop asks until it knows."""
    shop = await open_a_shop(query_seconds=0.1)
    _, said = await sell(shop, ASKS_PASSWORD)
    assert (said["status"], said["shipped"]) == ("unpaid", 0)
    platform.paid(said["order_no"])
    after = await settled(shop, said["order_no"])
    assert (after["status"], after["shipped"], after["learned_by"]) == ("paid", 1, "query")
    assert platform.sent_to("reverse") == []


async def test_a_payer_who_does_not_is_not_charged_later(open_a_shop, platform):
    """The order is called off, as often as it takes."""
    shop = await open_a_shop(query_seconds=0.1, till_seconds=0.2)
    reverse, answers = platform.reverse, [{"result_code": "SUCCESS", "recall": "Y"}]
    platform.reverse = lambda sent: answers.pop() if answers else reverse(sent)
    _, said = await sell(shop, ASKS_PASSWORD)
    after = await settled(shop, said["order_no"])
    assert (after["status"], after["shipped"]) == ("closed", 0)
    assert platform.orders[said["order_no"]]["trade_state"] == "REVOKED"
    assert len(platform.sent_to("reverse")) == 2


async def test_a_lost_answer_is_asked_after(open_a_shop, platform):
    """It is not charged again."""
    shop = await open_a_shop(query_seconds=0.1)
    platform.lost = 1
    status, said = await sell(shop)
    assert (status, said["status"]) == (200, "unpaid")
    assert (await settled(shop, said["order_no"]))["status"] == "paid"
    assert len(platform.sent_to("micropay")) == 1


async def test_a_refused_code_is_told(shop, platform):
    """Nothing was charged, and nothing waits."""
    used = {"result_code": "FAIL", "err_code": "AUTH_CODE_INVALID", "err_code_des": "101 每个二维码仅限使用一次"}
    platform.micropay = lambda sent: used
    status, said = await sell(shop)
    assert (status, said["error"]) == (409, "AUTH_CODE_INVALID")
    (order,) = (await shop.call("GET", "/orders"))[1]
    assert order["status"] == "closed"


async def test_a_charge_of_another_amount_is_put_aside(shop, platform):
    """Nothing is handed over for it."""
    micropay = platform.micropay
    platform.micropay = lambda sent: {**micropay(sent), "total_fee": "1", "cash_fee": "1"}
    _, said = await sell(shop)
    assert (said["status"], said["shipped"]) == ("mismatch", 0)


async def test_only_a_clerk_sells(shop, v3_shop):
    """Who is not logged in does not; over APIv3 this shop has no till."""
    assert (await shop.call("POST", "/till", auth_code=CODE, total=1))[0] == 401
    assert (await sell(v3_shop))[1]["error"] == "not-offered"
