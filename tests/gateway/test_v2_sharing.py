"""Profit sharing through v2: HMAC only, receivers as JSON in a field, the same book as APIv3's, and every row."""

import json
from typing import Any

import msgspec
import pytest
from v2_contract import V2, Trigger, documents, ensure_said, last_problem, rows_by_rule, sample, send, shared_rows
from wire_merchant import v2_sign
from wire_phone import Phone

from sandbox.errors import Row, pay, protocol, sharing
from sandbox.gateway.spec import Endpoint
from sandbox.platform import funds

ONCE, MANY, QUERY = V2["v2.profitsharing"], V2["v2.multiprofitsharing"], V2["v2.profitsharingquery"]
ADD, REMOVE = V2["v2.profitsharingaddreceiver"], V2["v2.profitsharingremovereceiver"]
FINISH, LEFT = V2["v2.profitsharingfinish"], V2["v2.profitsharingorderamountquery"]
BACK, BACK_QUERY = V2["v2.profitsharingreturn"], V2["v2.profitsharingreturnquery"]
RATIO = V2["v2.profitsharingmerchantratioquery"]
ALL = (ONCE, MANY, QUERY, ADD, REMOVE, FINISH, LEFT, BACK, BACK_QUERY, RATIO)
T = "T2026000001"


def store_of(m: Any) -> str:
    """The second merchant, with whom the first one shares."""
    return str(list(m.tenant.merchants)[1])


def receivers(m: Any, amount: int = 100, **changes: Any) -> str:
    one = {"type": "MERCHANT_ID", "account": store_of(m), "amount": amount, "description": "分给门店", **changes}
    return json.dumps([one], ensure_ascii=False)


async def paid(m: Any, number: str = T, profit_sharing: str = "Y") -> str:
    """An order over ten yuan whose money may be shared, paid; its transaction_id."""
    await m.post("/pay/unifiedorder", m.order(number, total_fee="1000", profit_sharing=profit_sharing))
    return str((await Phone(m).do("user.pay", out_trade_no=number))["transaction_id"])


async def add(m: Any, **changes: Any) -> dict[str, str]:
    """Make the store known."""
    name = m.tenant.merchants[store_of(m)].name
    receiver = {"type": "MERCHANT_ID", "account": store_of(m), "name": name, "relation_type": "STORE", **changes}
    kept = {name: value for name, value in receiver.items() if value is not None}
    return await send(m, ADD, sample(m, ADD), receiver=json.dumps(kept, ensure_ascii=False))


async def share(m: Any, endpoint: Endpoint = MANY, **changes: Any) -> dict[str, str]:
    """Share a yuan of a paid order with the store."""
    with m.tenant.transaction() as tx:
        order = tx.order(m.mch_id, T)
    payment = getattr(order, "payment", None)
    own = {"transaction_id": payment.transaction_id} if payment else {}
    fields = {**sample(m, endpoint), **own, **({} if endpoint is FINISH else {"receivers": receivers(m)})}
    return await send(m, endpoint, fields, **changes)


async def prepared(m: Any, endpoint: Endpoint = MANY, **changes: Any) -> dict[str, str]:
    """Paid, the store known, shared."""
    await paid(m)
    await add(m)
    return await share(m, endpoint, **changes)


async def back(m: Any, **changes: Any) -> dict[str, str]:
    fields = {**sample(m, BACK), "out_order_no": "P20260101000001", "return_account": store_of(m)}
    return await send(m, BACK, fields, **changes)


async def later(m: Any) -> None:
    await m.box.timers.advance(m.tenant, 1000)


def balances(m: Any) -> tuple[int, int]:
    """Of the seller and the store."""
    with m.tenant.transaction() as tx:
        return funds.balance(m.tenant, tx, m.mch_id), funds.balance(m.tenant, tx, store_of(m))


async def left(m: Any, transaction_id: str) -> str:
    return (await send(m, LEFT, sample(m, LEFT), transaction_id=transaction_id))["unsplit_amount"]


