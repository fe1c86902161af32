"""Cashiers that stay open until somebody acts."""

import asyncio

import msgspec
import pytest
from wire_phone import HOUR, Phone

from sandbox.actions.verb import VerbError
from sandbox.phone.pending import KEPT, LIFETIME


async def opened(phone: Phone, out_trade_no: str = "T1") -> dict[str, object]:
    """An order, and its cashier on 小明's phone."""
    prepay_id = (await phone.order(out_trade_no))["prepay_id"]
    return await phone.do("cashier.open", params=phone.launch(prepay_id), user="xiaoming")


async def test_a_cashier_shows_whom_and_how_much_and_moves_nothing(phone: Phone) -> None:
    """Merchant, description and amount are there; the order stays unpaid until the payer acts."""
    cashier = await opened(phone)

    assert cashier["open"] is True
    assert (cashier["total"], cashier["description"]) == (199, "茶叶一罐")
    assert cashier["merchant"] == phone.tenant.merchants[phone.merchant.mch_id].name
    assert "outcome" not in cashier
    assert await phone.state() == "NOTPAY"


async def test_the_right_password_pays(phone: Phone) -> None:
    """The page hears ok, as from request-payment, and the cashier is closed for good."""
    id = (await opened(phone))["id"]
    after = await phone.do("cashier.act", id=id, password="123456")

    assert after["open"] is False
    assert after["outcome"]["errMsg"] == "requestPayment:ok"
    assert after["outcome"]["paid"] is True
    assert await phone.state() == "SUCCESS"
    with pytest.raises(VerbError, match="closed"):
        await phone.do("cashier.act", id=id)


async def test_a_wrong_password_leaves_it_open_and_the_page_hears_nothing(phone: Phone) -> None:
    """The dialog shows; typing it rightly afterwards pays."""
    id = (await opened(phone))["id"]
    wrong = await phone.do("cashier.act", id=id, password="000000")

    assert (wrong["open"], wrong["dialog"]) == (True, "支付密码错误，请重试")
    assert "outcome" not in wrong
    assert (await phone.do("cashier.act", id=id, password="123456"))["outcome"]["paid"] is True


async def test_a_password_is_the_payers_own_and_counts_at_once(phone: Phone) -> None:
    """Changed while the cashier is open, the old one is wrong."""
    id = (await opened(phone))["id"]
    await phone.do("user.change", id="xiaoming", password="654321")

    assert (await phone.do("cashier.act", id=id, password="123456"))["open"] is True
    assert (await phone.do("cashier.act", id=id, password="654321"))["outcome"]["paid"] is True


async def test_an_empty_purse_can_be_filled_at_the_open_cashier(phone: Phone) -> None:
    """The dialog shows, and once the money is there the same cashier takes it."""
    await phone.do("user.change", id="xiaoming", balance=1)
    id = (await opened(phone))["id"]

    poor = await phone.do("cashier.act", id=id, password="123456")
    assert (poor["open"], poor["dialog"]) == (True, "零钱余额不足，请更换支付方式")
    await phone.do("user.change", id="xiaoming", balance=199)
    assert (await phone.do("cashier.act", id=id, password="123456"))["outcome"]["paid"] is True


async def test_leaving_is_a_cancellation(phone: Phone) -> None:
    """The page hears fail cancel, the order stays payable."""
    id = (await opened(phone))["id"]
    left = await phone.do("cashier.act", id=id, action="cancel")

    assert left["outcome"]["errMsg"] == "requestPayment:fail cancel"
    assert await phone.state() == "NOTPAY"


async def test_what_fails_the_checks_ends_at_once_as_request_payment_does(phone: Phone) -> None:
    """The same errMsg, dialog and explanation as from the call that pays in one go."""
    prepay_id = (await phone.order())["prepay_id"]
    params = {**phone.launch(prepay_id), "nonceStr": "another"}
    refused = await phone.do("cashier.open", params=params)
    at_once = await phone.request_payment(params)

    assert refused["open"] is False
    assert refused["dialog"] == "支付验证签名失败"
    assert refused["outcome"] == at_once


async def test_everything_is_checked_anew_when_the_payer_acts(phone: Phone) -> None:
    """A cashier that stood open for two hours of the tenant's time says that the order is too old."""
    id = (await opened(phone))["id"]
    await phone.advance(2 * HOUR)

    late = await phone.do("cashier.act", id=id, password="123456")
    assert (late["open"], late["dialog"]) == (False, "该订单已过期，请重新下单")
    assert late["outcome"]["err_code"] == "2"


async def test_a_page_waits_for_the_person(phone: Phone) -> None:
    """The long poll answers as soon as the payer is through, and after its time with an open cashier."""
    id = (await opened(phone))["id"]
    assert (await phone.do("cashier.wait", id=id, seconds=0))["open"] is True

    waiting = asyncio.create_task(phone.do("cashier.wait", id=id, seconds=30))
    await asyncio.sleep(0)
    await phone.do("cashier.act", id=id, action="cancel")
    assert (await asyncio.wait_for(waiting, 5))["outcome"]["paid"] is False


