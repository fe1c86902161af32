"""The life of a refund through APIv3: accepted, settled, queried, sent elsewhere; what is refused, and the money."""

from typing import Any

import msgspec
import pytest
from v3_merchant import V3Merchant

from sandbox.actions.pay import Pay, pay
from sandbox.app import Sandbox
from sandbox.platform import funds
from sandbox.platform.tenants import Tenant

JSAPI = "/v3/pay/transactions/jsapi"
REFUNDS = "/v3/refund/domestic/refunds"
T, R = "T2026000001", "R2026000001"
DAY = 24 * 60 * 60 * 1000


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


async def paid(m: V3Merchant, number: str = T, total: int = 199) -> str:
    """An order, paid; its transaction_id."""
    await m.call("POST", JSAPI, m.order(number, amount={"total": total}))
    result: Any = await pay.run(m.box.desk(m.tenant), Pay(out_trade_no=number))
    return str(result.transaction_id)


def asked(number: str = R, refund: int = 199, total: int = 199, **changes: Any) -> dict[str, Any]:
    """A good refund, changed; None leaves a field out."""
    amount = {"refund": refund, "total": total, "currency": "CNY"}
    body = {"out_trade_no": T, "out_refund_no": number, "amount": amount, **changes}
    return {name: value for name, value in body.items() if value is not None}


def balances(m: V3Merchant) -> tuple[int, int]:
    """What is on the merchant's account and in the payer's purse."""
    with m.tenant.transaction() as tx:
        payer = next(user for user in tx.users() if m.openids[0] in user.openids.values())
        return funds.balance(m.tenant, tx, m.mchid), payer.balance


async def test_a_refund_is_accepted_then_arrives(v3: V3Merchant) -> None:
    """PROCESSING at once with the observed keys; SUCCESS with a success_time a second later."""
    transaction_id = await paid(v3)

    status, body = await v3.call("POST", REFUNDS, asked(reason="缺货"))
    await v3.box.timers.advance(v3.tenant, 1000)
    later = await v3.call("GET", f"{REFUNDS}/{R}")

    refund_id = body["refund_id"]
    assert status == 200
    assert (len(refund_id), refund_id[:3], refund_id[10:18]) == (29, "503", "20260101")
    assert body == {
        "amount": {
            "currency": "CNY", "discount_refund": 0, "from": [], "payer_refund": 199, "payer_total": 199,
            "refund": 199, "refund_fee": 1, "settlement_refund": 199, "settlement_total": 199, "total": 199,
        },
        "channel": "ORIGINAL",
        "create_time": "2026-01-01T08:00:00+08:00",
        "funds_account": "AVAILABLE",
        "out_refund_no": R,
        "out_trade_no": T,
        "promotion_detail": [],
        "refund_id": refund_id,
        "status": "PROCESSING",
        "transaction_id": transaction_id,
        "user_received_account": "支付用户零钱",
    }  # fmt: skip
    assert later == (200, {**body, "status": "SUCCESS", "success_time": "2026-01-01T08:00:01+08:00"})


async def test_the_order_is_refunded_in_both_dialects(v3: V3Merchant, merchant: Any) -> None:
    """After any refund a query says REFUND, through v3 and v2; an order of v2 is refunded through v3 like any other."""
    await merchant.pay(T)

    status, _ = await v3.call("POST", REFUNDS, asked(refund=1))
    seen_by_v3 = await v3.call("GET", f"/v3/pay/transactions/out-trade-no/{T}?mchid={v3.mchid}")
    seen_by_v2 = await merchant.post("/pay/orderquery", merchant.query(out_trade_no=T))

    assert status == 200
    assert seen_by_v3[1]["trade_state"] == "REFUND"
    assert (seen_by_v2["trade_state"], seen_by_v2["trade_state_desc"]) == (
        "REFUND", "订单发生过退款，退款详情请查询退款单",
    )  # fmt: skip