async def test_money_is_shared_a_moment_later(merchant: Any) -> None:
    """PROCESSING first, FINISHED a second later; signed with HMAC in the usual frame."""
    transaction_id = await paid(merchant)
    added = await add(merchant)
    before = balances(merchant)

    reply = await share(merchant)
    waiting = await send(merchant, QUERY, sample(merchant, QUERY), transaction_id=transaction_id)
    await later(merchant)
    done = await send(merchant, QUERY, sample(merchant, QUERY), transaction_id=transaction_id)

    assert json.loads(added["receiver"])["account"] == store_of(merchant)
    assert " ".join(reply) == (
        "return_code return_msg result_code mch_id appid nonce_str sign transaction_id out_order_no order_id"
    )
    assert reply["sign"] == v2_sign(reply, merchant.key, "HMAC-SHA256")
    assert "appid" not in done
    assert (waiting["status"], done["status"]) == ("PROCESSING", "FINISHED")
    told = json.loads(done["receivers"])[0]
    assert (told["amount"], told["result"], told["finish_time"]) == (100, "SUCCESS", "20260101080001")
    assert balances(merchant) == (before[0] - 100, before[1] + 100)


async def test_sharing_once_releases_the_rest(merchant: Any) -> None:
    """profitsharing leaves nothing, multiprofitsharing leaves what profitsharingfinish then releases."""
    await prepared(merchant, ONCE)
    with merchant.tenant.transaction() as tx:
        transaction_id = tx.order(merchant.mch_id, T).payment.transaction_id
    assert await left(merchant, transaction_id) == "0"


async def test_sharing_many_times_ends_with_finishing(merchant: Any) -> None:
    """Another number, another share; finishing takes the rest."""
    await prepared(merchant)
    second = await share(merchant, out_order_no="P2")

    rest = await left(merchant, second["transaction_id"])
    finished = await share(merchant, FINISH)

    assert (rest, finished["result_code"]) == ("800", "SUCCESS")
    assert await left(merchant, second["transaction_id"]) == "0"


async def test_what_was_got_is_given_back(merchant: Any) -> None:
    """In the documented elements; found under its number."""
    await prepared(merchant)
    await later(merchant)
    before = balances(merchant)

    reply = await back(merchant)
    await later(merchant)
    done = await send(merchant, BACK_QUERY, sample(merchant, BACK_QUERY), out_order_no="P20260101000001")

    assert " ".join(list(reply)[7:]) == (
        "order_id out_order_no out_return_no return_no return_account_type return_account return_amount description "
        "result"
    )
    assert (reply["result"], done["result"], done["finish_time"]) == ("PROCESSING", "SUCCESS", "20260101080002")
    assert balances(merchant) == (before[0] + 10, before[1] - 10)


async def test_a_refused_return_has_its_own_envelope(merchant: Any) -> None:
    """FAIL, error_code and error_msg, unsigned, as seen."""
    await prepared(merchant)
    await later(merchant)

    reply = await back(merchant, return_amount="101")

    assert reply == {"return_code": "FAIL", "error_code": "PARAM_ERROR", "error_msg": "分账并没有分给对应的回退方"}


async def test_md5_is_no_signature_here(merchant: Any) -> None:
    """Neither named nor unnamed."""
    for sign_type in ("MD5", None):
        reply = await send(merchant, QUERY, sample(merchant, QUERY), sign_type=sign_type)
        assert reply["return_code"] == "FAIL"
        assert "sign_type" in reply["return_msg"]


async def test_a_provider_asks_for_the_ratio(merchant: Any) -> None:
    """Thirty per cent."""
    provider = next(one for one in merchant.tenant.merchants.values() if one.kind == "provider")
    sub = next(one for one in merchant.tenant.merchants.values() if one.provider == provider.mchid)
    fields = {**sample(merchant, RATIO), "mch_id": provider.mchid, "sub_mch_id": sub.mchid}

    reply = await merchant.post(RATIO.path, fields, key=provider.api_keys[0].text)

    assert (reply["max_ratio"], reply["sub_mch_id"]) == ("3000", sub.mchid)


