"""A test's tenant, as the code in the server's loop sees it."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from sandbox.control.client import ControlClient
from sandbox.testing.answers import Notification, Order, Refund, Request

T = TypeVar("T")

EVERY = 100_000
"""More than a test makes."""


class World:
    """`made` is the tenant as `tenants.create` describes it; `endpoints` the names of all that can be called.

    `handed` are the handles of orders that the shop gave to a payer; `since` is the last exchange before the test.
    """

    def __init__(self, made: dict[str, Any], control: ControlClient, endpoints: tuple[str, ...], since: int) -> None:
        self.made = made
        self.endpoints = endpoints
        self.handed: list[str] = []
        self._control = control
        self._since = since

    @property
    def start(self) -> int:
        """Where the tenant's clock began."""
        return int(self.made["now"])

    async def call(self, verb: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Do a verb of the control API. Raises ControlError."""
        return await self._control.call(verb, args)

    async def ask(self, answer: type[T], verb: str, **args: Any) -> T:
        """Do a verb, and its answer as a value. Raises ControlError."""
        return msgspec.convert(await self.call(verb, args), answer)

    async def now(self) -> int:
        """The tenant's instant."""
        return int((await self.call("clock.read", {}))["now"])

    async def settle(self) -> None:
        """Until everything that is due now has happened."""
        await self.call("notify.settle", {})

    async def orders(self) -> list[Order]:
        """Oldest first."""
        return msgspec.convert((await self.call("orders.list", {"limit": EVERY}))["orders"][::-1], list[Order])

    async def refunds(self) -> list[Refund]:
        """Oldest first."""
        return msgspec.convert((await self.call("refunds.list", {"limit": EVERY}))["refunds"][::-1], list[Refund])

    async def notifications(self) -> list[Notification]:
        """Oldest first."""
        return msgspec.convert((await self.call("notify.list", {}))["notifications"][::-1], list[Notification])

    async def requests(self) -> list[Request]:
        """The shop's, oldest first."""
        return [one for one in await self._exchanges(unclaimed=False) if one.tenant]

    async def unclaimed(self) -> list[Request]:
        """What arrived since the test began and belonged to no tenant."""
        return [one for one in await self._exchanges(unclaimed=True) if not one.tenant]

    async def _exchanges(self, *, unclaimed: bool) -> list[Request]:
        args = {"limit": EVERY, "unclaimed": unclaimed, "after": self._since}
        return msgspec.convert((await self.call("exchanges.list", args))["exchanges"], list[Request])