async def test_money_goes_back_the_way_it_came(v3: V3Merchant) -> None:
    """The merchant gets the payment less 0.60 %, and the fee back in proportion; the purse fills when it arrives."""
    before = balances(v3)
    await paid(v3, total=1000)
    after_payment = balances(v3)
    await v3.call("POST", REFUNDS, asked("R1", 500, 1000))
    accepted = balances(v3)
    await v3.box.timers.advance(v3.tenant, 1000)
    await v3.call("POST", REFUNDS, asked("R2", 500, 1000))
    await v3.box.timers.advance(v3.tenant, 1000)

    assert after_payment == (before[0] + 994, before[1] - 1000)
    assert accepted == (after_payment[0] - 500 + 3, after_payment[1])
    assert balances(v3) == before


async def test_the_same_number_is_the_same_refund(v3: V3Merchant) -> None:
    """Repeated it is answered again and moves no money; with other amounts, or for another order, it is refused."""
    await paid(v3)
    await paid(v3, "T2026000002")
    first = await v3.call("POST", REFUNDS, asked(refund=100))
    held = balances(v3)

    again = await v3.call("POST", REFUNDS, asked(refund=100))
    other_amount = await v3.call("POST", REFUNDS, asked(refund=99))
    other_order = await v3.call("POST", REFUNDS, asked(refund=100, out_trade_no="T2026000002"))

    assert again == first
    assert balances(v3) == held
    assert other_amount == (
        400, {"code": "INVALID_REQUEST", "message": "订单金额或退款金额与之前请求不一致，请核实后再试"},
    )  # fmt: skip
    assert other_order == (400, {"code": "INVALID_REQUEST", "message": "支付单号校验不一致，请核实后再试"})


async def test_partial_refunds_until_overflow(v3: V3Merchant) -> None:
    """They add up to the total and no further; what is PROCESSING counts."""
    await paid(v3)

    first = await v3.call("POST", REFUNDS, asked("R1", 100))
    over = await v3.call("POST", REFUNDS, asked("R2", 100))
    rest = await v3.call("POST", REFUNDS, asked("R2", 99))
    none_left = await v3.call("POST", REFUNDS, asked("R3", 1))

    assert (first[0], rest[0]) == (200, 200)
    assert over == (400, {"code": "INVALID_REQUEST", "message": "累计退款金额大于支付金额"})
    assert none_left == (400, {"code": "INVALID_REQUEST", "message": "订单已全额退款"})


async def test_a_closed_refund_gives_everything_back(v3: V3Merchant) -> None:
    """The merchant has its money again, the payer nothing, and the order can be refunded under a new number."""
    await paid(v3)
    held = balances(v3)
    v3.tenant.change_settings({"refund.outcome": "CLOSED"})
    await v3.call("POST", REFUNDS, asked())
    await v3.box.timers.advance(v3.tenant, 1000)

    closed = await v3.call("GET", f"{REFUNDS}/{R}")
    same_number = await v3.call("POST", REFUNDS, asked())
    new_number = await v3.call("POST", REFUNDS, asked("R2"))

    assert closed[1]["status"] == same_number[1]["status"] == "CLOSED"
    assert "success_time" not in closed[1]
    assert (new_number[0], new_number[1]["status"]) == (200, "PROCESSING")
    await v3.box.timers.advance(v3.tenant, 1000)
    assert balances(v3) == held


async def test_a_payer_who_left_makes_it_abnormal(v3: V3Merchant) -> None:
    """An account closed while the refund is under way cannot take it; closed before, the refund is refused."""
    await paid(v3)
    await v3.call("POST", REFUNDS, asked("R1", 100))
    _limit_payers(v3)
    await v3.box.timers.advance(v3.tenant, 1000)

    abnormal = await v3.call("GET", f"{REFUNDS}/R1")
    refused = await v3.call("POST", REFUNDS, asked("R2", 99))

    assert abnormal[1]["status"] == "ABNORMAL"
    assert refused == (403, {"code": "USER_ACCOUNT_ABNORMAL", "message": "退款请求失败"})


def _limit_payers(m: V3Merchant) -> None:
    with m.tenant.transaction() as tx:
        for user in tx.users():
            tx.put_user(msgspec.structs.replace(user, limited=True))


