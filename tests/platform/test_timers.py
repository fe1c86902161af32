"""Timers: fired in deadline order, each at its own instant; advance, settle and drain."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from sandbox.platform.clock import LAST, Wall
from sandbox.platform.journal import Event, Watchers
from sandbox.platform.tenants import NewTenant, Tenant, Tenants
from sandbox.platform.timers import Advanced, ClockError, Timers, Work
from sandbox.store import Transaction
from sandbox.store.transaction import Timer

START = 1_767_225_600_000

Step = Callable[[Tenant, str], Any]


class Bench:
    """Timers whose one kind of work does what a test asks for and notes when."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []
        self.ended: list[str] = []
        self.steps: dict[str, Step] = {}
        self.watchers = Watchers()
        self.timers = Timers({"test": self._handle}, self.watchers, in_flight=2)

    def _handle(self, tenant: Tenant, tx: Transaction, timer: Timer) -> Work | None:
        self.seen.append((timer.subject, tenant.clock.now()))
        step = self.steps.get(timer.subject)
        return self._work(tenant, timer.subject, step) if step is not None else None

    async def _work(self, tenant: Tenant, subject: str, step: Step) -> None:
        await step(tenant, subject)
        self.ended.append(subject)

    def book(self, tenant: Tenant, **due: int) -> None:
        """Book subjects at milliseconds from the start."""
        with tenant.transaction() as tx:
            for subject, after in due.items():
                tx.book(START + after, "test", subject)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """Timers, stopped at the end."""
    made = Bench()
    yield made
    await made.timers.close()


async def test_advance_fires_in_deadline_order_each_at_its_own_instant(bench: Bench, tenant: Tenant) -> None:
    """Whatever the order of booking; what is due later waits; the clock ends where it was sent."""
    bench.book(tenant, c=30_000, a=10_000, b=20_000, a2=10_000, late=60_001)

    done = await bench.timers.advance(tenant, 60_000)

    assert bench.seen == [("a", START + 10_000), ("a2", START + 10_000), ("b", START + 20_000), ("c", START + 30_000)]
    assert done == Advanced(now=START + 60_000, fired=4)
    assert tenant.clock.now() == START + 60_000


async def test_timers_booked_on_the_way_fire_on_the_way(bench: Bench, tenant: Tenant) -> None:
    """A rung that books the next one climbs within one advance, in order with the timers of others."""

    async def climb(tenant: Tenant, subject: str) -> None:
        with tenant.transaction() as tx:
            tx.book(tenant.clock.now() + 15_000, "test", f"{subject}+")
        bench.steps[f"{subject}+"] = climb

    bench.steps["a"] = climb
    bench.book(tenant, a=0, b=20_000)

    await bench.timers.advance(tenant, 46_000)

    assert bench.seen == [
        ("a", START), ("a+", START + 15_000), ("b", START + 20_000), ("a++", START + 30_000), ("a+++", START + 45_000),
    ]  # fmt: skip


async def test_the_next_waits_for_the_one_before(bench: Bench, tenant: Tenant) -> None:
    """While an advance waits for a delivery the clock stands at its instant, and no lock or transaction is held."""
    looks: list[int] = []

    async def slow(tenant: Tenant, subject: str) -> None:
        await asyncio.sleep(0.02)
        with tenant.transaction() as tx:
            looks.append(tx.count("free") and tenant.clock.now())

    bench.steps.update(a=slow, b=slow)
    bench.book(tenant, a=10_000, b=20_000)

    await bench.timers.advance(tenant, 30_000)

    assert looks == [START + 10_000, START + 20_000]


async def test_a_second_advance_is_refused(bench: Bench, tenant: Tenant) -> None:
    """Also while the first one still waits for what was due before it; afterwards the clock can be moved again."""
    release = asyncio.Event()

    async def wait(tenant: Tenant, subject: str) -> None:
        await release.wait()

    bench.steps["a"] = wait
    bench.book(tenant, a=10_000)
    first = asyncio.create_task(bench.timers.advance(tenant, 20_000))
    await asyncio.sleep(0.01)
    assert tenant.clock.now() == START + 10_000

    for again in (bench.timers.advance(tenant, 1), bench.timers.drain(tenant)):
        with pytest.raises(ClockError, match="is being advanced already: wait for that to end"):
            await again
    release.set()

    assert (await first).now == START + 20_000
    assert (await bench.timers.advance(tenant, 5_000)).now == START + 25_000


