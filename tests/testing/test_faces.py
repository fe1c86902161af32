"""What a test asks WeChat Pay for, through the face that blocks and the one that is awaited."""

import asyncio
import inspect
from typing import Any

import pytest
from counter_shop import ANSWER, Counter, launch, order, post, query

from sandbox.testing import WeChatPay, WeChatPayServer

NUMBER = "T2026000001"


def test_paying_waits_for_the_shops_answer(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """When pay() returns, the notification was delivered and answered."""
    order(wechatpay_server, shop.url)

    payment = wechatpay_server.pay(NUMBER)

    assert (payment.paid, payment.out_trade_no) == (True, NUMBER)
    assert len(shop.heard) == 1
    assert wechatpay_server.order(NUMBER).transaction_id == payment.transaction_id


def test_paying_need_not_wait(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """With settle=False the payment counts at once, whatever the shop does."""
    order(wechatpay_server, shop.url)

    wechatpay_server.pay(NUMBER, settle=False)

    assert wechatpay_server.order(NUMBER).trade_state == "SUCCESS"
    wechatpay_server.settle()
    assert len(shop.heard) == 1


def test_whatever_the_shop_hands_over_can_be_paid(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """Launch parameters, a QR code, an H5 link, an SDK's answer and a bare number lead to the same cashier."""
    face = wechatpay_server
    handed: dict[str, Any] = {
        "LAUNCH01": launch(face, order(face, shop.url, "LAUNCH01")["prepay_id"]),
        "PREPAY01": {"prepay_id": order(face, shop.url, "PREPAY01")["prepay_id"]},
        "NATIVE01": order(face, shop.url, "NATIVE01", trade_type="NATIVE", openid="", product_id="1"),
        "MWEB0001": order(face, shop.url, "MWEB0001", trade_type="MWEB", openid="")["mweb_url"],
        "NUMBER01": "NUMBER01",
    }
    order(face, shop.url, "NUMBER01")

    paid = {number: face.pay(what, referer="https://tea.example/").out_trade_no for number, what in handed.items()}

    assert paid == {number: number for number in handed}


def test_scanning(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """The second payer scans; the order is theirs."""
    code_url = order(wechatpay_server, shop.url, trade_type="NATIVE", openid="", product_id="1")["code_url"]

    wechatpay_server.scan(code_url, user="xiaohong")

    expected = wechatpay_server.credentials.openids["xiaohong"]
    assert wechatpay_server.order(NUMBER).payer_openid == expected


def test_who_meant_to_pay_and_could_not_fails_the_test(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """The message has the dialog and the reason; check=False hands the answer over instead."""
    params = launch(wechatpay_server, order(wechatpay_server, shop.url)["prepay_id"]) | {"signType": "HMAC-SHA256"}

    with pytest.raises(AssertionError, match=r"(?s)expected T2026000001 to be paid.*the payer saw.*because.*do "):
        wechatpay_server.pay(params)
    assert not wechatpay_server.pay(params, check=False).paid
    assert wechatpay_server.pay(NUMBER, action="cancel").errMsg == "requestPayment:fail cancel"


def test_login_codes_and_payment_codes(wechatpay_server: WeChatPayServer) -> None:
    """The codes that the phone gives out are the tenant's own."""
    login, bar = wechatpay_server.login_code(user="xiaohong"), wechatpay_server.payment_code()

    assert login.openid == wechatpay_server.credentials.openids["xiaohong"]
    charged = post(
        wechatpay_server,
        "/pay/micropay",
        {
            "auth_code": bar.auth_code,
            "body": "茶",
            "out_trade_no": NUMBER,
            "total_fee": "1",
            "spbill_create_ip": "127.0.0.1",
        },
    )
    assert charged["result_code"] == "SUCCESS"


def test_the_clock_is_the_tests_own(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """Twenty-four hours of retries take no time; drain goes to the end of what is pending."""
    shop.answers = [(500, b"")] * 20
    order(wechatpay_server, shop.url)
    wechatpay_server.pay(NUMBER)

    assert wechatpay_server.advance("15s").fired == 1
    wechatpay_server.drain()

    (notification,) = wechatpay_server.notifications(NUMBER)
    assert (notification.state, len(notification.attempts)) == ("given-up", len(shop.heard))
    assert wechatpay_server.drain().fired == 0


def test_a_call_can_be_made_to_fail_once(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """By the endpoint's short name and the wire's code; the next call is answered."""
    order(wechatpay_server, shop.url)
    wechatpay_server.fail_next("orderquery", "SYSTEMERROR", out_trade_no=NUMBER)

    assert query(wechatpay_server)["err_code"] == "SYSTEMERROR"
    assert query(wechatpay_server)["trade_state"] == "NOTPAY"


@pytest.mark.parametrize(
    ("endpoint", "problem", "complaint"),
    [
        ("unifiedoder", "SYSTEMERROR", "did you mean 'unifiedorder'"),
        ("reverse", "SYSTEMERROR", "'reverse' may be v2.reverse or v3.reverse: say which"),
        ("orderquery", "SYSTEM_EROR", "did you mean"),
        ("orderquery", "BANK_ERROR_OF_MINE", "no error called 'BANK_ERROR_OF_MINE'"),
        ("v3.jsapi", "AUTHORIZE_TOO_OFTEN", "AUTHORIZE_TOO_OFTEN is nothing that v3 answers"),
    ],
)
def test_what_cannot_fail_is_refused(
    wechatpay_server: WeChatPayServer, endpoint: str, problem: str, complaint: str
) -> None:
    """A name that nothing has is told at once, with the nearest that is there."""
    with pytest.raises(ValueError, match=complaint):
        wechatpay_server.fail_next(endpoint, problem)


def test_a_console_refund_ends_as_asked(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """At once and told to the merchant's refund URL; a number of fen is a part of it."""
    me = wechatpay_server.credentials
    wechatpay_server.call("console.merchant", mchid=me.mch_id, refund_notify_url=shop.url)
    order(wechatpay_server, "http://127.0.0.1:9/nobody")
    wechatpay_server.pay(NUMBER)

    part, rest = wechatpay_server.refund(NUMBER, 99), wechatpay_server.refund(NUMBER, state="ABNORMAL")

    assert [(one.refund, one.state) for one in (part, rest)] == [(99, "SUCCESS"), (100, "ABNORMAL")]
    wechatpay_server.expect_notification(part)
    assert len(shop.heard) == 2


def test_looking_for_oneself(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """Requests and the timeline are there to be read; an order that is not there says what is."""
    order(wechatpay_server, shop.url)
    query(wechatpay_server)

    assert [one.endpoint for one in wechatpay_server.requests()] == ["v2.unifiedorder", "v2.orderquery"]
    assert [one.endpoint for one in wechatpay_server.requests("orderquery")] == ["v2.orderquery"]
    assert "asked  POST /pay/orderquery → 200" in wechatpay_server.timeline(NUMBER)
    with pytest.raises(LookupError, match="no order 'T2'; there is T2026000001"):
        wechatpay_server.order("T2")


async def test_both_faces_are_one_tenant(wechatpay: WeChatPay, wechatpay_server: WeChatPayServer) -> None:
    """They share orders, and have the same methods with the same arguments."""
    names = [name for name, value in vars(WeChatPay.__mro__[1]).items() if hasattr(value, "run")]

    assert wechatpay.tenant == wechatpay_server.tenant
    assert len(names) > 15
    for name in names:
        assert inspect.signature(getattr(wechatpay, name)) == inspect.signature(getattr(wechatpay_server, name))
        assert getattr(wechatpay, name).__doc__


async def test_the_blocking_face_refuses_to_block_a_loop(wechatpay_server: WeChatPayServer) -> None:
    """A shop in the same loop could not answer; the error names the other fixture."""
    with pytest.raises(RuntimeError, match="Ask for the fixture wechatpay"):
        wechatpay_server.advance("1h")


async def test_an_awaited_call_can_be_given_up(wechatpay: WeChatPay) -> None:
    """A time-out of the test's own ends the waiting, and the tenant goes on."""
    released = asyncio.Event()

    async def slow(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await released.wait()
        writer.write(ANSWER)
        writer.close()

    async with await asyncio.start_server(slow, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await asyncio.to_thread(order, wechatpay, f"http://127.0.0.1:{port}/notify")

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wechatpay.pay(NUMBER), 0.2)

        assert (await wechatpay.order(NUMBER)).trade_state == "SUCCESS"
        released.set()
        await wechatpay.expect_notification(NUMBER)
