"""Combined orders: placed, repeated, paid, queried, closed and told of as one, and seen by nobody else."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from v3_requests import C, Combiner

from sandbox.actions.open_h5 import OpenH5, open_h5
from sandbox.actions.pay import Pay, pay
from sandbox.actions.request_payment import RequestPayment, request_payment
from sandbox.actions.scan import Scan, scan
from sandbox.app import Sandbox
from sandbox.platform.tenants import Tenant

PATH = "/v3/combine-transactions"
QUERY = f"{PATH}/out-trade-no/{C}"


@pytest.fixture
def shop(box: Sandbox, tenant: Tenant) -> Combiner:
    """The tenant's first merchant, combining."""
    return Combiner(box, tenant)


async def test_one_payment_pays_all_parts(shop: Combiner) -> None:
    """The payer is charged the sum once; each part has a number of the platform's and the state SUCCESS."""
    _, placed = await shop.call("POST", f"{PATH}/jsapi", shop.combined())

    result: Any = await pay.run(shop.box.desk(shop.tenant), Pay(prepay_id=placed["prepay_id"]))
    status, body = await shop.call("GET", QUERY)

    assert (result.paid, result.user, result.out_trade_no) == (True, "xiaoming", C)
    assert status == 200
    assert body["combine_payer_info"] == {"openid": shop.openids[1]}
    parts = body["sub_orders"]
    assert [(one["mchid"], one["trade_state"]) for one in parts] == [(shop.mchid, "SUCCESS"), (shop.other, "SUCCESS")]
    assert len({one["transaction_id"] for one in parts}) == 2
    assert parts[1]["amount"] == {
        "currency": "CNY", "payer_amount": 200, "payer_currency": "CNY", "total_amount": 200,
    }  # fmt: skip
    with shop.tenant.transaction() as tx:
        payer = tx.user("xiaoming")
        assert payer is not None
        assert payer.balance == 100_000_00 - 300


