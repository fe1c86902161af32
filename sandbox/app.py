"""The composition root: the only place that knows every part of a sandbox."""

import asyncio
import os
import secrets
from collections.abc import Awaitable, Sequence
from concurrent.futures import Executor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

import sandbox.gateway.endpoints
from sandbox import __version__
from sandbox.actions.verb import NO_PORT, Desk, verbs
from sandbox.config import Settings
from sandbox.console.site import Site
from sandbox.control.security import Gate
from sandbox.control.server import Control, Surroundings
from sandbox.domain.fidelity import RULES
from sandbox.doors.directory import CA_FILE, data_directory
from sandbox.doors.listening import Factory, PortTaken, another, listen, port_of
from sandbox.errors.problem import catalogue as error_catalogue
from sandbox.errors.problem import families
from sandbox.gateway.connection import Server
from sandbox.gateway.dialects.dialect import Dialect
from sandbox.gateway.dialects.login import Login
from sandbox.gateway.dialects.v2 import V2
from sandbox.gateway.dialects.v3 import V3
from sandbox.gateway.edge import Edge
from sandbox.gateway.pipeline import Pipeline
from sandbox.gateway.spec import Catalogue, described, discover
from sandbox.notifier.courier import Courier
from sandbox.notifier.deliveries import Deliveries
from sandbox.phone.pending import PendingCashiers
from sandbox.platform import contracts, deductions, outbox, red_packets, refunds, sharings, transfers
from sandbox.platform.clock import Wall
from sandbox.platform.identities import DEFAULT
from sandbox.platform.journal import Diagnosis, Exchange, Watchers
from sandbox.platform.keys import KeyPool
from sandbox.platform.tenants import NewTenant, Tenant, Tenants
from sandbox.platform.timers import Handler, Timers
from sandbox.store import SqliteStore

if TYPE_CHECKING:
    from sandbox.doors.doors import Doors
    from sandbox.doors.incident import Incident

OURS = "/_sandbox"


def catalogue() -> Catalogue:
    """Every endpoint of the platform."""
    return Catalogue(discover(sandbox.gateway.endpoints))


def dialects() -> Sequence[Dialect]:
    """The wire languages; the last one owns what no other does."""
    return (Login(), V3(), V2())


