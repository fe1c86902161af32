"""Orders listed page by page."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.app import Sandbox
from sandbox.control.client import ControlClient
from sandbox.platform.tenants import Tenant


@pytest.fixture
async def control(box: Sandbox, tenant: Tenant) -> AsyncIterator[ControlClient]:
    """The tenant's control API."""
    async with ControlClient(box.url, tenant=tenant.id) as client:
        yield client


async def numbers(control: ControlClient, **asked: Any) -> list[str]:
    """The numbers that are listed."""
    return [one["out_trade_no"] for one in (await control.call("orders.list", asked))["orders"]]


async def test_a_list_goes_on_where_it_ended(control: ControlClient, merchant: Any) -> None:
    """Page by page every order comes once, those of one instant too, newest first."""
    for n in range(5):
        await merchant.post("/pay/unifiedorder", merchant.order(f"T{n}"))
        await control.call("clock.advance", {"by": "1s" if n % 2 else 0})
    everything = await numbers(control)
    paged: list[str] = []
    while page := await numbers(control, limit=2, before=paged[-1] if paged else ""):
        paged += page
    assert (paged, everything) == (["T4", "T2", "T3", "T0", "T1"],) * 2
    assert await numbers(control, text="t3") == ["T3"]
    assert await numbers(control, text="x") == []