async def test_two_advances_at_once_do_not_add_up(bench: Bench, tenant: Tenant) -> None:
    """Both wait for what is due; then one of them moves the clock and the other is refused."""

    async def slow(tenant: Tenant, subject: str) -> None:
        await asyncio.sleep(0.01)

    bench.steps.update(a=slow, b=slow)
    bench.book(tenant, a=0, b=5_000)
    results = await asyncio.gather(*(bench.timers.advance(tenant, 10_000) for _ in range(2)), return_exceptions=True)

    assert sorted(type(result).__name__ for result in results) == ["Advanced", "ClockError"]
    assert tenant.clock.now() == START + 10_000


@pytest.mark.parametrize(("by", "why"), [(-1, "forward only"), (LAST, "year 9999")])
async def test_a_step_that_no_clock_can_make(bench: Bench, tenant: Tenant, by: int, why: str) -> None:
    """Back, or beyond the year 9999, is refused and moves nothing."""
    with pytest.raises(ClockError, match=why):
        await bench.timers.advance(tenant, by)

    assert tenant.clock.now() == START


async def test_a_real_clock_cannot_be_moved(bench: Bench, tenants: Tenants) -> None:
    """The message says how to get one that can."""
    tenant = tenants.create(NewTenant(clock="real"), "s")

    for move in (bench.timers.advance(tenant, 1), bench.timers.drain(tenant)):
        with pytest.raises(ClockError, match="make a tenant with clock=virtual"):
            await move


async def test_what_is_due_now_fires_without_an_advance(bench: Bench, tenant: Tenant) -> None:
    """A timer at the present instant of a virtual clock goes out when it is booked; a later one waits."""
    bench.book(tenant, now=0, later=1)

    bench.timers.wake(tenant)
    await bench.timers.settle(tenant)

    assert bench.seen == [("now", START)]


async def test_settle_waits_for_work_under_way_and_for_what_it_books(bench: Bench, tenant: Tenant) -> None:
    """It returns when nothing is due and nothing is being done, however long the chain."""

    async def again(tenant: Tenant, subject: str) -> None:
        await asyncio.sleep(0.01)
        if len(subject) < 4:
            bench.steps[subject + "a"] = again
            with tenant.transaction() as tx:
                tx.book(tenant.clock.now(), "test", subject + "a")

    bench.steps["a"] = again
    bench.book(tenant, a=0)

    await bench.timers.settle(tenant)

    assert bench.ended == ["a", "aa", "aaa", "aaaa"]


async def test_settle_with_nothing_due_returns_at_once(bench: Bench, tenant: Tenant) -> None:
    """A timer of tomorrow does not hold it."""
    bench.book(tenant, later=1000)

    await asyncio.wait_for(bench.timers.settle(tenant), 0.5)

    assert bench.seen == []


async def test_drain_goes_on_until_none_is_left(bench: Bench, tenant: Tenant) -> None:
    """Days of timers, booked and yet to be booked; the clock ends at the last one."""

    async def daily(tenant: Tenant, subject: str) -> None:
        if len(bench.seen) < 40:
            bench.book(tenant, a=tenant.clock.now() - START + 86_400_000)

    bench.steps["a"] = daily
    bench.book(tenant, a=0)

    done = await bench.timers.drain(tenant)

    assert len(bench.seen) == 40
    assert done == Advanced(now=START + 39 * 86_400_000, fired=39)
    with tenant.transaction() as tx:
        assert tx.next_timer() is None


async def test_at_most_so_many_at_once(bench: Bench, tenant: Tenant, tenants: Tenants) -> None:
    """The bound counts over all tenants; the rest waits in the store."""
    running = most = 0

    async def count(tenant: Tenant, subject: str) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.005)
        running -= 1

    other = tenants.create(NewTenant(start=START), "s")
    names = [f"s{n}" for n in range(10)]
    bench.steps.update(dict.fromkeys(names, count))
    for one in (tenant, other):
        bench.book(one, **dict.fromkeys(names, 0))
        bench.timers.wake(one)
    await asyncio.gather(bench.timers.settle(tenant), bench.timers.settle(other))

    assert (most, len(bench.ended)) == (2, 20)


async def test_a_real_clock_fires_by_itself(bench: Bench, tenants: Tenants) -> None:
    """At its time, in order, and an earlier one booked later does not wait for it."""
    tenant = tenants.create(NewTenant(clock="realx100", start=START), "s")
    started = asyncio.get_running_loop().time()
    bench.book(tenant, b=10_000)
    bench.timers.wake(tenant)
    await asyncio.sleep(0.01)
    bench.book(tenant, a=4_000)
    bench.timers.wake(tenant)

    async with asyncio.timeout(5):
        while len(bench.seen) < 2:  # noqa: ASYNC110 nothing tells when a timer without work has fired
            await asyncio.sleep(0.005)
    took = asyncio.get_running_loop().time() - started

    assert [subject for subject, _ in bench.seen] == ["a", "b"]
    assert all(at >= START + due for (_, at), due in zip(bench.seen, (4_000, 10_000), strict=True))
    assert 0.09 < took < 2