class Sandbox:
    """A running sandbox: `async with Sandbox(settings) as box: …`. Two can run in one process."""

    def __init__(
        self, settings: Settings | None = None, *, wall: Wall | None = None, executor: Executor | None = None
    ) -> None:
        """Opens the store. Raises StoreError when it cannot. `executor`: handlers run in its threads."""
        self.settings = settings = settings or Settings()
        self.wall = wall or Wall()
        self.store = SqliteStore(settings.store)
        self.watchers = Watchers()
        self.tenants = Tenants(self.store, self.wall, self.watchers)
        self.courier = Courier()
        self.deliveries = Deliveries(self.courier, self.watchers, self._wake, settings.notify_map)
        self.timers = Timers(self._handlers(), self.watchers, far=contracts.EXPIRE)
        self.cashiers = PendingCashiers(self.wall)
        self.catalogue = catalogue()
        self.pipeline = Pipeline(
            self.catalogue, dialects(), self.tenants, wake=self._wake, executor=executor, strict=settings.strict
        )
        self.default = self._default_tenant()
        self.port = self.https_port = self.proxy_port = 0
        self._edge = Edge(self.pipeline, self.wall)
        self._control = Control(self._surroundings())
        self._server = Server(self._answer)
        self._listeners: list[asyncio.Server] = []
        self._own_ports: dict[str, asyncio.Server] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        """Where the sandbox answers."""
        host = self.settings.host
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
        return f"http://{shown}:{self.port}"

    @property
    def ca_file(self) -> Path:
        """The certificate of the authority behind the TLS doors."""
        return self._data_dir / CA_FILE

    @cached_property
    def doors(self) -> "Doors":
        """What stands behind the TLS port and the proxy's; made at the first connection, not at start."""
        from sandbox.doors.doors import Doors

        issuer, passed = KeyPool(), self.settings.passed
        return Doors(
            self._data_dir, self.wall.now, lambda: issuer.issuer_pem, self._server.connection, self._happened, passed
        )

    def _tls(self) -> asyncio.BaseProtocol:
        return self.doors.tls()

    def _proxy(self) -> asyncio.BaseProtocol:
        return self.doors.proxy()

    @property
    def _data_dir(self) -> Path:
        return self.settings.data_dir or data_directory(os.environ, Path.home())

    @property
    def version(self) -> str:
        """The program's version."""
        return __version__

    async def start(self) -> None:
        """Listen, take up what a stopped sandbox left, and send what is due. Raises PortTaken."""
        self._loop = asyncio.get_running_loop()
        settings = self.settings
        self.port = await self._open(self._server, settings.host, settings.port, another("--port", needed=True))
        if settings.https_port is not None:
            self.https_port = await self._open(self._tls, settings.host, settings.https_port, another("--https-port"))
        if settings.proxy_port is not None:
            self.proxy_port = await self._open(self._proxy, "127.0.0.1", settings.proxy_port, another("--proxy-port"))
        self.pipeline.homes = {port: self.url for port in (self.https_port, self.proxy_port) if port}
        for tenant in self.tenants:
            if tenant.asked.port is not None:
                await self.listen(tenant, tenant.asked.port)
            self.deliveries.recover(tenant)
            self.timers.wake(tenant)
        if (self.https_port or self.proxy_port) and not self.ca_file.exists():
            await self.doors.introduce()  # once on each machine; requests are answered meanwhile

    async def stop(self) -> None:
        """Stop listening, stop sending, close the store."""
        for listener in (*self._listeners, *self._own_ports.values()):
            listener.close()
        self._control.close()
        if "doors" in self.__dict__:
            await self.doors.close()
        await self._server.shutdown(1.0)
        self.pipeline.close()
        await self.timers.close()
        await self.courier.close()
        self.store.close()

    async def __aenter__(self) -> "Sandbox":
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def listen(self, tenant: Tenant, port: int) -> None:
        """Give a tenant a port of its own (0: any free one), or with NO_PORT take it away. Raises PortTaken."""
        old = self._own_ports.pop(tenant.id, None)
        if old is not None:
            old.close()
        if port == NO_PORT:
            self.tenants.open_port(tenant, 0)
            return
        remedy = "ask for another, or for 0: any free one"
        self._own_ports[tenant.id] = listener = await listen(self._server, self.settings.host, port, remedy)
        self.tenants.open_port(tenant, port_of(listener))

    async def _open(self, factory: Factory, host: str, port: int, remedy: str) -> int:
        """Listen for as long as the sandbox runs; the port."""
        listener = await listen(factory, host, port, remedy)
        self._listeners.append(listener)
        return port_of(listener)

    def desk(self, tenant: Tenant, base_url: str = "") -> Desk:
        """What a verb gets."""
        return Desk(
            tenant=tenant,
            tenants=self.tenants,
            timers=self.timers,
            deliveries=self.deliveries,
            cashiers=self.cashiers,
            draw=_draw_seed,
            listen=self.listen,
            base_url=base_url or self.url,
        )

    def health(self) -> dict[str, Any]:
        """What `GET /_sandbox/health` says."""
        store = self.settings.store
        return {
            "ready": True,
            "version": __version__,
            "store": "memory" if store is None else str(store),
            "ports": self.ports(),
            "tenants": len(list(self.tenants)),
        }

    def listed(self, name: str) -> list[dict[str, Any]]:
        """A catalogue as data: endpoints, errors, or fidelity, the rules that are neither a row nor a field."""
        if name == "endpoints":
            return [described(one) for one in self.catalogue]
        if name == "errors":
            family = families()
            return [{"family": family[name], **msgspec.to_builtins(row)} for name, row in error_catalogue().items()]
        return [msgspec.to_builtins(rule) for rule in RULES]

    def _surroundings(self) -> Surroundings:
        settings = self.settings
        gate = Gate(
            host=settings.host,
            token=settings.token,
            allow_hosts=settings.allow_hosts,
            allow_origins=settings.allow_origins,
        )
        return Surroundings(
            gate=gate,
            tenants=self.tenants,
            watchers=self.watchers,
            version=__version__,
            desk=self.desk,
            health=self.health,
            listed=self.listed,
            site=Site(__version__, settings.allow_origins).answer,
        )

    def _wake(self, tenant: Tenant) -> None:
        loop = self._loop
        if loop is None:
            return
        if asyncio.events._get_running_loop() is loop:
            self.timers.wake(tenant)
        else:
            loop.call_soon_threadsafe(self.timers.wake, tenant)

    def _answer(self, request: web.BaseRequest) -> Awaitable[web.StreamResponse]:
        path = request.path
        if path.startswith(OURS) and path[len(OURS) : len(OURS) + 1] in ("", "/"):
            return self._control.answer(request)
        return self._edge.answer(request)

    def _handlers(self) -> dict[str, Handler]:
        """What each kind of timer does."""
        return {
            outbox.NOTIFY: self.deliveries.due,
            refunds.SETTLE: refunds.due,
            sharings.SETTLE: sharings.due,
            sharings.GIVE_BACK: sharings.due_return,
            deductions.CARRY_OUT: deductions.due,
            contracts.EXPIRE: contracts.due,
            red_packets.EXPIRE: red_packets.due,
            transfers.GO_ON: transfers.due,
            transfers.BATCH: transfers.due_batch,
        }

    def ports(self) -> dict[str, int]:
        """The open doors."""
        ports = {"http": self.port, "https": self.https_port, "proxy": self.proxy_port}
        return {name: port for name, port in ports.items() if port}

    def _happened(self, told: "Incident") -> None:
        """What happened at a door goes into the journal of what belongs to nobody."""
        diagnosis = Diagnosis(
            code=told.code, summary=told.summary, summary_zh=told.summary_zh, fix=told.fix, fix_zh=told.fix_zh
        )
        now = self.wall.now()
        exchange = Exchange(
            at=now, instant=now, method=told.method, target=told.target, remote=told.remote, status=told.status,
            problem=told.code, said=told.summary, diagnosis=diagnosis,
        )  # fmt: skip
        self.tenants.unclaimed.add(exchange)

    def _default_tenant(self) -> Tenant:
        found = self.tenants.get(DEFAULT)
        if found is not None:
            return found
        settings = self.settings
        return self.tenants.create(NewTenant(id=DEFAULT, clock=settings.clock, seed=settings.seed), _draw_seed())


def _draw_seed() -> str:
    return secrets.token_hex(8)


__all__ = ["OURS", "PortTaken", "Sandbox", "catalogue", "described", "dialects", "verbs"]
