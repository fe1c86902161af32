"""What a verb is: a name, a route, typed arguments, a typed result, and one function."""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Iterator
from types import ModuleType
from typing import Any, Generic, TypeVar

import msgspec

from sandbox.domain.order import Order
from sandbox.notifier.deliveries import Deliveries
from sandbox.phone.pending import PendingCashiers
from sandbox.platform.tenants import Tenant, Tenants
from sandbox.platform.timers import Timers

NO_PORT = -1

A = TypeVar("A", bound=msgspec.Struct)
R = TypeVar("R", bound=msgspec.Struct)


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What a verb may use: the tenant it acts on, and the sandbox around it.

    `draw()` gives a fresh seed; `listen(tenant, port)` opens a port of the tenant's own (0: any free one), or with
    NO_PORT closes it, and raises OSError; `base_url` is how the caller reached the sandbox.
    """

    tenant: Tenant
    tenants: Tenants
    timers: Timers
    deliveries: Deliveries
    cashiers: PendingCashiers
    draw: Callable[[], str]
    listen: Callable[[Tenant, int], Awaitable[None]]
    base_url: str = ""


class VerbError(Exception):
    """The verb cannot be done. `status` is the HTTP status; the message says what to do next."""

    def __init__(self, message: str, *, status: int = 400, code: str = "bad-request", holder: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.holder = holder


class NoArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verb that needs nothing."""


class Verb(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be done. `tenant_free` verbs do not act on an existing tenant.

    `looks`: nothing changes, although what is looked at comes in a body.
    """

    name: str
    method: str
    path: str  # below /_sandbox, with {placeholders} that are arguments
    summary: str
    summary_zh: str
    args: type[msgspec.Struct]
    result: type[msgspec.Struct]
    run: Callable[[Desk, Any], Awaitable[msgspec.Struct]]
    tenant_free: bool = False
    looks: bool = False

    @property
    def acts(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET" and not self.looks


class VerbMaker(Generic[A, R]):
    """The decorator that turns a function into a `Verb`."""

    def __init__(self, args: type[A], result: type[R], given: dict[str, Any]) -> None:
        self._given = {"args": args, "result": result, **given}

    def __call__(self, run: Callable[[Desk, A], Awaitable[R]]) -> Verb:
        return Verb(run=run, **self._given)


def verb(
    name: str,
    route: str,
    args: type[A],
    result: type[R],
    *,
    summary: str,
    summary_zh: str,
    tenant_free: bool = False,
    looks: bool = False,
) -> VerbMaker[A, R]:
    """`@verb("clock.advance", "POST /clock/advance", Advance, Advanced, summary="…", summary_zh="…")`."""
    method, path = route.split(" ")
    given = {
        "name": name,
        "method": method,
        "path": path,
        "summary": summary,
        "summary_zh": summary_zh,
        "tenant_free": tenant_free,
        "looks": looks,
    }
    return VerbMaker(args, result, given)


def verbs() -> dict[str, Verb]:
    """Every verb by name, found by walking this package. Two of one name or route stop the program."""
    found: dict[str, Verb] = {}
    routes: set[tuple[str, str]] = set()
    for one in _discover(importlib.import_module("sandbox.actions")):
        if one.name in found or (one.method, one.path) in routes:
            raise ValueError(f"two verbs are called {one.name} or answer {one.method} {one.path}")
        found[one.name] = one
        routes.add((one.method, one.path))
    return found


def find_order(desk: Desk, out_trade_no: str, mchid: str = "") -> Order:
    """The tenant's order of this number, ordinary before combined; Raises VerbError.

    `mchid` is needed only when several merchants use the number.
    """
    with desk.tenant.transaction() as tx:
        mchids = [mchid] if mchid else list(desk.tenant.merchants)
        found = [order for one in mchids if (order := tx.order(one, out_trade_no)) is not None]
        if not found:
            found = [one.whole for mch in mchids if (one := tx.combined(mch, out_trade_no)) is not None]
    if not found:
        raise VerbError(
            f"no order {out_trade_no!r} in tenant {desk.tenant.id!r}: GET /_sandbox/orders lists what there is",
            status=404,
            code="not-found",
        )
    if len(found) > 1:
        raise VerbError(f"several merchants have an order {out_trade_no!r}: add mchid")
    return found[0]


def _discover(package: ModuleType) -> Iterator[Verb]:
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        for value in vars(importlib.import_module(info.name)).values():
            if isinstance(value, Verb):
                yield value