async def test_only_a_combined_query_sees_it(shop: Combiner, merchant: Any) -> None:
    """Neither number is known to ordinary queries and closes of either dialect (doc 4013421298)."""
    await shop.call("POST", f"{PATH}/jsapi", shop.combined())

    ordinary = "/v3/pay/transactions/out-trade-no"
    asked = [await shop.call("GET", f"{ordinary}/{number}?mchid={shop.mchid}") for number in (C, "S2026000001")]
    closed = await shop.call("POST", f"{ordinary}/S2026000001/close", {"mchid": shop.mchid})
    by_v2 = [
        await merchant.post(f"/pay/{verb}", merchant.query(out_trade_no="S2026000001"))
        for verb in ("orderquery", "closeorder")
    ]

    assert asked == [(404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"})] * 2
    assert closed == (404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"})
    assert [one["err_code"] for one in by_v2] == ["ORDERNOTEXIST"] * 2


async def test_a_merchant_of_a_part_does_not_see_the_whole(shop: Combiner) -> None:
    """The number belongs to who combined; the codes of these endpoints are spelled as in v2."""
    await shop.call("POST", f"{PATH}/jsapi", shop.combined())

    answer = await Combiner(shop.box, shop.tenant, shop.other).call("GET", QUERY)

    assert answer == (404, {"code": "ORDERNOTEXIST", "message": "订单不存在"})


async def test_an_unpaid_one_has_no_payment(shop: Combiner) -> None:
    """NOTPAY for every part, and no payer."""
    await shop.call("POST", f"{PATH}/jsapi", shop.combined(scene_info={"payer_client_ip": "::1", "device_id": "7"}))

    _, body = await shop.call("GET", QUERY)

    assert "combine_payer_info" not in body
    assert body["scene_info"] == {"device_id": "7"}
    assert [one["trade_state"] for one in body["sub_orders"]] == ["NOTPAY", "NOTPAY"]
    assert not {"transaction_id", "success_time", "bank_type"} & set(body["sub_orders"][0])


async def test_closing_names_every_part_and_counts_once(shop: Combiner) -> None:
    """A list that is not the ordered one is refused; in another order it is fine; closed again is refused."""
    await shop.call("POST", f"{PATH}/jsapi", shop.combined())
    one, two = shop.names()

    answers = [
        await shop.call("POST", f"{QUERY}/close", {"combine_appid": shop.appid, "sub_orders": names})
        for names in ([one], [one, two, two], [two, one], [one, two])
    ]
    _, body = await shop.call("GET", QUERY)
    again = await shop.call("POST", f"{PATH}/jsapi", shop.combined())

    differs = {"code": "INVALID_REQUEST", "message": "输入的请求非法，请求关单的子单信息与下单时的子单信息不一致"}
    closed = {"code": "ORDER_CLOSED", "message": "订单已关闭"}
    assert answers == [(400, differs), (400, differs), (204, None), (400, closed)]
    assert [part["trade_state"] for part in body["sub_orders"]] == ["CLOSED", "CLOSED"]
    assert again == (400, closed)


async def test_repeated_the_same_it_renews_changed_it_is_refused(shop: Combiner) -> None:
    """A new prepay_id for the same request; other settle_info has a text of its own."""
    first = await shop.call("POST", f"{PATH}/jsapi", shop.combined())
    second = await shop.call("POST", f"{PATH}/jsapi", shop.combined())
    parts = shop.combined()["sub_orders"]
    shared = [{**one, "settle_info": {"profit_sharing": True}} for one in parts]
    settle = await shop.call("POST", f"{PATH}/jsapi", shop.combined(sub_orders=shared))
    dearer = await shop.call("POST", f"{PATH}/jsapi", shop.combined(sub_orders=[parts[0], {**parts[1], "attach": "b"}]))

    assert (first[0], second[0]) == (200, 200)
    assert first[1] != second[1]
    assert settle == (400, {"code": "INVALID_REQUEST", "message": "重复下单且结算信息不一致"})
    assert dearer == (400, {"code": "INVALID_REQUEST", "message": "请求重入时，参数与首次请求时不一致"})


async def test_a_part_is_ordered_once(shop: Combiner) -> None:
    """Its number may neither be an ordinary order's, nor another combined one's, nor stand twice."""
    await shop.call("POST", "/v3/pay/transactions/jsapi", shop.order("S2026000001"))
    taken = await shop.call("POST", f"{PATH}/jsapi", shop.combined())
    twice = [shop.sub(number="S2026000009"), shop.sub(number="S2026000009")]
    doubled = await shop.call("POST", f"{PATH}/jsapi", shop.combined(sub_orders=twice))
    after = await shop.call("GET", QUERY)

    repeated = (400, {"code": "INVALID_REQUEST", "message": "201 商户订单号重复"})
    assert (taken, doubled) == (repeated, repeated)
    assert after[0] == 404


async def test_a_part_cannot_be_ordered_alone_afterwards(shop: Combiner) -> None:
    """Through the ordinary endpoint its number is a repeated one; the whole's number is free there."""
    await shop.call("POST", f"{PATH}/jsapi", shop.combined())

    part = await shop.call("POST", "/v3/pay/transactions/jsapi", shop.order("S2026000001"))
    whole = await shop.call("POST", "/v3/pay/transactions/jsapi", shop.order(C))

    assert part == (400, {"code": "INVALID_REQUEST", "message": "201 商户订单号重复"})
    assert whole[0] == 200


async def test_a_direct_merchant_combines_two_to_ten(shop: Combiner) -> None:
    """One is too few, eleven too many."""
    one = await shop.call("POST", f"{PATH}/jsapi", shop.combined(sub_orders=[shop.sub()]))
    many = [shop.sub(number=f"S20260000{n:02}") for n in range(11)]
    eleven = await shop.call("POST", f"{PATH}/jsapi", shop.combined(sub_orders=many))

    rule = "输入源“/body/sub_orders”映射到数值字段“子单信息”规则校验失败，值{}"
    assert (one[0], one[1]["message"]) == (400, rule.format("低于最小值 2"))
    assert (eleven[0], eleven[1]["message"]) == (400, rule.format("高于最大值 10"))


async def test_the_other_ways(shop: Combiner) -> None:
    """A QR code is scanned, a link opened, an App gets a prepay_id; a replaced code is dead."""
    desk = shop.box.desk(shop.tenant)
    body = shop.combined(combine_payer_info=None)
    old = (await shop.call("POST", f"{PATH}/native", body))[1]["code_url"]
    code = (await shop.call("POST", f"{PATH}/native", body))[1]["code_url"]
    dead: Any = await scan.run(desk, Scan(code_url=old))
    scanned: Any = await scan.run(desk, Scan(code_url=code))

    def another(n: int, **more: Any) -> dict[str, Any]:
        subs = [shop.sub(number=f"S20260{n}0001"), shop.sub(shop.other, f"S20260{n}0002")]
        return {**body, "combine_out_trade_no": f"C20260{n}0001", "sub_orders": subs, **more}

    scene = {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}}
    _, h5 = await shop.call("POST", f"{PATH}/h5", another(1, scene_info=scene))
    opened: Any = await open_h5.run(desk, OpenH5(url=h5["h5_url"], referer="https://shop.example/"))
    _, app = await shop.call("POST", f"{PATH}/app", another(2))

    assert (dead.paid, scanned.paid, opened.paid) == (False, True, True)
    assert app["prepay_id"].startswith("wx")


async def test_a_part_is_refunded_by_its_merchant(shop: Combiner) -> None:
    """As any order of its own (doc 4013421298); the part's state says so, the other's does not."""
    _, placed = await shop.call("POST", f"{PATH}/jsapi", shop.combined())
    await pay.run(shop.box.desk(shop.tenant), Pay(prepay_id=placed["prepay_id"]))
    amount = {"refund": 50, "total": 200, "currency": "CNY"}
    body = {"out_trade_no": "S2026000002", "out_refund_no": "R2026000001", "amount": amount}

    seller = Combiner(shop.box, shop.tenant, shop.other)
    status, refund = await seller.call("POST", "/v3/refund/domestic/refunds", body)
    _, queried = await shop.call("GET", QUERY)

    assert (status, refund["out_trade_no"]) == (200, "S2026000002")
    assert [one["trade_state"] for one in queried["sub_orders"]] == ["SUCCESS", "REFUND"]


async def test_the_second_sign_is_who_combineds(shop: Combiner) -> None:
    """A mini program launches it with combine_appid and the combining merchant's key, as any other order."""
    _, placed = await shop.call("POST", f"{PATH}/jsapi", shop.combined())
    package = f"prepay_id={placed['prepay_id']}"
    message = f"{shop.appid}\n1767225600\nN\n{package}\n".encode()
    signature = base64.b64encode(shop.key.sign(message, PKCS1v15(), SHA256())).decode()
    params = {"timeStamp": "1767225600", "nonceStr": "N", "package": package, "signType": "RSA"}
    desk = shop.box.desk(shop.tenant)

    forged: Any = await request_payment.run(desk, RequestPayment(params={**params, "paySign": "x"}, user="xiaoming"))
    launched: Any = await request_payment.run(
        desk, RequestPayment(params={**params, "paySign": signature}, user="xiaoming")
    )

    assert (forged.paid, forged.dialog) == (False, "支付验证签名失败")
    assert (launched.paid, launched.errMsg) == (True, "requestPayment:ok")


async def test_a_provider_combines_its_sub_merchants(box: Sandbox, tenant: Tenant) -> None:
    """Every part names one; a single part is enough, and the answer has it in its spelling."""
    mchids = {one.kind: one.mchid for one in tenant.merchants.values()}
    provider = Combiner(box, tenant, mchids["provider"])
    part = provider.sub(sub_mchid=mchids["sub"])
    nobody = await provider.call("POST", f"{PATH}/jsapi", provider.combined(sub_orders=[provider.sub()]))
    placed = await provider.call("POST", f"{PATH}/jsapi", provider.combined(sub_orders=[part]))
    _, body = await provider.call("GET", QUERY)

    assert nobody == (400, {"code": "PARAM_ERROR", "message": "受理机构必须传入sub_mch_id"})
    assert placed[0] == 200
    assert [one["sub_mchid"] for one in body["sub_orders"]] == [mchids["sub"]]


async def test_time_expire_is_cut_to_seven_days(shop: Combiner) -> None:
    """Ordinary orders may wait fifteen."""
    body = shop.combined(time_expire="2026-02-01T08:00:00+08:00")
    await shop.call("POST", f"{PATH}/jsapi", body)

    with shop.tenant.transaction() as tx:
        combined = tx.combined(shop.mchid, C)
        assert combined is not None
        assert combined.whole.terms.time_expire == shop.tenant.clock.now() + 7 * 86_400_000


async def test_one_notification_tells_of_all_parts(shop: Combiner) -> None:
    """It goes to who combined, encrypted under its key, with a member for each part."""
    _, placed = await shop.call("POST", f"{PATH}/jsapi", shop.combined())
    await pay.run(shop.box.desk(shop.tenant), Pay(prepay_id=placed["prepay_id"]))
    await shop.box.timers.settle(shop.tenant)

    with shop.tenant.transaction() as tx:
        (delivery,) = tx.deliveries()
    envelope = json.loads(delivery.attempts[0].request)
    told = shop.decrypt(envelope["resource"])

    assert (delivery.mchid, envelope["event_type"]) == (shop.mchid, "TRANSACTION.SUCCESS")
    assert (told["combine_out_trade_no"], told["combine_mchid"]) == (C, shop.mchid)
    assert [one["out_trade_no"] for one in told["sub_orders"]] == ["S2026000001", "S2026000002"]
    assert told["combine_payer_info"] == {"openid": shop.openids[1]}