async def test_a_receiver_is_forgotten(merchant: Any) -> None:
    """Then nothing is shared with it."""
    await paid(merchant)
    await add(merchant)
    receiver = json.dumps({"type": "MERCHANT_ID", "account": store_of(merchant)})

    await send(merchant, REMOVE, sample(merchant, REMOVE), receiver=receiver)

    assert (await share(merchant))["err_code"] == "RECEIVER_INVALID"


def test_what_needs_a_certificate() -> None:
    """What moves money."""
    assert {one.name for one in ALL if one.needs_certificate} == {
        "v2.profitsharing", "v2.multiprofitsharing", "v2.profitsharingfinish", "v2.profitsharingreturn",
    }  # fmt: skip


def sharing_with(**changes: Any) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        return await prepared(m, **changes)

    return trigger


async def not_permitted(m: Any) -> dict[str, str]:
    m.tenant.change_merchant(msgspec.structs.replace(m.tenant.merchants[m.mch_id], products=frozenset({"JSAPI"})))
    return await prepared(m)


async def not_for_sharing(m: Any) -> dict[str, str]:
    await paid(m, profit_sharing="N")
    await add(m)
    return await share(m)


async def too_soon(m: Any) -> dict[str, str]:
    m.tenant.change_settings({"limits.sharing_wait": 60})
    return await prepared(m)


async def unknown_receiver(m: Any) -> dict[str, str]:
    await paid(m)
    return await share(m)


async def too_much(m: Any) -> dict[str, str]:
    await paid(m)
    await add(m)
    return await share(m, receivers=receivers(m, 301))


async def nothing_left(m: Any) -> dict[str, str]:
    await prepared(m, ONCE)
    return await share(m, out_order_no="P2")


async def finished_twice(m: Any) -> dict[str, str]:
    await prepared(m, ONCE)
    return await share(m, FINISH)


async def fifty(m: Any) -> dict[str, str]:
    await paid(m)
    await add(m)
    for nth in range(50):
        await share(m, out_order_no=f"P{nth}", receivers=receivers(m, 1))
    return await share(m, receivers=receivers(m, 1))


async def changed(m: Any) -> dict[str, str]:
    await prepared(m)
    return await share(m, receivers=receivers(m, 99))


async def broken_json(m: Any) -> dict[str, str]:
    return await share(m, receivers="[{")


async def lacking_json(m: Any) -> dict[str, str]:
    return await share(m, receivers="[{}]")


def added(**changes: Any) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        return await add(m, **changes)

    return trigger


async def person(m: Any, openid: str, name: str | None = None) -> dict[str, str]:
    return await add(m, type="PERSONAL_OPENID", account=openid, name=name)


async def misnamed(m: Any) -> dict[str, str]:
    return await person(m, Phone(m).openid, "小红")


async def of_another_app(m: Any) -> dict[str, str]:
    with m.tenant.transaction() as tx:
        openid = tx.user("xiaoming").openids[list(m.tenant.apps)[1]]
    return await person(m, openid)


async def nobody(m: Any) -> dict[str, str]:
    return await person(m, "oNobody")


def asked(endpoint: Endpoint) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        return await send(
            m, endpoint, sample(m, endpoint), **({"out_order_no": "P9"} if endpoint is BACK_QUERY else {})
        )

    return trigger