async def test_a_scanned_code_an_h5_link_and_an_app_open_cashiers_too(phone: Phone) -> None:
    """Each ends in its own words: a screen for who scans, errCode for an App, the way back for H5."""
    native = await phone.order("N1", trade_type="NATIVE", openid=None, product_id="p")
    h5 = await phone.order("H1", trade_type="MWEB", openid=None)
    app = await phone.order("A1", trade_type="APP", openid=None)
    url = f"{h5['mweb_url']}&redirect_url=http%3A%2F%2F127.0.0.1%2Fdone"

    for given, kind, ends in (
        ({"code_url": native["code_url"]}, "scan", {"errMsg": None}),
        ({"mweb_url": url, "referer": "http://127.0.0.1/"}, "h5", {"redirect_url": "http://127.0.0.1/done"}),
        ({"payreq": phone.payreq(app["prepay_id"])}, "app", {"errCode": 0}),
    ):
        cashier = await phone.do("cashier.open", **given)
        assert (cashier["kind"], cashier["open"], cashier["total"]) == (kind, True, 199)
        paid = (await phone.do("cashier.act", id=cashier["id"], password="123456"))["outcome"]
        assert paid["paid"] is True
        assert {name: paid.get(name) for name in ends} == ends


async def test_who_opens_a_code_first_has_it(phone: Phone) -> None:
    """A second payer is told to order anew while the first has not even paid."""
    native = await phone.order("N1", trade_type="NATIVE", openid=None, product_id="p")
    await phone.do("cashier.open", code_url=native["code_url"], user="xiaoming")

    second = await phone.do("cashier.open", code_url=native["code_url"], user="xiaohong")
    assert second["dialog"] == "商家订单信息有误，请重新下单支付"


async def test_exactly_one_way_in(phone: Phone) -> None:
    """None and two are refused with the names."""
    for given in ({}, {"code_url": "weixin://x", "mweb_url": "https://x"}):
        with pytest.raises(VerbError, match="exactly one of params, code_url, mweb_url and payreq"):
            await phone.do("cashier.open", **given)


async def test_the_oldest_make_room_and_were_left(phone: Phone) -> None:
    """A tenant keeps fifty; who waits at the one that goes hears of a cancellation."""
    params = phone.launch((await phone.order())["prepay_id"])
    first = await phone.do("cashier.open", params=params)
    waiting = asyncio.create_task(phone.do("cashier.wait", id=first["id"], seconds=30))
    await asyncio.sleep(0)
    for _ in range(KEPT):
        await phone.do("cashier.open", params=params)

    kept = (await phone.do("cashier.list"))["cashiers"]
    assert len(kept) == KEPT
    assert first["id"] not in {one["id"] for one in kept}
    assert (await asyncio.wait_for(waiting, 5))["outcome"]["errMsg"] == "requestPayment:fail cancel"


async def test_half_an_hour_later_it_is_forgotten(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """In real time: a person sits before the screen."""
    id = (await opened(phone))["id"]
    wall = phone.tenant.wall
    now = wall.monotonic()
    monkeypatch.setattr(wall, "monotonic", lambda: now + LIFETIME + 1)

    with pytest.raises(VerbError, match="half an hour"):
        await phone.do("cashier.get", id=id)


async def test_a_reset_empties_the_phone(phone: Phone) -> None:
    """Nobody stands at a cashier of an order that is gone."""
    await opened(phone)
    await phone.do("tenants.reset")
    assert (await phone.do("cashier.list"))["cashiers"] == []


@pytest.mark.parametrize("password", ["12345", "1234567", "12345a", "１２３４５６"])
async def test_a_password_has_six_digits(phone: Phone, password: str) -> None:
    """Anything else is refused when it is set."""
    with pytest.raises(msgspec.ValidationError):
        await phone.do("user.change", id="xiaoming", password=password)


async def test_watchers_hear_of_every_step(phone: Phone) -> None:
    """Opened, mistyped, paid: one event each, which names the cashier."""
    async with phone.merchant.box.watchers.listen(lambda event: event.kind == "cashier") as events:
        id = (await opened(phone))["id"]
        await phone.do("cashier.act", id=id, password="000000")
        await phone.do("cashier.act", id=id, password="123456")
        heard = [await anext(events) for _ in range(3)]

    assert {event.id for event in heard} == {id}
    assert [event.text.rsplit(" ", 1)[1] for event in heard] == ["open", "WRONG_PASSWORD", "paid"]


async def test_a_card_pays_where_the_purse_is_empty_and_gets_its_refund(phone: Phone) -> None:
    """The purse is not asked, nor given back to; the refund names the card."""
    await phone.do("user.change", id="xiaoming", balance=1, cards=["招商银行信用卡0403"])
    id = (await opened(phone))["id"]
    paid = await phone.do("cashier.act", id=id, password="123456", card="招商银行信用卡0403")
    assert paid["outcome"]["paid"] is True

    refund = await phone.do("console.refund", out_trade_no="T1")
    await phone.advance(5000)
    assert refund["received_account"] == "招商银行信用卡0403"
    (payer,) = (one for one in (await phone.do("user.list"))["users"] if one["id"] == "xiaoming")
    assert payer["balance"] == 1


async def test_only_cards_that_the_payer_has(phone: Phone) -> None:
    """Another one is refused with those there are, and the cashier stays open."""
    id = (await opened(phone))["id"]
    await phone.do("user.change", id="xiaoming", cards=["招商银行信用卡0403"])
    with pytest.raises(VerbError, match="no card 'x'; there are 招商银行信用卡0403"):
        await phone.do("cashier.act", id=id, card="x")
    assert (await phone.do("cashier.get", id=id))["open"] is True


async def test_a_follower_is_told_apart(phone: Phone) -> None:
    """is_subscribe is Y in the query of what they paid, N in that of what they paid before."""
    await phone.order("T1")
    await phone.do("user.pay", out_trade_no="T1")
    await phone.do("user.change", id="xiaoming", subscribed=True)
    await phone.order("T2")
    await phone.do("user.pay", out_trade_no="T2")

    said = [await phone.merchant.post("/pay/orderquery", phone.merchant.query(out_trade_no=n)) for n in ("T1", "T2")]
    assert [one["is_subscribe"] for one in said] == ["N", "Y"]
