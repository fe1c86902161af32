"""What a test expects of a shop, and what a failure tells."""

import urllib.request
from typing import Any

import pytest
from counter_shop import Counter, launch, order, query

from sandbox.testing import WeChatPayServer

NUMBER = "T2026000001"


def message(expectation: Any, *args: Any, **named: Any) -> str:
    """What a failed expectation says."""
    with pytest.raises(AssertionError) as failed:
        expectation(*args, **named)
    return str(failed.value)


def test_a_notification_is_expected_with_its_attempts(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """Acknowledged after exactly so many; what the shop was sent comes back."""
    wechatpay_server.rule("notify.due", "drop", times=2)
    order(wechatpay_server, shop.url)
    wechatpay_server.pay(NUMBER)
    wechatpay_server.advance("30s")

    notification = wechatpay_server.expect_notification(NUMBER, attempts=3)

    assert [one.verdict for one in notification.attempts] == ["lost", "lost", "acknowledged"]
    assert notification.attempts[-1].request.encode() == shop.heard[0]


def test_too_few_attempts_tell_when_the_next_is_due(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """The story so far, each attempt with its reason, and the way to the next."""
    wechatpay_server.rule("notify.due", "drop", times=2, name="bad line")
    shop.answers = [(500, b"")]
    order(wechatpay_server, shop.url)
    wechatpay_server.pay(NUMBER)
    wechatpay_server.advance("40s")

    told = message(wechatpay_server.expect_notification, NUMBER, acknowledged=None, attempts=4)

    assert told.splitlines()[0] == f"expected 4 notifications for {NUMBER}, saw 3:"
    assert f"{NUMBER}: JSAPI, 1.99 yuan, SUCCESS" in told
    assert "  +0s     asked  POST /pay/unifiedorder → 200" in told
    assert "  +15s    told   payment: lost (rule 1 bad line: drop())" in told
    assert "  +30s    told   payment: refused (HTTP 500: expected exactly 200)" in told
    assert "the next payment notification is due at +1m; advance the clock by 20s to see it" in told


def test_acknowledgement_is_expected_or_its_absence(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """Each way round the message says what was so."""
    shop.answers = [(500, b"")]
    order(wechatpay_server, shop.url)
    wechatpay_server.pay(NUMBER)

    wechatpay_server.expect_notification(NUMBER, acknowledged=False)
    told = message(wechatpay_server.expect_notification, NUMBER)
    assert told.startswith(f"expected the notification for {NUMBER} to be acknowledged, saw 1 attempt and no")
    wechatpay_server.advance("15s")
    assert "and it was" in message(wechatpay_server.expect_notification, NUMBER, acknowledged=False)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (NUMBER, "it is NOTPAY, nobody has paid it; pay('T2026000001') does"),
        ("T2026000002", "nor an order or a refund of that number; did you mean 'T2026000001'?"),
        ("another", "nor an order or a refund of that number; there is T2026000001"),
    ],
)
def test_a_notification_that_never_was_has_a_reason(
    wechatpay_server: WeChatPayServer, shop: Counter, number: str, reason: str
) -> None:
    """Not paid yet, or mistyped: the nearest miss is named."""
    order(wechatpay_server, shop.url)

    assert reason in message(wechatpay_server.expect_notification, number)


def test_of_several_events_one_is_meant(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """An event that did not happen names those that did."""
    order(wechatpay_server, shop.url)
    wechatpay_server.pay(NUMBER)

    assert wechatpay_server.expect_notification(NUMBER, event="payment").event == "payment"
    assert "of 'sharing': there is payment" in message(wechatpay_server.expect_notification, NUMBER, event="sharing")


def test_calls_are_counted(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """Exactly, at least once, never; of one order where a tag says so."""
    order(wechatpay_server, shop.url)
    query(wechatpay_server)
    query(wechatpay_server)

    assert len(wechatpay_server.assert_called("orderquery")) == 2
    wechatpay_server.assert_called("v2.orderquery", times=2, out_trade_no=NUMBER)
    wechatpay_server.assert_called("closeorder", times=0)
    assert "expected 1 call of v2.orderquery, saw 2\n  +0s" in message(
        wechatpay_server.assert_called, "orderquery", times=1
    )


def test_a_call_that_did_not_come_has_near_misses(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """The same endpoint with other tags, or else what was called."""
    order(wechatpay_server, shop.url)

    other = message(wechatpay_server.assert_called, "unifiedorder", out_trade_no="T1")
    none = message(wechatpay_server.assert_called, "closeorder")

    assert other.startswith("expected at least one call of v2.unifiedorder (out_trade_no=T1), saw 0\nnearest:\n")
    assert f"out_trade_no={NUMBER}" in other
    assert "the shop called v2.unifiedorder ×1" in none


def test_what_belonged_to_nobody_is_shown(wechatpay_server: WeChatPayServer) -> None:
    """A shop with somebody else's credentials calls in vain, and the failure says so."""
    with urllib.request.urlopen(f"{wechatpay_server.url}/pay/orderquery", b"<xml><mch_id>1</mch_id></xml>") as response:
        assert b"FAIL" in response.read()

    told = message(wechatpay_server.assert_called, "orderquery")

    assert "1 request belonged to no tenant: is the shop configured with this test's credentials and url?" in told
    assert "POST /pay/orderquery → 200" in told


def test_what_belonged_to_nobody_before_is_not(wechatpay_server: WeChatPayServer) -> None:
    """The test above left such a request behind, and it is none of this one's business."""
    assert "belonged to no tenant" not in message(wechatpay_server.assert_called, "orderquery")


@pytest.mark.parametrize(
    "fault",
    ["forge", {"tamper": {"set": {"total_fee": "1"}}}],
    ids=["forged", "tampered with"],
)
def test_a_shop_that_believes_anything_is_found_out(
    wechatpay_server: WeChatPayServer, shop: Counter, fault: Any
) -> None:
    """It acknowledged what was spoilt after signing."""
    wechatpay_server.rule("notify.due", fault)
    order(wechatpay_server, shop.url)
    wechatpay_server.pay(NUMBER)

    told = message(wechatpay_server.assert_no_unverified)

    assert told.startswith("expected the shop to refuse whatever does not verify, but it\n  acknowledged payment of")
    assert "spoilt on purpose" in told


def test_a_shop_that_refuses_what_is_forged_passes(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """The count says that there was something to refuse."""
    assert wechatpay_server.assert_no_unverified() == 0
    wechatpay_server.rule("notify.due", "forge", times=1)
    shop.answers = [(500, b"")]
    order(wechatpay_server, shop.url)
    wechatpay_server.pay(NUMBER)
    wechatpay_server.advance("15s")

    assert wechatpay_server.assert_no_unverified() == 1


def test_a_changed_message_that_is_rightly_signed_may_be_believed(
    wechatpay_server: WeChatPayServer, shop: Counter
) -> None:
    """What was rewritten before it was signed verifies, so acknowledging it is no such mistake."""
    wechatpay_server.rule("notify.due", {"rewrite": {"set": {"attach": "else"}}})
    order(wechatpay_server, shop.url)
    wechatpay_server.pay(NUMBER)

    assert wechatpay_server.assert_no_unverified() == 0


def test_a_shop_must_not_pass_on_what_a_spoilt_answer_held(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """A prepay_id that only a forged answer told must not get to the payer; told again and rightly, it may."""
    wechatpay_server.rule("reply.ready", "forge", only={"endpoint": "unifiedorder"}, times=1)
    prepay_id = order(wechatpay_server, shop.url)["prepay_id"]
    wechatpay_server.pay(launch(wechatpay_server, prepay_id))

    told = message(wechatpay_server.assert_no_unverified)

    assert f"handed the payer {prepay_id}, which only v2.unifiedorder told it (rule 1: forge(" in told
