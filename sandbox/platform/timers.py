"""Timers: what is to happen at an instant of a tenant's clock, kept in the store and fired here.

A kind's handler is called inside the transaction that takes the timer away, so that a killed process neither loses
nor doubles it; what has to be waited for it returns as a coroutine, which runs after the commit.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec

from sandbox.platform.clock import LAST
from sandbox.platform.journal import Event, Watchers
from sandbox.platform.moments import Moment, Occasion
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction
from sandbox.store.transaction import Timer

Work = Coroutine[Any, Any, None]
Handler = Callable[[Tenant, Transaction, Timer], Work | None]

_log = logging.getLogger("sandbox.timers")


class ClockError(Exception):
    """The clock cannot be moved so; the message says why."""


class Advanced(msgspec.Struct, frozen=True, kw_only=True):
    """What an advance did. `now` is ms since the epoch."""

    now: int
    fired: int


class Timers:
    """Fires timers: at once what is due now, in deadline order while a virtual clock is advanced.

    `far`: the kind that nobody waits for, because it may be years away.
    """

    def __init__(self, handlers: dict[str, Handler], watchers: Watchers, *, in_flight: int = 64, far: str = "") -> None:
        self._handlers = handlers
        self._far = far
        self._watchers = watchers
        self._slots = asyncio.Semaphore(in_flight)
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._work: dict[str, set[asyncio.Task[None]]] = {}
        self._bell: dict[str, asyncio.Event] = {}
        self.moving: set[Tenant] = set()  # whose clock somebody is moving, or waits to move

    def wake(self, tenant: Tenant) -> None:
        """Say that a timer was booked: what is due goes out."""
        bell = self._bell.setdefault(tenant.id, asyncio.Event())
        bell.set()
        keeper = self._keepers.get(tenant.id)
        if (keeper is None or keeper.done()) and not tenant.advancing:
            self._keepers[tenant.id] = asyncio.create_task(self._keep(tenant, bell), name=f"timers of {tenant.id}")

    async def settle(self, tenant: Tenant) -> None:
        """Wait until everything due now has been done."""
        while True:
            self.wake(tenant)
            pending = {task for task in self._work.get(tenant.id, ()) if task is not asyncio.current_task()}
            with tenant.transaction() as tx:
                timer = tx.next_timer()
            due = timer is not None and timer.due <= tenant.clock.now()
            if not pending and (not due or tenant.advancing):
                return
            if pending:
                await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            else:
                await tenant.wall.sleep(0.001)

    async def advance(self, tenant: Tenant, by: int) -> Advanced:
        """Move a virtual clock `by` ms, firing each timer on the way at its own instant.

        Raises ClockError: a real clock, a negative span, or another advance under way.
        """
        if by < 0:
            raise ClockError("a clock goes forward only")
        if tenant.clock.now() + by > LAST:
            raise ClockError("a clock goes as far as the year 9999")
        async with _Hold(self, tenant):
            return await self._climb(tenant, tenant.clock.now() + by)

    async def drain(self, tenant: Tenant) -> Advanced:
        """Go from one pending timer to the next until none is left, or only far ones."""
        async with _Hold(self, tenant):
            return await self._climb(tenant, None)

    async def _climb(self, tenant: Tenant, target: int | None) -> Advanced:
        fired = 0
        while True:
            with tenant.transaction() as tx:
                timer = tx.next_timer()
                if timer is None or (target is not None and timer.due > target):
                    break
                if target is None and timer.kind == self._far and tx.next_timer(but=self._far) is None:
                    break
                if timer.due > tenant.clock.now():
                    tenant.set_clock(tx, timer.due)
                work = self._take(tenant, tx, timer)
            fired += 1
            if work is not None:
                await self._slots.acquire()
                await asyncio.wait({self._spawn(tenant, work)})
            self.ensure_moving(tenant)
        if target is not None:
            with tenant.transaction() as tx:
                tenant.set_clock(tx, target)
        if tenant.rules.watches(Moment.CLOCK_ADVANCED):
            await tenant.rules.fire(Occasion(Moment.CLOCK_ADVANCED, {}, tenant.wall))
        if self._watchers:
            self._watchers.tell(Event(kind="clock", tenant=tenant.id, text=str(tenant.clock.now())))
        return Advanced(now=tenant.clock.now(), fired=fired)

    async def close(self) -> None:
        """Stop: work under way is cancelled, and counts as failed when the store is opened again."""
        tasks = [*self._keepers.values(), *(task for tasks in self._work.values() for task in tasks)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def forget(self, tenant: Tenant) -> None:
        """Stop working for a tenant that is dropped or reset; an advance under way ends with a ClockError."""
        self.moving.discard(tenant)
        tenant.advancing = False
        keeper = self._keepers.pop(tenant.id, None)
        for task in [*([keeper] if keeper else []), *self._work.pop(tenant.id, ())]:
            task.cancel()
        self._bell.pop(tenant.id, None)

    def ensure_moving(self, tenant: Tenant) -> None:
        """Raises ClockError when the tenant was forgotten since its clock began to move."""
        if tenant not in self.moving:
            raise ClockError(f"tenant {tenant.id!r} was emptied or deleted while its clock was being advanced")

    def _take(self, tenant: Tenant, tx: Transaction, timer: Timer) -> Work | None:
        tx.cancel_timer(timer.id)
        return self._handlers[timer.kind](tenant, tx, timer)

    async def _keep(self, tenant: Tenant, bell: asyncio.Event) -> None:
        while not tenant.advancing:
            bell.clear()
            await self._slots.acquire()
            spawned = False
            try:
                if tenant.advancing:
                    return
                with tenant.transaction() as tx:
                    timer = tx.next_timer()
                    due = timer is not None and timer.due <= tenant.clock.now()
                    work = self._take(tenant, tx, timer) if timer is not None and due else None
                if work is not None:
                    self._spawn(tenant, work)
                    spawned = True
            finally:
                if not spawned:
                    self._slots.release()
            if due:
                continue
            if timer is None or tenant.clock.virtual:
                return
            try:
                async with asyncio.timeout(tenant.clock.real_seconds_until(timer.due)):
                    await bell.wait()
            except TimeoutError:
                pass

    def _spawn(self, tenant: Tenant, work: Work) -> asyncio.Task[None]:
        """Run `work` in a slot that is taken already; it is given back at the end."""
        tasks = self._work.setdefault(tenant.id, set())
        task = asyncio.create_task(work, name=f"work of {tenant.id}")
        tasks.add(task)

        def done(task: asyncio.Task[None]) -> None:
            tasks.discard(task)
            self._slots.release()
            if not task.cancelled() and (error := task.exception()) is not None:
                _log.error("%s failed", task.get_name(), exc_info=error)

        task.add_done_callback(done)
        return task


class _Hold:
    """The right to move a tenant's clock: taken by one at a time, after what was due has been done."""

    def __init__(self, timers: Timers, tenant: Tenant) -> None:
        self._timers = timers
        self._tenant = tenant

    async def __aenter__(self) -> None:
        tenant = self._tenant
        if not tenant.clock.virtual:
            raise ClockError(f"tenant {tenant.id!r} has a real clock: make a tenant with clock=virtual to advance it")
        if tenant in self._timers.moving:
            raise ClockError(f"the clock of {tenant.id!r} is being advanced already: wait for that to end")
        self._timers.moving.add(tenant)
        try:
            await self._timers.settle(tenant)
        except BaseException:
            self._timers.moving.discard(tenant)
            raise
        self._timers.ensure_moving(tenant)
        tenant.advancing = True

    async def __aexit__(self, *_: object) -> None:
        self._timers.moving.discard(self._tenant)
        if self._tenant.advancing:
            self._tenant.advancing = False
            self._timers.wake(self._tenant)
