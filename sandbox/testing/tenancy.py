"""A tenant for one test: made before it, dropped after it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sandbox.testing.credentials import Credentials, Folder
from sandbox.testing.faces import WeChatPay, WeChatPayServer
from sandbox.testing.server import Server
from sandbox.testing.world import World


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
def tenancy(server: Server, asked: Mapping[str, Any], folder: Folder) -> Iterator[Tenancy]:
    """While the block lasts; `asked` is what `tenants.create` is asked for. Raises ControlError."""
    world = server.do(_begin(server, asked))
    try:
        yield Tenancy(server, world, folder)
    finally:
        server.do(server.control.call("tenants.delete", {"id": world.made["id"]}))


async def _begin(server: Server, asked: Mapping[str, Any]) -> World:
    since = max((one.id for one in server.box.tenants.unclaimed), default=0)
    made = await server.control.call("tenants.create", asked)
    return World(made, server.control.of(made["id"]), tuple(server.box.catalogue.by_name), since)
