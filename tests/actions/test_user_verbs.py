"""The payers and what their phones hand out."""

import base64
import json
from typing import Any

import msgspec
import pytest
from wire_phone import Phone

from sandbox.actions.verb import VerbError
from sandbox.gateway.wire import Wire
from sandbox.platform.tenants import NewTenant
from sandbox.protocol import session


async def exchange(phone: Phone, code: str) -> dict[str, Any]:
    """The code at jscode2session, as the shop's server does it."""
    app = phone.tenant.apps[phone.merchant.appid]
    target = f"/sns/jscode2session?appid={app.appid}&secret={app.secret}&js_code={code}&grant_type=authorization_code"
    wire = Wire(method="GET", path="/sns/jscode2session", target=target, base_url="http://127.0.0.1")
    reply = await phone.merchant.box.pipeline.serve(wire)
    answer: dict[str, Any] = json.loads(reply.body)
    return answer


async def test_a_login_code_is_accepted_once(phone: Phone) -> None:
    """It gives the openid that the phone already named; the second time 40163."""
    login = await phone.do("user.login")
    assert (login["user"], login["openid"]) == ("xiaoming", phone.openid)
    answer = await exchange(phone, login["code"])
    assert answer["openid"] == login["openid"]
    assert (await exchange(phone, login["code"]))["errcode"] == 40163


async def test_codes_are_fresh_each_time_and_the_same_under_one_seed(phone: Phone) -> None:
    """The n-th code depends on tenant, app, payer and n alone."""
    codes = [(await phone.do("user.login"))["code"] for _ in range(3)]
    assert len(set(codes)) == 3
    assert all(len(code) == 32 and code.startswith("0") for code in codes)
    await phone.do("tenants.reset")
    assert [(await phone.do("user.login"))["code"] for _ in range(3)] == codes


@pytest.mark.parametrize("name", ["xiaohong", "小红", "openid"])
async def test_a_payer_goes_by_id_nickname_or_openid(phone: Phone, name: str) -> None:
    """Whoever is named is whose code it is."""
    login = await phone.do("user.login", user=phone.other if name == "openid" else name)
    assert (login["user"], login["openid"]) == ("xiaohong", phone.other)


async def test_an_openid_brings_its_app(phone: Phone) -> None:
    """Without an appid the app is the one that the openid belongs to."""
    users = (await phone.do("user.list"))["users"]
    login = await phone.do("user.login", user=users[0]["openids"][phone.other_appid])
    assert login["appid"] == phone.other_appid


@pytest.mark.parametrize("args", [{"user": "nobody"}, {"appid": "wx0"}])
async def test_the_unknown_is_answered_with_what_there_is(phone: Phone, args: dict[str, str]) -> None:
    """404, naming the payers or the apps."""
    with pytest.raises(VerbError) as caught:
        await phone.do("user.login", **args)
    assert caught.value.status == 404
    assert ("xiaoming" in str(caught.value)) or (phone.merchant.appid in str(caught.value))


async def test_the_default_payer_is_listed_first(phone: Phone) -> None:
    """Two from the beginning, with purse and an openid under each app."""
    users = (await phone.do("user.list"))["users"]
    assert [user["id"] for user in users] == ["xiaoming", "xiaohong"]
    assert all(user["openids"].keys() == phone.tenant.apps.keys() for user in users)
    assert {user["balance"] for user in users} == {10_000_000}


async def test_a_new_payer_can_pay(phone: Phone) -> None:
    """With an openid under every app, that an order may name."""
    user = await phone.do("user.create", nickname="小刚", balance=199)
    assert user["openids"].keys() == phone.tenant.apps.keys()
    reply = await phone.order(openid=user["openids"][phone.merchant.appid])
    paid = await phone.request_payment(phone.launch(reply["prepay_id"]), user="小刚")
    assert (paid["paid"], paid["user"]) == (True, user["id"])
    assert (await phone.do("user.list"))["users"][1]["balance"] == 0


async def test_a_taken_id_is_refused(phone: Phone) -> None:
    """409; nobody is overwritten."""
    with pytest.raises(VerbError) as caught:
        await phone.do("user.create", id="xiaohong", balance=0)
    assert caught.value.status == 409
    assert (await phone.do("user.list"))["users"][1]["balance"] == 10_000_000


async def test_made_up_ids_step_aside_for_chosen_ones(phone: Phone) -> None:
    """payer1 may be somebody's choice already."""
    await phone.do("user.create", id="payer1")
    assert (await phone.do("user.create"))["id"] == "payer2"


async def test_a_payer_is_changed_in_part(phone: Phone) -> None:
    """What is not said stays; a blocked one cannot log in."""
    changed = await phone.do("user.change", id="小明", blocked=True, cards=["CMB_DEBIT"])
    assert (changed["blocked"], changed["cards"], changed["nickname"]) == (True, ["CMB_DEBIT"], "小明")
    code = (await phone.do("user.login"))["code"]
    assert (await exchange(phone, code))["errcode"] == 40226


async def test_a_negative_purse_is_refused(phone: Phone) -> None:
    """Money is whole fen, not less than none."""
    with pytest.raises(msgspec.ValidationError):
        await phone.do("user.change", id="xiaoming", balance=-1)


