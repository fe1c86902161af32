"""Phone numbers, sessions, messages, unionids and shipping: what they answer and what they insist on."""

import re
from typing import Any

import pytest

MINUTE = 60_000

FITTING = {
    "thing1": "茶叶一罐",
    "number2": "42.5",
    "letter3": "ABC",
    "symbol4": "￥",
    "character_string5": "T2026000001-A",
    "time6": "2026年1月1日 15:01",
    "date7": "2026年1月1日",
    "amount8": "￥1.99元",
    "phone_number9": "+86-0766-66888866",
    "car_number10": "粤A8Z888挂",
    "name11": "张三",
    "phrase12": "已支付",
}
UNFITTING = {
    "thing1": "茶" * 21,
    "number2": "four",
    "letter3": "A1",
    "symbol4": "a",
    "character_string5": "订单",
    "time6": "noon",
    "date7": "today",
    "amount8": "1.9.9",
    "phone_number9": "1" * 18,
    "car_number10": "粤A8Z888挂车",
    "name11": "一二三四五六七八九十一",
    "phrase12": "已支付完成了",
    "nothing13": "x",
}


async def sent(backend: Any, data: Any, **more: Any) -> Any:
    """One subscribe message."""
    body = {"touser": backend.openid, "template_id": "T1", "data": data, **more}
    query = {"access_token": await backend.token()}
    return await backend.call("POST", "/cgi-bin/message/subscribe/send", query, body)


async def phone(backend: Any, code: str, **more: Any) -> Any:
    """One exchange of the phone button's code."""
    query = {"access_token": await backend.token()}
    return await backend.call("POST", "/wxa/business/getuserphonenumber", query, {"code": code, **more})


async def test_the_phone_number_comes_with_a_watermark(backend: Any) -> None:
    """errcode, errmsg, phone_info, in this order; the watermark names appid and second."""
    got = await phone(backend, backend.code("phone"), openid=backend.openid)

    assert list(got) == ["errcode", "errmsg", "phone_info"]
    assert got["phone_info"] == {
        "phoneNumber": "13800000001",
        "purePhoneNumber": "13800000001",
        "countryCode": 86,
        "watermark": {"timestamp": backend.tenant.clock.now() // 1000, "appid": backend.app.appid},
    }


async def test_a_login_code_buys_no_phone_number(backend: Any) -> None:
    """40029 with the older mark before the rid; the diagnosis says where such a code belongs."""
    got = await phone(backend, backend.code())

    rid = r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}"
    assert got["errcode"] == 40029
    assert re.fullmatch(rf"invalid code hint: \[[A-Za-z0-9]{{16}}\] rid: {rid}", got["errmsg"])
    assert "exchange it at /sns/jscode2session" in list(backend.tenant.journal)[-1].diagnosis.summary


async def test_a_phone_code_works_once_and_for_its_own_user(backend: Any) -> None:
    """A second time is 40029 (no code of its own is documented); another user's openid is 40003."""
    code = backend.code("phone")
    first = [(await phone(backend, code))["errcode"], (await phone(backend, code))["errcode"]]
    other = backend.user("xiaohong").openid(backend.app.appid)

    assert first == [0, 40029]
    assert (await phone(backend, backend.code("phone"), openid=other))["errcode"] == 40003


async def test_checksession_needs_the_latest_session_key(backend: Any) -> None:
    """A signature with the rotated-away key is 87009, and so is one for a user who never logged in."""
    import hmac

    backend.tenant.change_settings({"login.rotate_session_key": True})
    query = {"access_token": await backend.token(), "openid": backend.openid, "sig_method": "hmac_sha256"}
    before = await backend.get("/wxa/checksession", **query, signature="0" * 64)
    keys = [(await backend.login(backend.code()))["session_key"] for _ in range(2)]
    signatures = [hmac.new(key.encode(), b"", "sha256").hexdigest() for key in keys]

    answers = [await backend.get("/wxa/checksession", **query, signature=signature) for signature in signatures]

    assert [before["errcode"], *(answer["errcode"] for answer in answers)] == [87009, 87009, 0]
    assert answers[1] == {"errcode": 0, "errmsg": "ok"}


async def test_a_message_of_every_kind_is_accepted(backend: Any) -> None:
    """The documented kinds of values, each with a sample that fits."""
    got = await sent(backend, {key: {"value": value} for key, value in FITTING.items()})

    assert (got["errcode"], got["errmsg"]) == (0, "ok")


@pytest.mark.parametrize("key", UNFITTING)
async def test_a_value_that_does_not_fit_is_named(backend: Any, key: str) -> None:
    """47003 with the path of the first bad value."""
    got = await sent(backend, {"thing99": {"value": "茶叶"}, key: {"value": UNFITTING[key]}})

    assert got["errcode"] == 47003
    assert got["errmsg"].startswith(f"argument invalid! data.{key}.value rid: ")


@pytest.mark.parametrize(
    "data", ['{"thing1":{"value":"x"}}', None, {}, [], {"thing1": "x"}, {"thing1": {"value": True}}]
)
async def test_data_must_be_an_object_of_objects(backend: Any, data: Any) -> None:
    """A JSON string in its place is the classic mistake."""
    assert (await sent(backend, data))["errcode"] == 47003


