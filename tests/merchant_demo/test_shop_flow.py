"""Login, order, second sign, notification, status: the shop without a flaw."""

from datetime import UTC, datetime, timedelta

from fake_platform import ACKNOWLEDGED, APPID, OPENID, signature


async def test_a_paid_order_is_shipped_and_known_by_its_notification(shop, platform):
    """From the login code to a shipped order, without a query."""
    order = await shop.order(item="tea")
    assert await shop.notify(platform.notification(order["order_no"])) == ACKNOWLEDGED
    assert await shop.status(order["order_no"]) == {
        "order_no": order["order_no"],
        "out_trade_no": order["order_no"],
        "title": "龙井茶",
        "total": 1,
        "status": "paid",
        "shipped": 1,
        "learned_by": "notification",
        "transaction_id": "4200000001202601010000000001",
        "notifications": 1,
        "refunded": 0,
        "refunds": [],
    }


async def test_the_order_carries_what_the_gateway_demands(shop, platform):
    """The fields, their kinds, and an expiry half an hour ahead in Beijing."""
    await shop.order(item="coffee", number=2)
    (sent,) = platform.sent_to("unifiedorder")
    assert {name: sent[name] for name in ("appid", "mch_id", "body", "total_fee", "trade_type", "openid")} == {
        "appid": APPID,
        "mch_id": "1900000001",
        "body": "拿铁咖啡",
        "total_fee": "398",
        "trade_type": "JSAPI",
        "openid": OPENID,
    }
    assert sent["notify_url"].endswith("/wechatpay/notify")
    assert sent["spbill_create_ip"] == "127.0.0.1"
    expires = datetime.strptime(sent["time_expire"], "%Y%m%d%H%M%S").replace(tzinfo=UTC) - timedelta(hours=8)
    assert abs(expires - datetime.now(UTC) - timedelta(minutes=30)) < timedelta(seconds=10)


async def test_the_second_sign_is_over_the_five_camel_case_names(shop):
    """paySign as `wx.requestPayment` checks it; every argument is a string."""
    payment = (await shop.order())["payment"]
    assert sorted(payment) == ["nonceStr", "package", "paySign", "signType", "timeStamp"]
    assert all(isinstance(value, str) for value in payment.values())
    assert len(payment["timeStamp"]) == 10
    assert payment["package"].startswith("prepay_id=wx")
    given = payment.pop("paySign")
    assert given == signature({"appId": APPID, **payment})


async def test_hmac_orders_are_signed_with_hmac_throughout(open_a_shop, platform):
    """SHOP_SIGN_TYPE decides order and second sign; a notification's length tells its kind."""
    shop = await open_a_shop(sign_type="HMAC-SHA256")
    order = await shop.order()
    payment = dict(order["payment"])
    assert payment.pop("paySign") == signature({"appId": APPID, **payment}, hmac_sha256=True)
    assert await shop.notify(platform.notification(order["order_no"], hmac_sha256=True)) == ACKNOWLEDGED


async def test_a_long_title_is_cut_between_characters(shop, platform):
    """43 Chinese characters are 129 bytes; 42 fit."""
    await shop.order(title="茶" * 43)
    assert platform.sent_to("unifiedorder")[0]["body"] == "茶" * 42


async def test_a_code_works_once(shop):
    """The second login with a code is refused in the platform's words."""
    await shop.login()
    status, said = await shop.call("POST", "/login", code="code-1")
    assert (status, said["error"]) == (401, "40163")
    assert "code been used" in said["message"]


async def test_a_wrong_secret_is_the_shop_s_fault_not_the_buyer_s(open_a_shop):
    """What the buyer cannot mend is a 502."""
    shop = await open_a_shop(app_secret="0" * 32)
    status, said = await shop.call("POST", "/login", code="code-1")
    assert (status, said["error"]) == (502, "40125")


async def test_orders_need_a_session_and_belong_to_it(shop):
    """Without a token 401; another user's order is as good as none."""
    assert (await shop.call("POST", "/orders"))[0] == 401
    order = await shop.order()
    mine = await shop.call("GET", "/orders")
    assert [row["order_no"] for row in mine[1]] == [order["order_no"]]
    await shop.login("code-2")
    status, said = await shop.call("GET", f"/orders/{order['order_no']}")
    assert (status, said["error"]) == (404, "no-such-order")
    assert await shop.call("GET", "/orders") == (200, [])
    shop.token = "guessed"
    assert (await shop.call("GET", "/orders"))[0] == 401


