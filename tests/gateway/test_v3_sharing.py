"""The life of profit sharing: receivers, shares, what is given back, what is left, and what the seller is told."""

import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from v3_merchant import V3Merchant

from sandbox.actions.merchants import ChangeMerchant, change
from sandbox.actions.pay import Pay, pay
from sandbox.app import Sandbox
from sandbox.gateway.wire import Wire
from sandbox.platform import funds
from sandbox.platform.tenants import Tenant

ORDERS, UNFREEZE = "/v3/profitsharing/orders", "/v3/profitsharing/orders/unfreeze"
RETURNS = "/v3/profitsharing/return-orders"
ADD, DELETE = "/v3/profitsharing/receivers/add", "/v3/profitsharing/receivers/delete"
STORE = "沙箱商户（未绑定appid）"

Share = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


@pytest.fixture
def provider(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's service provider."""
    return V3Merchant(box, tenant, next(one.mchid for one in tenant.merchants.values() if one.kind == "provider"))


def store_of(m: V3Merchant) -> str:
    """The second merchant, with whom the first one shares."""
    return list(m.tenant.merchants)[1]


def balance(m: V3Merchant, mchid: str) -> int:
    with m.tenant.transaction() as tx:
        return funds.balance(m.tenant, tx, mchid)


async def paid(m: V3Merchant, number: str = "T2026000001", total: int = 1000, **changes: Any) -> str:
    """A paid order whose money may be shared; its transaction_id."""
    settle = {"settle_info": {"profit_sharing": True}}
    status, body = await m.call(
        "POST", "/v3/pay/transactions/jsapi", m.order(number, amount={"total": total}, **(settle | changes))
    )
    assert status == 200, body
    result: Any = await pay.run(m.box.desk(m.tenant), Pay(out_trade_no=number))
    return str(result.transaction_id)


async def add(m: V3Merchant, account: str, name: str | None = STORE, **more: Any) -> tuple[int, Any]:
    """Make a receiver known."""
    body = {"appid": m.appid, "type": "MERCHANT_ID", "account": account, "relation_type": "STORE", **more}
    serial, headers = next(iter(m.platform_keys)), {}
    if name is not None:
        body["name"], headers = m.sealed(name), {"Wechatpay-Serial": serial}
    return await m.call("POST", ADD, body, headers=headers)


def share(m: V3Merchant, transaction_id: str, amount: int = 100, number: str = "P001", **changes: Any) -> Any:
    """A good request to share with the second merchant, changed."""
    receiver = {"type": "MERCHANT_ID", "account": store_of(m), "amount": amount, "description": "分给门店"}
    body = {
        "appid": m.appid, "transaction_id": transaction_id, "out_order_no": number, "receivers": [receiver],
        "unfreeze_unsplit": False, **changes,
    }  # fmt: skip
    return {name: value for name, value in body.items() if value is not None}


async def left(m: V3Merchant, transaction_id: str) -> int:
    status, body = await m.call("GET", f"/v3/profitsharing/transactions/{transaction_id}/amounts")
    assert (status, body["transaction_id"]) == (200, transaction_id)
    return int(body["unsplit_amount"])


async def test_a_receiver_is_added_by_its_full_name(v3: V3Merchant) -> None:
    """The name comes encrypted and goes back encrypted to the caller's own certificate."""
    status, body = await add(v3, store_of(v3))

    assert status == 200
    assert v3.unsealed(body.pop("name")) == STORE
    assert body == {"type": "MERCHANT_ID", "account": store_of(v3), "relation_type": "STORE"}


async def test_money_is_shared_a_moment_later(v3: V3Merchant) -> None:
    """PROCESSING and PENDING first, FINISHED and SUCCESS a second later; the accounts agree."""
    transaction_id = await paid(v3)
    await add(v3, store_of(v3))
    before = balance(v3, v3.mchid), balance(v3, store_of(v3))

    status, first = await v3.call("POST", ORDERS, share(v3, transaction_id))
    await v3.box.timers.advance(v3.tenant, 1_000)
    _, then = await v3.call("GET", f"{ORDERS}/P001?transaction_id={transaction_id}")

    assert (status, first["state"], first["receivers"][0]["result"]) == (200, "PROCESSING", "PENDING")
    assert (then["state"], then["receivers"][0]["result"]) == ("FINISHED", "SUCCESS")
    assert then["receivers"][0]["finish_time"] == "2026-01-01T08:00:01+08:00"
    assert list(then) == sorted(then)
    assert len(then["order_id"]) == 28
    assert (balance(v3, v3.mchid), balance(v3, store_of(v3))) == (before[0] - 100, before[1] + 100)
    assert await left(v3, transaction_id) == 900


async def test_the_same_request_is_answered_the_same(v3: V3Merchant) -> None:
    """The name's cipher text differs each time and does not count; another amount does."""
    transaction_id = await paid(v3)
    await add(v3, store_of(v3))
    serial = {"Wechatpay-Serial": next(iter(v3.platform_keys))}
    bodies = [share(v3, transaction_id) for _ in range(2)]
    for body in bodies:
        body["receivers"][0]["name"] = v3.sealed(STORE)

    first = await v3.call("POST", ORDERS, bodies[0], headers=serial)
    second = await v3.call("POST", ORDERS, bodies[1], headers=serial)
    changed = await v3.call("POST", ORDERS, share(v3, transaction_id, 101))

    assert first == second
    assert changed == (400, {"code": "INVALID_REQUEST", "message": "请求重入时，参数与首次请求时不一致"})
    assert await left(v3, transaction_id) == 900


async def test_thirty_per_cent_are_the_most(v3: V3Merchant) -> None:
    """Over all requests of the order; what is not there at all is refused in other words."""
    transaction_id = await paid(v3)
    await add(v3, store_of(v3))

    fits = await v3.call("POST", ORDERS, share(v3, transaction_id, 300))
    one_more = await v3.call("POST", ORDERS, share(v3, transaction_id, 1, "P002"))
    too_much = await v3.call("POST", ORDERS, share(v3, transaction_id, 701, "P003"))

    assert fits[0] == 200
    assert one_more == (403, {"code": "RULE_LIMIT", "message": "分账金额超出最大分账比例"})
    assert too_much == (403, {"code": "NOT_ENOUGH", "message": "分账金额不足"})


async def test_the_remainder_is_released_with_the_share(v3: V3Merchant) -> None:
    """unfreeze_unsplit adds the seller as a receiver of the rest; then nothing is left to share or to release."""
    transaction_id = await paid(v3)
    await add(v3, store_of(v3))

    _, made = await v3.call("POST", ORDERS, share(v3, transaction_id, unfreeze_unsplit=True))
    again = await v3.call("POST", ORDERS, share(v3, transaction_id, 1, "P002"))
    body = {"transaction_id": transaction_id, "out_order_no": "U001", "description": "解冻"}
    unfrozen = await v3.call("POST", UNFREEZE, body)

    assert [(one["account"], one["amount"]) for one in made["receivers"]] == [(store_of(v3), 100), (v3.mchid, 900)]
    assert again == (403, {"code": "NOT_ENOUGH", "message": "分账金额不足"})
    assert unfrozen == (403, {"code": "NOT_ENOUGH", "message": "分账金额为0"})
    assert await left(v3, transaction_id) == 0


async def test_unfreezing_releases_everything(v3: V3Merchant) -> None:
    """One receiver, the seller, who moves no money to itself."""
    transaction_id = await paid(v3)
    before = balance(v3, v3.mchid)
    body = {"transaction_id": transaction_id, "out_order_no": "U001", "description": "解冻"}

    first = await v3.call("POST", UNFREEZE, body)
    again = await v3.call("POST", UNFREEZE, body)
    await v3.box.timers.advance(v3.tenant, 1_000)
    _, then = await v3.call("GET", f"{ORDERS}/U001?transaction_id={transaction_id}")

    assert first == again
    assert (then["state"], [one["amount"] for one in then["receivers"]]) == ("FINISHED", [1000])
    assert balance(v3, v3.mchid) == before


async def test_frozen_money_thaws_after_thirty_days(v3: V3Merchant) -> None:
    """What was not shared by then went to the seller."""
    transaction_id = await paid(v3)
    before = await left(v3, transaction_id)
    await v3.box.timers.advance(v3.tenant, 30 * 24 * 3_600_000)

    assert (before, await left(v3, transaction_id)) == (1000, 0)


async def test_a_person_receives_in_the_purse(v3: V3Merchant) -> None:
    """By openid; another name than the payer's is refused."""
    transaction_id = await paid(v3)
    openid = v3.openids[1]
    person = {"type": "PERSONAL_OPENID", "relation_type": "STAFF"}
    wrong = await add(v3, openid, "小红", **person)
    right = await add(v3, openid, "小明", **person)
    unnamed = await add(v3, openid, None, **person)
    receiver = {"type": "PERSONAL_OPENID", "account": openid, "amount": 50, "description": "分给店员"}

    status, _ = await v3.call("POST", ORDERS, share(v3, transaction_id, receivers=[receiver]))
    await v3.box.timers.advance(v3.tenant, 1_000)

    assert wrong == (403, {"code": "RULE_LIMIT", "message": "微信用户姓名与实名不一致"})
    assert (right[0], unnamed[0], status) == (200, 200, 200)
    with v3.tenant.transaction() as tx:
        assert [user.balance for user in tx.users() if user.nickname == "小明"] == [100_000 * 100 + 50]


@pytest.mark.parametrize("reason", ["NO_RELATION", "ACCOUNT_ABNORMAL"])
async def test_a_share_that_cannot_arrive_is_closed(v3: V3Merchant, reason: str) -> None:
    """The receiver was deleted meanwhile, or is restricted; the money can be shared again."""
    transaction_id = await paid(v3)
    await add(v3, store_of(v3))
    await v3.call("POST", ORDERS, share(v3, transaction_id))
    if reason == "NO_RELATION":
        await v3.call("POST", DELETE, {"appid": v3.appid, "type": "MERCHANT_ID", "account": store_of(v3)})
    else:
        store = v3.tenant.merchants[store_of(v3)]
        v3.tenant.change_merchant(msgspec.structs.replace(store, restricted=True))
    await v3.box.timers.advance(v3.tenant, 1_000)
    _, then = await v3.call("GET", f"{ORDERS}/P001?transaction_id={transaction_id}")

    assert then["state"] == "FINISHED"
    assert [(one["result"], one["fail_reason"]) for one in then["receivers"]] == [("CLOSED", reason)]
    assert await left(v3, transaction_id) == 1000


async def test_a_share_is_given_back(v3: V3Merchant) -> None:
    """Up to what was received; the account pays a moment later, and not when it is empty."""
    transaction_id = await paid(v3)
    await add(v3, store_of(v3))
    await v3.call("POST", ORDERS, share(v3, transaction_id))
    back = {"out_order_no": "P001", "return_mchid": store_of(v3), "description": "退款"}
    too_soon = await v3.call("POST", RETURNS, {**back, "out_return_no": "R000", "amount": 1})
    await v3.box.timers.advance(v3.tenant, 1_000)
    before = balance(v3, v3.mchid), balance(v3, store_of(v3))

    _, first = await v3.call("POST", RETURNS, {**back, "out_return_no": "R001", "amount": 60})
    over = await v3.call("POST", RETURNS, {**back, "out_return_no": "R002", "amount": 41})
    await v3.box.timers.advance(v3.tenant, 1_000)
    _, then = await v3.call("GET", f"{RETURNS}/R001?out_order_no=P001")

    refused = (400, {"code": "INVALID_REQUEST", "message": "回退金额超过可回退金额"})
    assert (too_soon, over) == (refused, refused)
    assert (first["result"], then["result"]) == ("PROCESSING", "SUCCESS")
    assert (balance(v3, v3.mchid), balance(v3, store_of(v3))) == (before[0] + 60, before[1] - 60)


async def test_an_empty_account_gives_nothing_back(v3: V3Merchant) -> None:
    """FAILED with BALANCE_NOT_ENOUGH, and the same amount may be asked for again."""
    transaction_id = await paid(v3)
    await add(v3, store_of(v3))
    await v3.call("POST", ORDERS, share(v3, transaction_id))
    await v3.box.timers.advance(v3.tenant, 1_000)
    await change.run(v3.box.desk(v3.tenant), ChangeMerchant(mchid=store_of(v3), balance=0))
    back = {"out_order_no": "P001", "return_mchid": store_of(v3), "description": "退款", "amount": 100}
    await v3.call("POST", RETURNS, {**back, "out_return_no": "R001"})
    await v3.box.timers.advance(v3.tenant, 1_000)
    _, then = await v3.call("GET", f"{RETURNS}/R001?out_order_no=P001")
    again, _ = await v3.call("POST", RETURNS, {**back, "out_return_no": "R002"})

    assert (then["result"], then["fail_reason"]) == ("FAILED", "BALANCE_NOT_ENOUGH")
    assert again == 200


async def test_a_provider_shares_for_its_sub_merchant(provider: V3Merchant) -> None:
    """With sub_mchid everywhere; it alone may ask for the greatest ratio."""
    sub = next(one.mchid for one in provider.tenant.merchants.values() if one.kind == "sub")
    names: dict[str, Any] = {
        "appid": None,
        "mchid": None,
        "sp_appid": provider.appid,
        "sp_mchid": provider.mchid,
        "sub_mchid": sub,
    }
    order = provider.order(
        **names, payer={"sp_openid": provider.openids[0]}, settle_info={"profit_sharing": True},
        amount={"total": 1000},
    )  # fmt: skip
    await provider.call("POST", "/v3/pay/partner/transactions/jsapi", order)
    result: Any = await pay.run(provider.box.desk(provider.tenant), Pay(out_trade_no="T2026000001"))
    transaction_id = result.transaction_id
    added, _ = await add(provider, store_of(provider), sub_mchid=sub)
    unnamed, _ = await add(provider, store_of(provider))
    before = balance(provider, sub)

    _, made = await provider.call("POST", ORDERS, share(provider, transaction_id, sub_mchid=sub))
    await provider.box.timers.advance(provider.tenant, 1_000)
    asked = await provider.call("GET", f"{ORDERS}/P001?transaction_id={transaction_id}&sub_mchid={sub}")
    ratio = await provider.call("GET", f"/v3/profitsharing/merchant-configs/{sub}")

    assert (added, unnamed) == (200, 400)
    assert made["sub_mchid"] == sub
    assert asked[1]["state"] == "FINISHED"
    assert balance(provider, sub) == before - 100
    assert ratio == (200, {"max_ratio": 3000, "sub_mchid": sub})


async def test_what_is_shared_cannot_be_shared_without_asking_for_it(v3: V3Merchant) -> None:
    """An order without profit_sharing, an unpaid number, a receiver who was not added."""
    plain = await paid(v3, "T2026000002", settle_info=None)
    transaction_id = await paid(v3)

    unshared = await v3.call("POST", ORDERS, share(v3, plain))
    unknown = await v3.call("POST", ORDERS, share(v3, "4200000000202601010000000000"))
    stranger = await v3.call("POST", ORDERS, share(v3, transaction_id))

    assert unshared == (403, {"code": "NO_AUTH", "message": "非分账订单不支持分账"})
    assert unknown == (400, {"code": "INVALID_REQUEST", "message": "无效的微信支付订单号"})
    text = "分账接收方关系不存在，请检查参数中每个接收方的关系"
    assert stranger == (403, {"code": "NO_AUTH", "message": text})


async def test_an_order_of_v2_is_shared_through_v3(v3: V3Merchant, merchant: Any) -> None:
    """When it was placed with profit_sharing=Y: the order book is one."""
    await merchant.post("/pay/unifiedorder", merchant.order("V2ORDER001", total_fee="1000", profit_sharing="Y"))
    result: Any = await pay.run(v3.box.desk(v3.tenant), Pay(out_trade_no="V2ORDER001"))
    await add(v3, store_of(v3))

    status, _ = await v3.call("POST", ORDERS, share(v3, result.transaction_id))

    assert status == 200
    assert await left(v3, result.transaction_id) == 900


@pytest.fixture
async def heard() -> AsyncIterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A listening shop: its URL, and what came."""
    came: list[tuple[dict[str, str], bytes]] = []

    async def hear(request: web.Request) -> web.Response:
        came.append((dict(request.headers), await request.read()))
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/sharing", hear)
    async with TestServer(app) as server:
        yield str(server.make_url("/sharing")), came


async def test_the_seller_is_told_of_each_share(
    v3: V3Merchant, heard: tuple[str, list[tuple[dict[str, str], bytes]]]
) -> None:
    """At the URL of the merchant platform: TRANSACTION.SUCCESS, one for each receiver and for what is given back."""
    url, came = heard
    v3.tenant.change_merchant(msgspec.structs.replace(v3.tenant.merchants[v3.mchid], sharing_notify_url=url))
    transaction_id = await paid(v3)
    await add(v3, store_of(v3))
    await add(v3, v3.openids[1], None, type="PERSONAL_OPENID", relation_type="STAFF")
    body = share(v3, transaction_id, unfreeze_unsplit=True)
    body["receivers"].append({**body["receivers"][0], "type": "PERSONAL_OPENID", "account": v3.openids[1]})
    _, made = await v3.call("POST", ORDERS, body)
    await v3.box.timers.advance(v3.tenant, 1_000)
    back = {"out_order_no": "P001", "out_return_no": "R001", "return_mchid": store_of(v3), "description": "退款"}
    _, returned = await v3.call("POST", RETURNS, {**back, "amount": 1})
    await v3.box.timers.advance(v3.tenant, 1_000)

    envelopes = [json.loads(raw) for _, raw in came]
    for headers, raw in came:
        v3.verify(headers, raw)
    assert {(one["event_type"], one["resource"]["original_type"]) for one in envelopes} == {
        ("TRANSACTION.SUCCESS", "profitsharing")
    }
    told = [v3.decrypt(one["resource"]) for one in envelopes]
    assert [one["summary"] for one in envelopes] == ["分账", "分账", "分账回退"]
    assert {one["receiver"]["account"] for one in told[:2]} == {store_of(v3), v3.openids[1]}
    assert [one["order_id"] for one in told] == [made["order_id"]] * 2 + [returned["return_id"]]
    assert set(told[0]) == {"mchid", "transaction_id", "order_id", "out_order_no", "receiver", "success_time"}


async def test_the_bill_has_a_line_for_each_share(v3: V3Merchant) -> None:
    """What arrived and what was given back on the day, in yuan; what was closed stands in no bill."""
    transaction_id = await paid(v3)
    await add(v3, store_of(v3))
    await v3.call("POST", ORDERS, share(v3, transaction_id))
    await v3.call("POST", ORDERS, share(v3, transaction_id, 50, "P002"))
    await v3.box.timers.advance(v3.tenant, 1_000)
    await v3.call("POST", DELETE, {"appid": v3.appid, "type": "MERCHANT_ID", "account": store_of(v3)})
    back = {"out_order_no": "P001", "out_return_no": "R001", "return_mchid": store_of(v3), "description": "退款"}
    await v3.call("POST", RETURNS, {**back, "amount": 30})
    nothing = await v3.call("GET", "/v3/profitsharing/bills?bill_date=2026-01-01")
    await v3.box.timers.advance(v3.tenant, 27 * 3_600_000)
    status, link = await v3.call("GET", "/v3/profitsharing/bills?bill_date=2026-01-01")
    target = link["download_url"].removeprefix("http://127.0.0.1")
    headers = {"User-Agent": "test", "Accept": "*/*", "Authorization": v3.authorization("GET", target, b"")}
    wire = Wire(method="GET", path="/v3/billdownload/file", target=target, headers=headers, base_url="http://127.0.0.1")
    content = (await v3.box.pipeline.serve(wire)).body

    lines = content.decode("utf-8-sig").splitlines()
    cells = [line.replace("`", "").split(",") for line in lines]
    assert nothing == (400, {"code": "NO_STATEMENT_EXIST", "message": "请求的账单文件不存在"})
    assert (status, link["hash_value"]) == (200, hashlib.sha1(content).hexdigest())
    assert cells[0][0] == "分账时间"
    assert [(row[6], row[9], row[10]) for row in cells[1:4]] == [
        ("R001", "0.30", "分账回退"), ("P001", "1.00", "分账"), ("P002", "0.50", "分账")
    ]  # fmt: skip
    assert cells[5] == ["2", "1.50", "1", "0.30"]