@pytest.mark.parametrize(
    ("more", "errcode"),
    [
        ({"page": "pages/order/index?id=1"}, 0),
        ({"page": "/pages/order"}, 41030),
        ({"miniprogram_state": "trial"}, 0),
        ({"miniprogram_state": "beta"}, 47003),
        ({"template_id": ""}, 40037),
    ],
)
async def test_where_a_message_leads(backend: Any, more: dict[str, Any], errcode: int) -> None:
    """Page, state and template are checked."""
    assert (await sent(backend, {"thing1": {"value": "x"}}, **more))["errcode"] == errcode


async def test_an_openid_of_another_app_is_refused_and_explained(backend: Any) -> None:
    """40003; the diagnosis names the app it belongs to."""
    other = backend.user().openid(backend.other_app.appid)

    assert (await sent(backend, {"thing1": {"value": "x"}}, touser=other))["errcode"] == 40003
    assert backend.other_app.appid in list(backend.tenant.journal)[-1].diagnosis.summary


async def paid(backend: Any, merchant: Any) -> str:
    """An order of the first payer, paid; its transaction_id."""
    merchant.openids = [backend.openid]
    return str(await merchant.pay("T2026000001"))


@pytest.mark.parametrize("by", ["transaction_id", "out_trade_no", "nothing"])
async def test_a_payment_tells_the_unionid_for_five_minutes(backend: Any, merchant: Any, by: str) -> None:
    """By either number or by none; of the payer only, and not a millisecond longer."""
    transaction_id = await paid(backend, merchant)
    number: dict[str, str] = {
        "transaction_id": {"transaction_id": transaction_id},
        "out_trade_no": {"mch_id": merchant.mch_id, "out_trade_no": "T2026000001"},
        "nothing": {},
    }[by]
    query = {"access_token": await backend.token(), **number}
    path = "/wxa/getpaidunionid"
    await backend.wait(5 * MINUTE - 1)

    mine = await backend.get(path, **query, openid=backend.openid)
    other = await backend.get(path, **query, openid=backend.user("xiaohong").openid(backend.app.appid))
    await backend.wait(1)
    late = await backend.get(path, **query, openid=backend.openid)

    assert mine == {"unionid": backend.user().unionid, "errcode": 0, "errmsg": "ok"}
    assert (other["errcode"], late["errcode"]) == (89300, 89300)


async def ship(backend: Any, key: dict[str, Any], number: str = "SF1", **more: Any) -> int:
    """One shipping report; its errcode."""
    parcel = {"tracking_no": number, "express_company": "SF", "item_desc": "茶叶*1"}
    body = {
        "order_key": key,
        "logistics_type": 1,
        "delivery_mode": 1,
        "shipping_list": [parcel],
        "upload_time": "2026-01-01T13:29:35.120+08:00",
        "payer": {"openid": backend.openid},
        **more,
    }
    query = {"access_token": await backend.token()}
    got = await backend.call("POST", "/wxa/sec/order/upload_shipping_info", query, body)
    return int(got["errcode"])


async def test_shipping_can_be_changed_once(backend: Any, merchant: Any) -> None:
    """First report, the same again, one change, one more: by either of the order's numbers."""
    by_transaction = {"order_number_type": 2, "transaction_id": await paid(backend, merchant)}
    by_merchant = {"order_number_type": 1, "mchid": merchant.mch_id, "out_trade_no": "T2026000001"}

    codes = [
        await ship(backend, by_transaction),
        await ship(backend, by_transaction),
        await ship(backend, by_merchant, "SF2"),
        await ship(backend, by_merchant, "SF3"),
    ]

    assert codes == [0, 10060023, 0, 10060003]


async def test_parcels_may_follow_until_all_are_reported(backend: Any, merchant: Any) -> None:
    """A split delivery goes on until it says that it is complete."""
    key = {"order_number_type": 2, "transaction_id": await paid(backend, merchant)}
    split = {"delivery_mode": 2, "is_all_delivered": False}

    codes = [await ship(backend, key, f"SF{n}", **split) for n in range(3)]
    codes.append(await ship(backend, key, "SF4", delivery_mode=2, is_all_delivered=True))
    codes.append(await ship(backend, key, "SF5", **split))

    assert codes == [0, 0, 0, 0, 10060002]


async def test_an_unpaid_order_has_no_shipping(backend: Any, merchant: Any) -> None:
    """10060001 until it is paid."""
    await merchant.post("/pay/unifiedorder", merchant.order("T2026000001"))

    key = {"order_number_type": 1, "mchid": merchant.mch_id, "out_trade_no": "T2026000001"}
    assert await ship(backend, key) == 10060001


async def test_virtual_goods_need_no_carrier(backend: Any, merchant: Any) -> None:
    """logistics_type 3 goes without tracking_no and express_company."""
    key = {"order_number_type": 2, "transaction_id": await paid(backend, merchant)}

    assert await ship(backend, key, logistics_type=3, shipping_list=[{"item_desc": "话费充值"}]) == 0
