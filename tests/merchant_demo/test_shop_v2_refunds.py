"""Refunds and the day's bill over API v2."""

import asyncio

import pytest
from fake_platform import ACKNOWLEDGED

from merchant_demo.v2.refund import standing_told

# A published sample: the API key and the encrypted text belong together.
SAMPLE_KEY, SAMPLE = "foo-merchant-key", "FTuPWOW4npLOTY8GQp+JtWXKe3ZFa2wsJC6v9gFoATU="

HEADER = "交易时间,公众账号ID,微信订单号,商户订单号,交易状态,订单金额"


@pytest.fixture
async def paid(shop, platform):
    """The number of a paid order of 300 fen."""
    return await paid_order(shop, platform)


async def paid_order(shop, platform):
    """The number of a paid order of 300 fen."""
    number = (await shop.order(total=300))["order_no"]
    assert await shop.notify(platform.notification(number)) == ACKNOWLEDGED
    return number


async def refund(shop, number, **wanted):
    """Status and answer."""
    return await shop.call("POST", f"/orders/{number}/refund", **wanted)


async def test_a_refund_is_done_when_its_notification_says_so(shop, platform, paid):
    """Accepted is not done; the total that is sent is the order's."""
    status, said = await refund(shop, paid, amount=100)
    assert (status, said["amount"], said["status"]) == (200, 100, "processing")
    assert await shop.notify(platform.refund_notification(said["refund_no"])) == ACKNOWLEDGED
    assert (await shop.status(paid))["refunded"] == 100
    (asked,) = platform.sent_to("refund")
    assert (asked["refund_fee"], asked["total_fee"]) == ("100", "300")
    assert asked["notify_url"].endswith("/wechatpay/notify")


@pytest.mark.parametrize(("state", "status"), [("CHANGE", "abnormal"), ("REFUNDCLOSE", "failed")])
async def test_a_refund_that_does_not_arrive_is_known(shop, platform, paid, state, status):
    """In v2's words for it."""
    _, said = await refund(shop, paid)
    assert await shop.notify(platform.refund_notification(said["refund_no"], state)) == ACKNOWLEDGED
    assert [one["status"] for one in (await shop.status(paid))["refunds"]] == [status]


@pytest.mark.parametrize(
    "changed",
    [{"key": "x" * 32}, {"mch_id": "1900000002"}, {"refund_fee": "1"}, {"total_fee": "1"}, {"refund_status": ""}],
    ids=str,
)
async def test_an_untrue_refund_is_refused(shop, platform, paid, changed):
    """Key, merchant, amounts, state: each is checked by itself."""
    _, said = await refund(shop, paid)
    changed = dict(changed)
    state = changed.pop("refund_status", "SUCCESS")
    status, text = await shop.notify(platform.refund_notification(said["refund_no"], state, **changed))
    assert (status, "FAIL" in text) == (200, True)
    assert (await shop.status(paid))["refunded"] == 0


def test_a_published_sample_is_read():
    """The cipher, its key and the padding are the platform's; what is inside is no refund."""
    with pytest.raises(ValueError, match="out_trade_no"):
        standing_told(SAMPLE, [SAMPLE_KEY])
    with pytest.raises(ValueError, match="not encrypted with this merchant's key"):
        standing_told(SAMPLE, ["another"])


async def test_refunds_under_way_are_queried(open_a_shop, platform):
    """Without a notification the shop asks; what the platform has never heard of is asked for again."""
    shop = await open_a_shop(query_seconds=0.1)
    number = await paid_order(shop, platform)
    platform.refuse["refund"] = {"result_code": "FAIL", "err_code": "SYSTEMERROR", "err_code_des": "系统错误"}
    assert (await refund(shop, number))[0] == 502
    platform.refuse.clear()
    for _ in range(100):
        for one in platform.refunds.values():
            one["state"] = "SUCCESS"
        if (await shop.status(number))["refunded"]:
            break
        await asyncio.sleep(0.02)
    assert (await shop.status(number))["refunded"] == 300
    assert len(platform.refunds) == 1


async def test_a_refused_refund_has_failed(shop, platform, paid):
    """The platform's word reaches whoever asked, and the money can be asked for again."""
    poor = {"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "NOTENOUGH"}
    platform.refund = lambda sent: {name: poor[name] for name in ("result_code", "err_code")}
    status, said = await refund(shop, paid)
    assert (status, said["error"]) == (409, "NOTENOUGH")
    assert [one["status"] for one in (await shop.status(paid))["refunds"]] == ["failed"]


async def bill_of(shop, platform, *rows):
    """The answer to a reconciliation with a bill of these payments."""
    lines = [f"`2026-01-01 12:00:00,`wx1,`42,`{no},`{state},`{total}" for no, state, total in rows]
    platform.bill = "\ufeff" + "\r\n".join([HEADER, *lines, "总交易单数,订单总金额", "`1,`1.99"]) + "\r\n"
    return await shop.call("POST", "/reconcile", date="2026-01-01")


async def test_the_bill_shows_what_is_missing_and_what_is_extra(shop, platform, paid):
    """What is missing here is taken over; what only we call paid is for a person."""
    missing = (await shop.order(total=199))["order_no"]
    status, said = await bill_of(shop, platform, (missing, "SUCCESS", "1.99"))
    assert (status, said) == (200, {"date": "2026-01-01", "billed": 1, "missing": [missing], "extra": [paid]})
    assert (await shop.status(missing))["learned_by"] == "bill"
    assert platform.sent_to("downloadbill")[0]["bill_date"] == "20260101"


async def test_a_day_without_a_bill_is_told(shop, platform):
    """A refusal is XML in the place of the file, and no empty bill."""
    platform.refuse["downloadbill"] = {"return_code": "FAIL", "return_msg": "No Bill Exist", "error_code": "20002"}
    status, said = await shop.call("POST", "/reconcile", date="2026-01-01")
    assert (status, said["error"]) == (409, "No Bill Exist")


async def test_a_bill_is_asked_for_with_the_older_key_too(shop, platform, paid):
    """While the platform still uses it."""
    assert (await shop.call("POST", "/keys", api_key="a" * 32))[0] == 200
    assert (await bill_of(shop, platform))[0] == 200
    assert len(platform.sent_to("downloadbill")) == 2


async def test_a_bill_that_cannot_be_read_is_no_bill(shop, platform):
    """Neither what is not packed, nor what is packed and no bill."""
    platform.bill = "a page, not a bill"
    status, said = await shop.call("POST", "/reconcile", date="2026-01-01")
    assert (status, said["error"]) == (502, "platform-unreadable")