async def test_a_phone_code_needs_a_phone_number(phone: Phone) -> None:
    """64 hex digits for who has one; 409 for who has none."""
    assert len((await phone.do("user.phone_code"))["code"]) == 64
    await phone.do("user.change", id="xiaoming", phone="")
    with pytest.raises(VerbError) as caught:
        await phone.do("user.phone_code")
    assert caught.value.status == 409


async def test_an_oauth_code_carries_its_scope(phone: Phone) -> None:
    """What the payer agreed to is kept with the code."""
    code = (await phone.do("user.oauth_code", scope="snsapi_userinfo"))["code"]
    with phone.tenant.transaction() as tx:
        kept = tx.code(code)
    assert kept is not None
    assert (kept.kind, kept.scope, kept.user) == ("oauth", "snsapi_userinfo", "xiaoming")


async def test_open_data_fits_the_session(phone: Phone) -> None:
    """What is encrypted and signed opens and verifies with the key that jscode2session gave."""
    with pytest.raises(VerbError) as caught:
        await phone.do("user.data")
    assert (caught.value.status, caught.value.code) == (409, "no-session")
    key = (await exchange(phone, (await phone.do("user.login"))["code"]))["session_key"]
    data = await phone.do("user.data")
    plain = session.decrypt(data["encryptedData"], key, base64.b64decode(data["iv"]))
    assert plain["openId"] == phone.openid
    assert plain["nickName"] == "小明"
    assert plain["watermark"] == {"timestamp": 1767225600, "appid": phone.merchant.appid}
    assert session.user_signature(data["rawData"], key) == data["signature"]
    assert json.loads(data["rawData"]).items() <= plain.items()
    number = await phone.do("user.data", kind="phone_number")
    plain = session.decrypt(number["encryptedData"], key, base64.b64decode(number["iv"]))
    assert (plain["purePhoneNumber"], plain["countryCode"]) == ("13800000001", "86")
    assert number["iv"] != data["iv"]


async def test_unionid_is_for_apps_of_an_open_platform_account(phone: Phone) -> None:
    """Without the binding it is not among the data."""
    key = (await exchange(phone, (await phone.do("user.login"))["code"]))["session_key"]
    for bound in (True, False):
        app = phone.tenant.apps[phone.merchant.appid]
        phone.tenant.change_app(msgspec.structs.replace(app, open_platform=bound))
        data = await phone.do("user.data")
        plain = session.decrypt(data["encryptedData"], key, base64.b64decode(data["iv"]))
        assert ("unionId" in plain) is bound


async def test_paying_by_a_handle_says_that_nothing_was_checked(phone: Phone) -> None:
    """By number, prepay_id or code_url; the payer is whom the order names."""
    await phone.order("T1", openid=phone.other)
    paid = await phone.do("user.pay", out_trade_no="T1")
    assert (paid["paid"], paid["user"]) == (True, "xiaohong")
    assert "paySign was not checked" in paid["note"]
    prepay_id = (await phone.order("T2"))["prepay_id"]
    assert (await phone.do("user.pay", prepay_id=prepay_id))["user"] == "xiaoming"
    code_url = (await phone.order("T3", trade_type="NATIVE", openid=None))["code_url"]
    assert (await phone.do("user.pay", code_url=code_url))["paid"] is True


async def test_paying_with_launch_parameters_checks_them(phone: Phone) -> None:
    """The same as wx.requestPayment."""
    params = phone.launch((await phone.order())["prepay_id"])
    wrong = await phone.do("user.pay", params={**params, "paySign": "0" * 32})
    assert (wrong["dialog"], wrong["paid"], "note" in wrong) == ("支付验证签名失败", False, False)
    assert (await phone.do("user.pay", params=params, openid=phone.openid))["paid"] is True


@pytest.mark.parametrize("args", [{}, {"prepay_id": "wx1", "out_trade_no": "T1"}])
async def test_paying_needs_exactly_one_handle(phone: Phone, args: dict[str, str]) -> None:
    """None and two are refused by name."""
    with pytest.raises(VerbError, match="exactly one of"):
        await phone.do("user.pay", **args)


async def test_an_unknown_code_url_is_404(phone: Phone) -> None:
    """As an unknown number is."""
    with pytest.raises(VerbError) as caught:
        await phone.do("user.pay", code_url="weixin://wxpay/bizpayurl?pr=nobody")
    assert caught.value.status == 404


async def test_watchers_hear_of_payments(phone: Phone) -> None:
    """One event for a payment that failed, one for the one that went through."""
    params = phone.launch((await phone.order())["prepay_id"])
    async with phone.merchant.box.watchers.listen(lambda event: event.kind == "payment") as events:
        await phone.request_payment(params, action="cancel")
        await phone.request_payment(params)
        texts = [(await anext(events)).text for _ in range(2)]
    assert texts == ["xiaoming T1 PAYMENT_CANCELLED", "xiaoming T1 paid"]


async def test_an_order_of_another_tenant_cannot_be_paid(phone: Phone) -> None:
    """Tenants share nothing."""
    await phone.order()
    box = phone.merchant.box
    stranger = Phone(type(phone.merchant)(box, box.tenants.create(NewTenant(), "8")))
    with pytest.raises(VerbError) as caught:
        await stranger.do("user.pay", out_trade_no="T1")
    assert caught.value.status == 404