async def test_work_that_fails_holds_nothing_up(bench: Bench, tenant: Tenant, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, its slot is given back, and the others go on, in an advance as well."""

    async def fail(tenant: Tenant, subject: str) -> None:
        raise RuntimeError(f"{subject} broke")

    async def pass_by(tenant: Tenant, subject: str) -> None:
        pass

    bench.steps.update(a=fail, b=fail, c=fail, d=pass_by, e=fail, f=pass_by)
    bench.book(tenant, a=0, b=0, c=0, d=0, e=1, f=2)
    with caplog.at_level(logging.ERROR, "sandbox.timers"):
        await bench.timers.settle(tenant)
        await bench.timers.advance(tenant, 10)

    assert bench.ended == ["d", "f"]
    assert sorted(str(record.exc_info[1]) for record in caplog.records if record.exc_info) == [
        "a broke", "b broke", "c broke", "e broke",
    ]  # fmt: skip


async def test_a_handler_that_raises_gives_its_slot_back(bench: Bench, tenant: Tenant) -> None:
    """A kind that nobody handles stays in the store; other tenants' timers still have every slot."""
    with tenant.transaction() as tx:
        tx.book(START, "no such kind", "x")
    for _ in range(5):
        bench.timers.wake(tenant)
        with pytest.raises(KeyError):
            await bench.timers._keepers[tenant.id]

    assert not bench.timers._slots.locked()
    with tenant.transaction() as tx:
        assert tx.next_timer() is not None


async def test_a_timer_goes_with_its_transaction(bench: Bench, tenant: Tenant) -> None:
    """A timer is taken away in the transaction in which its handler stores what it began."""

    def handle(tenant: Tenant, tx: Transaction, timer: Timer) -> Work | None:
        tx.count("begun")
        raise RuntimeError("killed here")

    timers = Timers({"test": handle}, Watchers())
    bench.book(tenant, a=5)
    with pytest.raises(RuntimeError, match="killed here"):
        await timers.advance(tenant, 10)

    with tenant.transaction() as tx:
        assert tx.next_timer() is not None
        assert tx.count("begun") == 1
    assert not tenant.advancing


@pytest.mark.parametrize("due", [0, 10])
async def test_a_tenant_that_goes_ends_its_advance(bench: Bench, tenant: Tenant, tenants: Tenants, due: int) -> None:
    """Dropped while a delivery is out: it is cancelled, the advance says why, nothing comes back to life."""

    async def wait(tenant: Tenant, subject: str) -> None:
        await asyncio.Event().wait()

    bench.steps["a"] = wait
    bench.book(tenant, a=due, b=20)
    moving = asyncio.create_task(bench.timers.advance(tenant, 100))
    await asyncio.sleep(0.01)

    bench.timers.forget(tenant)
    tenants.drop(tenant)

    with pytest.raises(ClockError, match="was emptied or deleted while its clock was being advanced"):
        await moving
    assert [subject for subject, _ in bench.seen] == ["a"]
    with tenants.store.transaction("") as tx:
        assert tx.tenants() == []


async def test_the_clock_survives_a_restart(bench: Bench, reopen: Callable[[], Tenants]) -> None:
    """What was advanced stays advanced; timers that are left fire after the restart."""
    tenant = reopen().create(NewTenant(id="t", start=START), "s")
    bench.book(tenant, a=10, b=20)
    await bench.timers.advance(tenant, 15)

    again = reopen().get("t")
    assert again is not None
    assert again.clock.now() == START + 15
    await bench.timers.advance(again, 5)

    assert bench.seen == [("a", START + 10), ("b", START + 20)]


async def test_watchers_hear_that_time_passed(bench: Bench, tenant: Tenant) -> None:
    """An advance is an event."""
    async with bench.watchers.listen(lambda event: event.kind == "clock") as events:
        await bench.timers.advance(tenant, 10)

        assert await anext(events) == Event(kind="clock", tenant=tenant.id, text=str(START + 10))


async def test_close_cancels_work(tenant: Tenant) -> None:
    """Stopping does not wait for a merchant that never answers."""
    bench = Bench()

    async def wait(tenant: Tenant, subject: str) -> None:
        await Wall().sleep(60)

    bench.steps["a"] = wait
    bench.book(tenant, a=0)
    bench.timers.wake(tenant)
    await asyncio.sleep(0.01)

    await asyncio.wait_for(bench.timers.close(), 1)

    assert bench.seen == [("a", START)]
    assert bench.ended == []
