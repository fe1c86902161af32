"""Refunds in the merchant's console."""

from typing import Any

import pytest

from sandbox.actions.merchants import ChangeMerchant, MerchantName, change, get
from sandbox.actions.orders import GetOrder, get_order
from sandbox.actions.refunds import EndRefund, ListRefunds, MakeRefund, end, list_refunds, make
from sandbox.actions.verb import Desk, VerbError

T = "T2026000001"


@pytest.fixture
def desk(merchant: Any) -> Desk:
    """Where the tenant's verbs are done."""
    return merchant.box.desk(merchant.tenant)  # type: ignore[no-any-return]


async def test_a_refund_in_the_console_is_all_that_is_left(merchant: Any, desk: Desk) -> None:
    """Without an amount; a number is made up, and it is listed newest first."""
    await merchant.pay(T)
    first: Any = await make.run(desk, MakeRefund(out_trade_no=T, refund=99, out_refund_no="R1", reason="缺货"))
    await merchant.box.timers.advance(merchant.tenant, 1000)
    rest: Any = await make.run(desk, MakeRefund(out_trade_no=T))

    story: Any = await get_order.run(desk, GetOrder(out_trade_no=T))
    listed: Any = await list_refunds.run(desk, ListRefunds(out_trade_no=T))
    everything: Any = await list_refunds.run(desk, ListRefunds())

    assert (first.refund, first.reason, first.source, first.state) == (99, "缺货", "VENDOR_PLATFORM", "PROCESSING")
    assert (rest.refund, rest.out_refund_no) == (100, "console00000001")
    assert [(one.out_refund_no, one.state) for one in listed.refunds] == [
        ("console00000001", "PROCESSING"),
        ("R1", "SUCCESS"),
    ]
    assert everything == listed
    assert (story.order.trade_state, story.order.refunded) == ("REFUND", 199)
    assert story.refunds == listed.refunds


async def test_what_the_platform_refuses_the_console_explains(merchant: Any, desk: Desk) -> None:
    """In the words of the error's row; an unpaid or unknown order is named."""
    await merchant.post("/pay/unifiedorder", merchant.order("T2026000002"))
    await merchant.pay(T)
    await make.run(desk, MakeRefund(out_trade_no=T))

    with pytest.raises(VerbError, match="refunded already"):
        await make.run(desk, MakeRefund(out_trade_no=T))
    with pytest.raises(VerbError, match="not paid"):
        await make.run(desk, MakeRefund(out_trade_no="T2026000002"))
    with pytest.raises(VerbError, match="no order"):
        await make.run(desk, MakeRefund(out_trade_no="T2026000009"))


async def test_somebody_decides_how_it_ends(merchant: Any, desk: Desk) -> None:
    """ABNORMAL, then SUCCESS; what has ended stays ended, and the timer changes nothing any more."""
    await merchant.pay(T)
    await make.run(desk, MakeRefund(out_trade_no=T, out_refund_no="R1"))
    abnormal: Any = await end.run(desk, EndRefund(out_refund_no="R1", state="ABNORMAL"))
    await merchant.box.timers.advance(merchant.tenant, 5000)
    done: Any = await end.run(desk, EndRefund(out_refund_no="R1", state="SUCCESS"))

    assert (abnormal.state, done.state) == ("ABNORMAL", "SUCCESS")
    with pytest.raises(VerbError, match="for good"):
        await end.run(desk, EndRefund(out_refund_no="R1", state="CLOSED"))
    with pytest.raises(VerbError, match="no refund"):
        await end.run(desk, EndRefund(out_refund_no="R9", state="CLOSED"))


async def test_a_merchants_money_is_topped_up_and_withdrawn(merchant: Any, desk: Desk) -> None:
    """A balance is reached by a movement, so that the fund-flow bill still adds up."""
    view: Any = await change.run(desk, ChangeMerchant(mchid=merchant.mch_id, balance=100, fee_rate=100))
    await merchant.pay(T)
    seen: Any = await get.run(desk, MerchantName(mchid=merchant.mch_id))

    assert (view.balance, view.fee_rate) == (100, 100)
    assert seen.balance == 100 + 199 - 2
    with merchant.tenant.transaction() as tx:
        entries = tx.entries(merchant.mch_id, 0, 1 << 60)
    assert [(one.business.value, one.amount) for one in entries] == [
        ("扣除交易手续费", -2),
        ("交易", 199),
        ("提现", 100 - 100_000_000),
    ]