async def test_an_abnormal_refund_goes_to_a_card(v3: V3Merchant) -> None:
    """Bank, card and name, encrypted to the platform's key; PROCESSING again, SUCCESS later, the purse untouched."""
    await paid(v3)
    v3.tenant.change_settings({"refund.outcome": "ABNORMAL"})
    _, made = await v3.call("POST", REFUNDS, asked())
    await v3.box.timers.advance(v3.tenant, 1000)
    v3.tenant.change_settings({"refund.outcome": "SUCCESS"})
    held = balances(v3)

    status, moved = await _apply(v3, made["refund_id"], type="USER_BANK_CARD")
    await v3.box.timers.advance(v3.tenant, 1000)
    _, done = await v3.call("GET", f"{REFUNDS}/{R}")

    assert (status, moved["status"], moved["channel"]) == (200, "PROCESSING", "OTHER_BANKCARD")
    assert moved["user_received_account"] == "ICBC_DEBIT7890"
    assert (done["status"], done["success_time"]) == ("SUCCESS", "2026-01-01T08:00:02+08:00")
    assert balances(v3) == held


async def test_an_abnormal_refund_goes_to_the_merchant(v3: V3Merchant) -> None:
    """MERCHANT_BANK_CARD needs no card, and no Wechatpay-Serial."""
    await paid(v3)
    v3.tenant.change_settings({"refund.outcome": "ABNORMAL"})
    _, made = await v3.call("POST", REFUNDS, asked())
    await v3.box.timers.advance(v3.tenant, 1000)

    body = {"out_refund_no": R, "type": "MERCHANT_BANK_CARD"}
    status, moved = await v3.call("POST", f"{REFUNDS}/{made['refund_id']}/apply-abnormal-refund", body)

    assert (status, moved["user_received_account"]) == (200, "商户结算银行账户")


@pytest.mark.parametrize(
    ("changes", "serial", "status", "code", "message"),
    [
        ({"bank_account": "x"}, "cert", 400, "PARAM_ERROR", "平台私钥解密失败"),
        ({}, "", 400, "PARAM_ERROR", "HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)"),
        ({}, "own", 400, "PARAM_ERROR", "平台证书序列号Wechatpay-Serial错误"),
        (
            {"real_name": None}, "cert", 400, "PARAM_ERROR",
            "输入源“/body/real_name”映射到字段“收款用户姓名”必填性规则校验失败，此字段为必填项",
        ),
        ({"out_refund_no": "R9"}, "cert", 404, "RESOURCE_NOT_EXISTS", "退款单不存在"),
    ],
    ids=["another key", "no serial", "own serial", "no name", "another number"],
)  # fmt: skip
async def test_moving_a_refund_is_refused(
    v3: V3Merchant, changes: dict[str, Any], serial: str, status: int, code: str, message: str
) -> None:
    """What is encrypted must open with the key named, and be all there."""
    await paid(v3)
    v3.tenant.change_settings({"refund.outcome": "ABNORMAL"})
    _, made = await v3.call("POST", REFUNDS, asked())
    await v3.box.timers.advance(v3.tenant, 1000)

    came = await _apply(v3, made["refund_id"], serial=serial, type="USER_BANK_CARD", **changes)

    assert (came[0], came[1]["code"], came[1]["message"]) == (status, code, message)


async def _apply(m: V3Merchant, refund_id: str, serial: str = "cert", **changes: Any) -> tuple[int, Any]:
    keys = m.tenant.credentials(m.tenant.merchants[m.mchid])
    header = {"cert": keys.platform_serial, "own": m.serial_no, "": ""}[serial]
    body = {
        "out_refund_no": R,
        "bank_type": "ICBC_DEBIT",
        "bank_account": m.sealed("6222021234567890"),
        "real_name": m.sealed("张三"),
        **changes,
    }
    body = {name: value for name, value in body.items() if value is not None}
    target = f"{REFUNDS}/{refund_id}/apply-abnormal-refund"
    return await m.call("POST", target, body, headers={"Wechatpay-Serial": header})