async def test_the_openid_in_the_request_is_ignored(shop, platform):
    """Who pays is who logged in."""
    await shop.order(openid="oSANDB0XSOMEBODYELSEEEEE-_GG")
    assert platform.sent_to("unifiedorder")[0]["openid"] == OPENID


async def test_refusals_of_the_platform_reach_the_page_in_its_words(shop, platform):
    """return_code FAIL by its text, result_code FAIL by its code; the refused order waits for no payment."""
    await shop.login()
    platform.refuse["unifiedorder"] = {"return_code": "FAIL", "return_msg": "商户号mch_id与appid不匹配"}
    status, said = await shop.call("POST", "/orders")
    assert (status, said["error"]) == (502, "商户号mch_id与appid不匹配")
    platform.refuse["unifiedorder"] = {"result_code": "FAIL", "err_code": "NOAUTH", "err_code_des": "权限未开通。"}
    status, said = await shop.call("POST", "/orders")
    assert (status, said["error"]) == (409, "NOAUTH")
    assert "权限未开通。" in said["message"]
    assert {row["status"] for row in (await shop.call("GET", "/orders"))[1]} == {"closed"}


async def test_an_unsigned_reply_is_not_believed(shop, platform):
    """A prepay_id from somebody without the key is not handed to a phone."""
    await shop.login()
    platform.refuse["unifiedorder"] = {"return_code": "SUCCESS", "result_code": "SUCCESS", "prepay_id": "wx1"}
    status, said = await shop.call("POST", "/orders")
    assert (status, said["error"]) == (502, "reply-not-signed")


async def test_a_platform_that_is_down_is_a_502(open_a_shop):
    """The message names the address that did not answer."""
    shop = await open_a_shop(platform="http://127.0.0.1:9")
    status, said = await shop.call("POST", "/login", code="code-1")
    assert (status, said["error"]) == (502, "platform-unreachable")
    assert "http://127.0.0.1:9/sns/jscode2session" in said["message"]


async def test_bad_requests_say_what_was_expected_and_what_came(shop):
    """Wrong type, unknown item, unknown field, not JSON, not a JSON Content-Type, unknown path."""
    await shop.login()
    status, said = await shop.call("POST", "/orders", total="199.0")
    assert status == 400
    assert "Expected `int | null`, got `str` - at `$.total`" in said["message"]
    status, said = await shop.call("POST", "/orders", item="gold")
    assert (status, said["message"]) == (400, "item: expected one of tea, coffee, cake, came 'gold'")
    assert (await shop.call("POST", "/orders", price=1))[0] == 400
    assert (await shop.call("POST", "/orders", title="a\x00b"))[0] == 400
    async with shop.client.post("/login", data=b"{", headers={"Content-Type": "application/json"}) as response:
        assert response.status == 400
    async with shop.client.post(
        "/login", data=b'{"code":"code-2"}', headers={"Content-Type": "text/plain"}
    ) as response:
        assert "expected application/json, came text/plain" in (await response.json())["message"]
    assert (await shop.call("GET", "/nowhere"))[0] == 404


async def test_the_page_and_health_answer_without_a_session(shop):
    """What a browser and a process manager ask first."""
    assert await shop.call("GET", "/health") == (200, {"status": "ok"})
    async with shop.client.get("/") as response:
        assert response.status == 200
        page = await response.text()
    assert "龙井茶" in page
    assert KEY_NOT_SHOWN not in page


KEY_NOT_SHOWN = "sandboxAPIv2key"


async def test_orders_and_sessions_survive_a_restart(open_a_shop, platform, tmp_path):
    """With a file for a store, a second process goes on where the first stopped."""
    store = str(tmp_path / "shop.sqlite3")
    first = await open_a_shop(store=store)
    order = await first.order()
    second = await open_a_shop(store=store)
    second.token = first.token
    assert await second.notify(platform.notification(order["order_no"])) == ACKNOWLEDGED
    assert (await first.status(order["order_no"]))["status"] == "paid"
