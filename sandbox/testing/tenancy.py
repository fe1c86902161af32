"""A tenant for one test: made before it, dropped after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sandbox.testing.credentials import Credentials, Folder
from sandbox.testing.faces import WeChatPay, WeChatPayServer
from sandbox.testing.server import Server
from sandbox.testing.world import World

if TYPE_CHECKING:  # what few tests ask for is imported when one does
    from sandbox.testing.conditions import Conditions


class Tenancy:
    """The tenant and its two faces."""

    def __init__(self, server: Server, world: World, folder: Folder) -> None:
        made = world.made

        def fetch(mchid: str) -> dict[str, Any]:
            return server.do(world.call("merchants.credentials", {"mchid": mchid}))

        credentials = Credentials(made, {**made, "mchid": made["mch_id"]}, fetch, folder)
        self.awaiting = WeChatPay(server, world, credentials)
        self.blocking = WeChatPayServer(server, world, credentials)

    def report(self) -> str:
        """What the platform saw, for a test that failed."""
        return self.blocking.timeline()


@contextmanager
def tenancy(server: Server, conditions: "Conditions | None", folder: Folder) -> Iterator[Tenancy]:
    """While the block lasts; without conditions, on a virtual clock with nothing else said. Raises ControlError."""
    world = server.do(_begin(server, conditions))
    try:
        yield Tenancy(server, world, folder)
    finally:
        server.do(server.control.call("tenants.delete", {"id": world.made["id"]}))


async def _begin(server: Server, conditions: "Conditions | None") -> World:
    since = max((one.id for one in server.box.tenants.unclaimed), default=0)
    asked = {"clock": "virtual"} if conditions is None else conditions.tenant
    made = await server.control.call("tenants.create", asked)
    control = server.control.of(made["id"])
    try:
        if conditions is not None:
            await conditions.prepare(control, made)
    except BaseException:
        await server.control.call("tenants.delete", {"id": made["id"]})
        raise
    return World(made, control, tuple(server.box.catalogue.by_name), since)