async def test_the_two_numbers_must_agree(v3: V3Merchant) -> None:
    """Either is enough; both of one order are fine, of two orders not; neither is a missing field."""
    transaction_id = await paid(v3)
    await paid(v3, "T2026000002")

    by_id = await v3.call("POST", REFUNDS, asked("R1", 1, out_trade_no=None, transaction_id=transaction_id))
    both = await v3.call("POST", REFUNDS, asked("R2", 1, transaction_id=transaction_id))
    crossed = await v3.call("POST", REFUNDS, asked("R3", 1, out_trade_no="T2026000002", transaction_id=transaction_id))
    neither = await v3.call("POST", REFUNDS, asked("R3", 1, out_trade_no=None))

    assert (by_id[0], both[0]) == (200, 200)
    assert crossed == (400, {"code": "INVALID_REQUEST", "message": "支付单号校验不一致，请核实后再试"})
    assert neither[1]["message"] == "输入源“/body/out_trade_no”映射到字段“商户订单号”必填性规则校验失败，此字段为必填项"


async def test_a_year_is_the_limit(v3: V3Merchant) -> None:
    """On the 365th day it is accepted, after it refused."""
    await paid(v3)
    await v3.box.timers.advance(v3.tenant, 365 * DAY)
    in_time = await v3.call("POST", REFUNDS, asked("R1", 1))
    await v3.box.timers.advance(v3.tenant, 1000)
    late = await v3.call("POST", REFUNDS, asked("R2", 1))

    assert in_time[0] == 200
    assert late == (403, {"code": "TRADE_OVERDUE", "message": "订单已经超过退款期限"})


async def test_fifty_refunds_are_the_limit(v3: V3Merchant) -> None:
    """The fifty-first is refused, whatever is left."""
    await paid(v3)
    statuses = [(await v3.call("POST", REFUNDS, asked(f"R{nth}", 1)))[0] for nth in range(50)]

    refused = await v3.call("POST", REFUNDS, asked("R50", 1))

    assert statuses == [200] * 50
    assert refused[1]["message"] == "该订单退款次数已达上限"


async def test_a_wait_between_refunds_can_be_switched_on(v3: V3Merchant) -> None:
    """limits.refund_wait refuses with 429; for an order older than a month in other words."""
    v3.tenant.change_settings({"limits.refund_wait": 60})
    await paid(v3)
    await v3.call("POST", REFUNDS, asked("R1", 1))
    too_soon = await v3.call("POST", REFUNDS, asked("R2", 1))
    await v3.box.timers.advance(v3.tenant, 31 * DAY)
    later = await v3.call("POST", REFUNDS, asked("R2", 1))
    old = await v3.call("POST", REFUNDS, asked("R3", 1))

    assert too_soon == (429, {"code": "FREQUENCY_LIMITED", "message": "频率超限"})
    assert later[0] == 200
    assert old == (429, {"code": "FREQUENCY_LIMITED", "message": "频率限制，1个月之前的订单请降低申请频率再重试"})


async def test_a_provider_refunds_for_its_sub_merchant(box: Sandbox, tenant: Tenant) -> None:
    """With sub_mchid, from the sub-merchant's account; without, or for the provider's other dealings, refused."""
    provider = next(one for one in tenant.merchants.values() if one.kind == "provider")
    sub = next(one for one in tenant.merchants.values() if one.provider == provider.mchid)
    m = V3Merchant(box, tenant, provider.mchid)
    order = {
        "sp_appid": m.appid, "sp_mchid": m.mchid, "sub_mchid": sub.mchid, "description": "茶叶", "out_trade_no": T,
        "notify_url": "http://127.0.0.1:9/n", "amount": {"total": 199}, "payer": {"sp_openid": m.openids[0]},
    }  # fmt: skip
    await m.call("POST", "/v3/pay/partner/transactions/jsapi", order)
    await pay.run(box.desk(tenant), Pay(out_trade_no=T))

    without = await m.call("POST", REFUNDS, asked())
    status, body = await m.call("POST", REFUNDS, asked(sub_mchid=sub.mchid))
    seen = await m.call("GET", f"{REFUNDS}/{R}?sub_mchid={sub.mchid}")
    unseen = await m.call("GET", f"{REFUNDS}/{R}")

    assert without[1]["message"] == "受理机构必须传入sub_mch_id"
    assert (status, seen) == (200, (200, body))
    assert unseen[1]["message"] == "受理机构必须传入sub_mch_id"
    with tenant.transaction() as tx:
        assert [funds.balance(tenant, tx, one.mchid) for one in (provider, sub)] == [100_000_000, 100_000_000]
        assert [entry.amount for entry in tx.entries(sub.mchid, 0, 1 << 60)] == [1, -199, -1, 199]
