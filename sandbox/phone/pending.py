"""Cashiers that stay open until somebody acts: in memory, bounded in number and in age."""

import asyncio
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sandbox.platform.clock import Wall
from sandbox.platform.tenants import Tenant

if TYPE_CHECKING:
    from sandbox.phone.entrance import Entrance, Outcome

LIFETIME = 30 * 60.0  # real seconds: a person sits before the screen
KEPT = 50  # a tenant; the oldest make room


class PendingCashier:
    """One cashier. `seen` is what its payer saw last, `outcome` its end once there is one."""

    def __init__(self, id: str, kind: str, entrance: "Entrance", seen: "Outcome", born: float) -> None:
        self.id = id
        self.kind = kind
        self.entrance = entrance
        self.seen = seen
        self.born = born
        self.outcome: Outcome | None = None
        self._ended = asyncio.Event()
        self.see(seen)

    def see(self, seen: "Outcome", *, stays: bool = False) -> None:
        """What came of trying; `stays`: the cashier is open all the same."""
        self.seen = seen
        if not stays and (seen.settled or seen.refusal is not None):
            self.outcome = seen
            self._ended.set()

    async def ended(self, seconds: float) -> None:
        """Wait for the end, for so long at most."""
        try:
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        except TimeoutError:
            pass


class PendingCashiers:
    """Every tenant's; one whose time is over was left by its payer."""

    def __init__(self, wall: Wall) -> None:
        self._wall = wall
        self._of: WeakKeyDictionary[Tenant, dict[str, PendingCashier]] = WeakKeyDictionary()

    def open(self, tenant: Tenant, kind: str, entrance: "Entrance", seen: "Outcome") -> PendingCashier:
        """Keep one more: open, or refused already."""
        kept = self._kept(tenant)
        with tenant.transaction() as tx:
            id = f"c{tx.count('cashier')}"
        cashier = kept[id] = PendingCashier(id, kind, entrance, seen, self._wall.monotonic())
        while len(kept) > KEPT:
            _leave(kept.pop(next(iter(kept))))
        return cashier

    def all(self, tenant: Tenant) -> list[PendingCashier]:
        """The newest first."""
        return list(reversed(self._kept(tenant).values()))

    def find(self, tenant: Tenant, id: str) -> PendingCashier | None:
        """One by its id."""
        return self._kept(tenant).get(id)

    def clear(self, tenant: Tenant) -> None:
        """Everybody leaves."""
        for cashier in self._of.pop(tenant, {}).values():
            _leave(cashier)

    def _kept(self, tenant: Tenant) -> dict[str, PendingCashier]:
        kept = self._of.setdefault(tenant, {})
        limit = self._wall.monotonic() - LIFETIME
        for id in [one.id for one in kept.values() if one.born < limit]:
            _leave(kept.pop(id))
        return kept


def _leave(cashier: PendingCashier) -> None:
    # The phone is loaded when it is picked up; this book is there from the start.
    from sandbox.errors import Refusal, phone
    from sandbox.phone.entrance import Outcome

    if cashier.outcome is None:
        seen = cashier.seen
        cashier.see(Outcome(payer=seen.payer, order=seen.order, refusal=Refusal(phone.PAYMENT_CANCELLED)))
