"""Paying again, changed carts, and API keys that change."""

from fake_platform import APPID, signature

NEW_KEY = "N" * 32
KEY = "sandboxAPIv2key0sandboxAPIv2key0"


async def test_paying_again_asks_for_the_same_order_and_gets_a_new_prepay_id(shop, platform):
    """Nothing but nonce and sign may differ, or the platform refuses the number."""
    order = await shop.order(title="茶", total=199)
    status, again = await shop.call("POST", f"/orders/{order['order_no']}/pay")
    assert (status, again["order_no"]) == (200, order["order_no"])
    assert again["payment"]["package"] != order["payment"]["package"]
    first, second = platform.sent_to("unifiedorder")
    assert {name for name in first if first[name] != second[name]} == {"nonce_str", "sign"}


async def test_a_changed_cart_is_another_order_and_the_old_one_is_closed(shop, platform):
    """The old number could still be paid otherwise."""
    old = (await shop.order(total=199))["order_no"]
    status, new = await shop.call("POST", f"/orders/{old}/pay", total=299)
    assert (status, new["total"]) == (200, 299)
    assert new["order_no"] != old
    assert [call for call, _ in platform.bodies] == ["unifiedorder", "closeorder", "unifiedorder"]
    assert (await shop.status(old))["status"] == "closed"


async def test_a_cart_whose_old_order_was_just_paid_is_not_ordered_again(shop, platform):
    """Closing tells that it is paid; the answer is the platform's."""
    old = (await shop.order(total=199))["order_no"]
    platform.refuse["closeorder"] = {"result_code": "FAIL", "err_code": "ORDERPAID", "err_code_des": "该订单已支付"}
    status, said = await shop.call("POST", f"/orders/{old}/pay", total=299)
    assert (status, said["error"]) == (409, "ORDERPAID")
    assert len(platform.sent_to("unifiedorder")) == 1


async def test_an_order_whose_time_is_over_is_ordered_anew(shop, platform):
    """ORDERCLOSED on paying again gives a new number for the same cart."""
    old = await shop.order(title="茶", total=199)
    closed = {"result_code": "FAIL", "err_code": "ORDERCLOSED", "err_code_des": "订单已关闭"}
    unifiedorder = platform.unifiedorder
    platform.unifiedorder = lambda sent: closed if sent["out_trade_no"] == old["order_no"] else unifiedorder(sent)
    status, new = await shop.call("POST", f"/orders/{old['order_no']}/pay")
    assert (status, new["total"]) == (200, 199)
    assert new["order_no"] != old["order_no"]


async def test_a_paid_order_is_not_ordered_again(shop, platform):
    """The shop knows, and asks nobody."""
    number = (await shop.order())["order_no"]
    await shop.notify(platform.notification(number))
    status, said = await shop.call("POST", f"/orders/{number}/pay")
    assert (status, said["error"]) == (409, "already-paid")
    assert len(platform.bodies) == 1


async def test_the_old_key_serves_until_the_new_one_is_in_force(shop, platform):
    """Orders, second signs and notifications work before and after the platform changes over."""
    assert await shop.call("POST", "/keys", api_key=NEW_KEY) == (200, {"keys": 2})
    before = (await shop.order())["order_no"]
    assert (await shop.notify(platform.notification(before, key=KEY)))[1].count("SUCCESS") == 1
    platform.key = NEW_KEY
    after = (await shop.order())["order_no"]
    assert (await shop.notify(platform.notification(after, key=NEW_KEY)))[1].count("SUCCESS") == 1


async def test_the_second_sign_is_made_with_the_key_that_the_order_was(shop, platform):
    """A page signed with a key that is not yet in force would be refused on the phone."""
    await shop.call("POST", "/keys", api_key=NEW_KEY)
    payment = dict((await shop.order())["payment"])
    assert payment.pop("paySign") == signature({"appId": APPID, **payment}, KEY)


async def test_only_the_two_newest_keys_are_kept_and_entering_one_twice_is_once(shop):
    """The configured key, then a newer one twice, then a third."""
    for key, kept in ((NEW_KEY, 2), (NEW_KEY, 2), ("M" * 32, 2)):
        assert await shop.call("POST", "/keys", api_key=key) == (200, {"keys": kept})
    status, said = await shop.call("POST", "/orders")
    assert status == 401, said
    await shop.login()
    status, said = await shop.call("POST", "/orders")
    assert (status, said["error"]) == (502, "签名错误，请检查后再试")


async def test_a_key_of_the_wrong_form_is_not_entered(shop):
    """32 letters and digits; a stray blank is the commonest cause of wrong signs."""
    status, said = await shop.call("POST", "/keys", api_key=NEW_KEY[:-1] + " ")
    assert status == 400
    assert "$.api_key" in said["message"]
