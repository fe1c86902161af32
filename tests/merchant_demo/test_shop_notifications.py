"""What the shop believes of a notification, and what it answers."""

import asyncio

import pytest
from fake_platform import ACKNOWLEDGED, document, signature

OTHER_KEY = "x" * 32

# What is untrue, what the answer must say of it, and what becomes of the order.
UNTRUE = [
    ({"key": OTHER_KEY}, "sign", "unpaid"),
    ({"sign": ""}, "sign", "unpaid"),
    ({"sign": "a" * 32}, "sign", "unpaid"),
    ({"appid": "wx5a4d8bf0c0de0002"}, "appid: expected wx5a4d8bf0c0de0001, came wx5a4d8bf0c0de0002", "unpaid"),
    ({"mch_id": "1900000002"}, "mchid: expected 1900000001, came 1900000002", "unpaid"),
    ({"total_fee": "2"}, "total: expected 1, came 2", "mismatch"),
    ({"cash_fee": "2"}, "payer_total: expected at most 1, came 2", "mismatch"),
    ({"total_fee": "one"}, "total_fee", "unpaid"),
    ({"out_trade_no": "nobody"}, "no order nobody", "unpaid"),
    ({"return_code": "FAIL"}, "return_code: expected SUCCESS, came FAIL", "unpaid"),
]


@pytest.mark.parametrize(("changed", "reason", "status"), UNTRUE)
async def test_an_untrue_notification_is_refused_with_the_reason(shop, platform, changed, reason, status):
    """Sign, appid, merchant, amounts, number: each is checked by itself, and nothing is shipped."""
    number = (await shop.order())["order_no"]
    answered, text = await shop.notify(platform.notification(number, **changed))
    assert answered == 200
    assert text.startswith("<xml><return_code><![CDATA[FAIL]]></return_code>")
    assert reason in text
    after = await shop.status(number)
    assert (after["status"], after["shipped"], after["learned_by"]) == (status, 0, None)


async def test_a_coupon_s_payment_is_taken(shop, platform):
    """With a coupon less cash is paid than the order's total; the total is what must agree."""
    number = (await shop.order(total=100))["order_no"]
    fields = {"cash_fee": "60", "coupon_fee": "40", "coupon_count": "1", "coupon_fee_0": "40", "coupon_id_0": "100"}
    assert await shop.notify(platform.notification(number, **fields)) == ACKNOWLEDGED
    assert (await shop.status(number))["status"] == "paid"


async def test_ten_notifications_at_once_ship_once(shop, platform):
    """All ten are acknowledged and counted; the goods go out once."""
    number = (await shop.order())["order_no"]
    body = platform.notification(number)
    answers = await asyncio.gather(*(shop.notify(body) for _ in range(10)))
    assert answers == [ACKNOWLEDGED] * 10
    after = await shop.status(number)
    assert (after["shipped"], after["notifications"]) == (1, 10)


async def test_two_processes_on_one_store_ship_once(open_a_shop, platform, tmp_path):
    """The database decides who ships, not the process."""
    store = str(tmp_path / "shop.sqlite3")
    shops = [await open_a_shop(store=store) for _ in range(2)]
    number = (await shops[0].order())["order_no"]
    body = platform.notification(number)
    assert await asyncio.gather(*(shop.notify(body) for shop in shops * 5)) == [ACKNOWLEDGED] * 10
    assert (await shops[0].status(number))["shipped"] == 1


async def test_a_failed_payment_is_acknowledged_and_changes_nothing(shop, platform):
    """result_code FAIL needs no second telling."""
    number = (await shop.order())["order_no"]
    assert await shop.notify(platform.notification(number, result_code="FAIL", err_code="NOTENOUGH")) == ACKNOWLEDGED
    assert (await shop.status(number))["status"] == "unpaid"


async def test_the_right_notification_after_a_wrong_one_settles_the_order(shop, platform):
    """An order put aside for its amount is not lost."""
    number = (await shop.order())["order_no"]
    await shop.notify(platform.notification(number, total_fee="2"))
    status, said = await shop.call("POST", f"/orders/{number}/pay")
    assert (status, said["error"]) == (409, "mismatch")
    assert await shop.notify(platform.notification(number)) == ACKNOWLEDGED
    assert (await shop.status(number))["shipped"] == 1


async def test_the_content_type_does_not_matter(shop, platform):
    """Nobody has written down what the platform sends, so the shop reads the body whatever its label."""
    number = (await shop.order())["order_no"]
    body = platform.notification(number)
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/octet-stream"):
        assert await shop.notify(body, content_type) == ACKNOWLEDGED


def _signed_with_entity():
    fields = {"appid": "x", "return_code": "SUCCESS"}
    body = document({**fields, "sign": signature(fields)}).decode()
    return f'<!DOCTYPE xml [<!ENTITY leak SYSTEM "file:///etc/passwd">]>{body.replace("x]", "&leak;]")}'.encode()


HOSTILE = {
    "nothing": b"",
    "JSON": b'{"return_code": "SUCCESS"}',
    "cut off": b"<xml><return_code>SUCC",
    "an external entity": _signed_with_entity(),
    "a doctype in UTF-16": _signed_with_entity().decode().encode("utf-16"),
    "a doctype in small letters": b"<!doctype xml><xml/>",
    "billion laughs": b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]><xml><sign>&b;</sign></xml>',
    "an undeclared entity": b"<xml><sign>&nothing;</sign></xml>",
    "deep nesting": b"<xml>" + b"<a>" * 5000,
    "elements inside": b"<xml><a><b>1</b></a></xml>",
    "a field twice": b"<xml><total_fee>1</total_fee><total_fee>2</total_fee></xml>",
    "NUL": b"<xml><a>\x00</a></xml>",
    "not UTF-8": "<xml><a>茶</a></xml>".encode("gbk"),
    "GBK, declared": '<?xml version="1.0" encoding="GBK"?><xml><a>茶</a></xml>'.encode("gbk"),
    "too large": b"<xml><a>" + b"1" * 1_000_000 + b"</a></xml>",
}


@pytest.mark.parametrize("case", HOSTILE)
async def test_hostile_bodies_are_answered_fail(shop, case):
    """The handler is the one door that is open to everybody; it answers, and stays up."""
    status, text = await shop.notify(HOSTILE[case])
    assert status == 200
    assert text.startswith("<xml><return_code><![CDATA[FAIL]]></return_code>")
    assert "root:" not in text
    assert (await shop.call("GET", "/health"))[0] == 200
