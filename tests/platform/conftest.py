"""A store, tenants on it, and timers: the platform without a gateway."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from sandbox.platform.clock import Wall
from sandbox.platform.journal import Watchers
from sandbox.platform.tenants import NewTenant, Tenant, Tenants
from sandbox.store import SqliteStore

START = 1_767_225_600_000


@pytest.fixture
def reopen(tmp_path: Path) -> Iterator[Callable[[], Tenants]]:
    """Opens the tenants on one file; each call is a restart."""
    stores: list[SqliteStore] = []

    def open_again() -> Tenants:
        if stores:
            stores[-1].close()
        stores.append(SqliteStore(tmp_path / "s.sqlite"))
        return Tenants(stores[-1], Wall(), Watchers())

    yield open_again
    stores[-1].close()


@pytest.fixture
async def tenants() -> AsyncIterator[Tenants]:
    """Nobody yet, in memory."""
    store = SqliteStore()
    yield Tenants(store, Wall(), Watchers())
    store.close()


@pytest.fixture
def tenant(tenants: Tenants) -> Tenant:
    """A tenant with a virtual clock."""
    return tenants.create(NewTenant(seed="7", start=START), "unused")