NATURAL: dict[tuple[Endpoint, Row], Trigger] = {
    (MANY, sharing.SHARING_NOT_PERMITTED): not_permitted,
    (MANY, sharing.TRANSACTION_NOT_SHAREABLE): sharing_with(transaction_id="4200000001202601010000000009"),
    (MANY, sharing.ORDER_NOT_FOR_SHARING): not_for_sharing,
    (MANY, sharing.ORDER_NOT_READY): too_soon,
    (MANY, sharing.SHARING_CHANGED): changed,
    (MANY, sharing.NO_RELATION): unknown_receiver,
    (MANY, sharing.RATIO_EXCEEDED): too_much,
    (MANY, sharing.UNSPLIT_TOO_LITTLE): nothing_left,
    (MANY, sharing.SHARED_TOO_OFTEN): fifty,
    (MANY, sharing.SHARING_PARAMETER_WRONG): broken_json,
    (ONCE, sharing.SHARING_PARAMETER_WRONG): lacking_json,
    (FINISH, sharing.NOTHING_TO_UNFREEZE): finished_twice,
    (ADD, sharing.RECEIVER_NAME_WRONG): added(name="别的店"),
    (ADD, sharing.SHARING_NAME_WRONG): misnamed,
    (ADD, protocol.OPENID_OF_OTHER_APPID): of_another_app,
    (ADD, pay.OPENID_INVALID): nobody,
    (ADD, sharing.SHARING_PARAMETER_WRONG): added(relation_type=None),
    (QUERY, sharing.SHARING_NOT_EXIST): asked(QUERY),
    (LEFT, sharing.SHARING_NOT_EXIST): asked(LEFT),
    (BACK_QUERY, sharing.SHARING_NOT_EXIST): asked(BACK_QUERY),
}


@pytest.mark.parametrize(("endpoint", "row"), NATURAL, ids=lambda one: one.name)
async def test_by_nature(merchant: Any, endpoint: Endpoint, row: Row) -> None:
    """What the caller does, or what state order and receiver are in, brings exactly this row."""
    reply = await NATURAL[endpoint, row](merchant)

    assert last_problem(merchant) == row.name
    spelling = row.spelling("v2", endpoint=endpoint.name)
    assert spelling is not None
    ensure_said(reply, spelling, reply.get("err_code_des", "") if "{" in spelling.text else None)


async def test_returns_are_refused_in_their_envelope(merchant: Any) -> None:
    """Each condition of giving back, with its code."""
    await prepared(merchant)
    await later(merchant)
    store = merchant.tenant.merchants[store_of(merchant)]

    unknown = await back(merchant, out_order_no="P9")
    nobody = await back(merchant, return_account="1888888888")
    await back(merchant)
    changed = await back(merchant, return_amount="9")
    merchant.tenant.change_merchant(msgspec.structs.replace(store, products=frozenset()))
    closed = await back(merchant, out_return_no="B2")

    assert unknown["error_code"] == "RESOURCE_NOT_EXISTS"
    assert nobody["return_msg"] == "商户号mch_id或sub_mch_id不存在"
    assert changed["error_code"] == "INVALID_REQUEST"
    assert closed == {"return_code": "FAIL", "error_code": "NOAUTH", "error_msg": "回退方没有开通分账回退功能"}


@pytest.mark.parametrize("endpoint", ALL, ids=lambda one: one.name)
async def test_rows_that_all_share(merchant: Any, endpoint: Endpoint) -> None:
    """The shared refusals, field by field, and everything that a rule can make it say."""
    if endpoint is RATIO:
        provider = next(one for one in merchant.tenant.merchants.values() if one.kind == "provider")
        sub = next(one for one in merchant.tenant.merchants.values() if one.provider == provider.mchid)
        merchant.mch_id, merchant.key = provider.mchid, provider.api_keys[0].text
        await rows_by_rule(merchant, endpoint, lambda _: {"sub_mch_id": sub.mchid})
        return
    good = {"out_order_no": "P20260101000001"} if endpoint in (BACK, BACK_QUERY) else {}
    await shared_rows(merchant, endpoint, lambda _: good)
    await rows_by_rule(merchant, endpoint, lambda _: good)


def test_no_row_is_left_out() -> None:
    """Each row is brought about by nature somewhere, or only by rule."""
    brought = {row.name for _, row in NATURAL} | {
        "RETURN_NOT_OPENED", "RETURN_TOO_MUCH", "SYSTEM_ERROR", "FREQUENCY_LIMITED",
    }  # fmt: skip
    assert {row.name for endpoint in ALL for row in endpoint.raises} <= brought
    assert not documents("v2.multiprofitsharing", "SYSTEMERROR PARAM_ERROR NOAUTH FREQUENCY_LIMITED SIGNERROR")
