"""What is going to happen by itself."""

from typing import Any

from sandbox.actions.refunds import MakeRefund, make
from sandbox.actions.timers import MEANING, ListTimers, TimerList, list_timers
from sandbox.app import Sandbox
from sandbox.platform.tenants import Tenant


async def pending(box: Sandbox, tenant: Tenant, **asked: Any) -> TimerList:
    """What the verb answers."""
    told = await list_timers.run(box.desk(tenant), ListTimers(**asked))
    assert isinstance(told, TimerList)
    return told


async def test_timers_say_what_they_are_for_first_due_first(box: Sandbox, tenant: Tenant, merchant: Any) -> None:
    """A notification by its event and number, with the id to look it up by."""
    await merchant.pay("T1")
    await box.timers.settle(tenant)
    await make.run(box.desk(tenant), MakeRefund(out_trade_no="T1", refund=5))
    told = await pending(box, tenant)
    now = tenant.clock.now()
    assert [(one.due - now, one.about) for one in told.timers] == [
        (1_000, "a refund ends"),
        (15_000, "a notification is sent"),
    ]
    with tenant.transaction() as tx:
        assert (told.timers[1].subject, tx.delivery(told.timers[1].notification)) == ("payment T1", *tx.deliveries())
    short = await pending(box, tenant, limit=1)
    assert (len(short.timers), short.pending) == (1, 2)


async def test_every_kind_of_timer_is_explained(box: Sandbox) -> None:
    """In both languages."""
    assert set(box._handlers()) == set(MEANING)
    assert all(en and zh and en != zh for en, zh in MEANING.values())
