"""Asking the platform: on a page's report, and when no notification comes."""

import asyncio

import pytest


async def until(shop, number, status):
    """The order once it has the status, or as it is after two seconds."""
    for _ in range(100):
        order = await shop.status(number)
        if order["status"] == status:
            break
        await asyncio.sleep(0.02)
    return order


async def test_without_a_notification_the_shop_asks_and_ships(open_a_shop, platform):
    """The background query settles a paid order, once."""
    shop = await open_a_shop(query_seconds=0.1)
    number = (await shop.order())["order_no"]
    platform.paid(number)
    order = await until(shop, number, "paid")
    assert (order["learned_by"], order["shipped"], order["notifications"]) == ("query", 1, 0)
    await shop.notify(platform.notification(number))
    assert (await shop.status(number))["shipped"] == 1


async def test_the_query_waits_for_the_notification_first(shop, platform):
    """Nothing is asked before the interval is over."""
    await shop.order()
    assert platform.sent_to("orderquery") == []


async def test_a_platform_that_is_down_does_not_end_the_asking(open_a_shop, platform):
    """The loop survives a refusal and learns of the payment afterwards."""
    shop = await open_a_shop(query_seconds=0.1)
    number = (await shop.order())["order_no"]
    platform.refuse["orderquery"] = {"return_code": "FAIL", "return_msg": "系统错误"}
    await asyncio.sleep(0.3)
    assert platform.sent_to("orderquery")
    platform.paid(number)
    platform.refuse.clear()
    assert (await until(shop, number, "paid"))["shipped"] == 1


@pytest.mark.parametrize("heard", ["requestPayment:ok", "requestPayment:fail cancel", "requestPayment:fail"])
async def test_what_the_page_heard_is_a_hint_to_ask(shop, platform, heard):
    """Whatever it heard: unpaid stays unpaid, paid becomes paid."""
    number = (await shop.order())["order_no"]
    status, said = await shop.call("POST", f"/orders/{number}/report", errMsg=heard)
    assert (status, said["status"]) == (200, "unpaid")
    platform.paid(number)
    status, said = await shop.call("POST", f"/orders/{number}/report", errMsg=heard)
    assert (said["status"], said["learned_by"], said["shipped"]) == ("paid", "query", 1)


async def test_an_answer_with_another_amount_puts_the_order_aside(shop, platform):
    """A query is checked as a notification is."""
    number = (await shop.order())["order_no"]
    platform.paid(number, total_fee="2")
    _, said = await shop.call("POST", f"/orders/{number}/report", errMsg="requestPayment:ok")
    assert (said["status"], said["shipped"]) == ("mismatch", 0)


async def test_an_order_the_platform_closed_is_closed_here(open_a_shop, platform):
    """It is not asked about for ever; a payment that comes all the same is taken."""
    shop = await open_a_shop(query_seconds=0.1)
    number = (await shop.order())["order_no"]
    platform.orders[number]["trade_state"] = "CLOSED"
    assert (await until(shop, number, "closed"))["status"] == "closed"
    await shop.notify(platform.notification(number))
    assert (await shop.status(number))["status"] == "paid"


async def test_an_order_the_platform_does_not_know_stays_unpaid(shop, platform):
    """Its order call may still be under way."""
    number = (await shop.order())["order_no"]
    platform.orders.clear()
    assert (await shop.call("POST", f"/orders/{number}/report", errMsg="requestPayment:ok"))[1]["status"] == "unpaid"
