"""What an endpoint is: one file holds a `Form` and one decorated handler; everything else derives from it."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from sandbox.domain.merchant import App, Merchant
from sandbox.domain.settings import TenantSettings
from sandbox.errors import Refusal, Row
from sandbox.gateway.forms import Form
from sandbox.gateway.wire import Wire
from sandbox.platform.ids import Ids
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction

F = TypeVar("F", bound=Form)
Value = str | int


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a handler may touch. `fields` are the request's own, as sent; `now` is ms, tenant's clock.

    `body` is the JSON object that was sent, for what is not flat.
    """

    tx: Transaction
    now: int
    ids: Ids
    tenant: Tenant
    settings: TenantSettings
    fields: Mapping[str, str]
    merchant: Merchant | None = None
    app: App | None = None
    body: Mapping[str, Any] = {}
    base_url: str = ""
    negative_test: str = ""  # the header Wechatpay-Negative-Test


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What a handler answers. A dialect frames it.

    v2: `body` are the fields after the head; `signed_last` puts nonce_str and sign behind them. login: `body` are the
    JSON's members; `location` makes it a redirect, `html` a page. v3: `body` are the JSON's members, none is a 204;
    `file` is sent as it is, unsigned, with `content_type`. `refusal` is said after all, and what happened stays.
    """

    body: tuple[tuple[str, Any], ...] = ()
    echo: tuple[tuple[str, Value], ...] = ()  # v2: identity fields echoed after mch_id and appid
    signed_last: bool = False
    location: str = ""
    html: str = ""
    file: bytes | None = None
    content_type: str = ""
    refusal: Refusal | None = None
    late: float = 0.0  # seconds of real time until the answer leaves


Handler = Callable[[Call, Any], Reply]


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A route, its form, its handler and the errors it may raise."""

    name: str
    dialect: str
    method: str
    path: str
    title: str
    form: type[Form]
    handler: Handler
    raises: tuple[Row, ...]
    source: str = ""
    needs_certificate: bool = False


FIELD = ("title", "kind", "required", "where", "limit", "least", "pattern", "minimum", "maximum", "sample", "sensitive")


def described(endpoint: Endpoint) -> dict[str, Any]:
    """An endpoint as data, for listings; the fields of a part stand behind it, by dotted name."""
    told = ("name", "dialect", "method", "path", "title", "source", "needs_certificate")
    return {
        **{name: getattr(endpoint, name) for name in told},
        "fields": list(_fields(endpoint.form)),
        "raises": [row.name for row in endpoint.raises],
    }


def _fields(form: type[Form], within: str = "") -> Iterator[dict[str, Any]]:
    for field in form.fields:
        name = f"{within}{field.name}"
        yield {"name": name, **{one: getattr(field, one) for one in FIELD}}
        if field.shape is not None:
            yield from _fields(field.shape, f"{name}{'[]' if field.kind == 'parts' else ''}.")


class EndpointMaker(Generic[F]):
    """The decorator that turns a handler into an `Endpoint`."""

    def __init__(self, form: type[F], given: dict[str, Any]) -> None:
        self._form = form
        self._given = given

    def __call__(self, handler: Callable[[Call, F], Reply]) -> Endpoint:
        return Endpoint(form=self._form, handler=handler, **self._given)


def endpoint(
    dialect: str,
    route: str,
    form: type[F],
    *,
    title: str,
    raises: tuple[Row, ...] = (),
    name: str = "",
    source: str = "",
    needs_certificate: bool = False,
) -> EndpointMaker[F]:
    """`@endpoint("v2", "POST /pay/closeorder", CloseOrder, title="关闭订单", raises=(pay.ORDER_PAID,))`.

    The name is the dialect and the last word of the path unless given. Nothing is registered: `discover` finds it.
    """
    method, path = route.split(" ")
    given = {
        "name": name or f"{dialect}.{path.rsplit('/', 1)[-1]}",
        "dialect": dialect,
        "method": method,
        "path": path,
        "title": title,
        "raises": raises,
        "source": source,
        "needs_certificate": needs_certificate,
    }
    return EndpointMaker(form, given)


class Place(NamedTuple):
    """What lives at a path: its endpoints by method, and the values of the path's placeholders."""

    by_method: dict[str, Endpoint]
    values: dict[str, str]


class Catalogue:
    """Every endpoint, by name and by path."""

    def __init__(self, endpoints: Iterator[Endpoint]) -> None:
        """Raises ValueError when two endpoints share a name, or a path and a method."""
        self.by_name: dict[str, Endpoint] = {}
        self._exact: dict[str, Place] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Endpoint]]] = []
        by_path: dict[str, dict[str, Endpoint]] = {}
        for found in endpoints:
            methods = by_path.setdefault(found.path, {})
            if found.name in self.by_name or found.method in methods:
                raise ValueError(f"two endpoints are called {found.name} or answer {found.method} {found.path}")
            self.by_name[found.name] = methods[found.method] = found
        for path, methods in by_path.items():
            if "{" in path:
                self._patterns.append((re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), methods))
            else:
                self._exact[path] = Place(methods, {})

    def __iter__(self) -> Iterator[Endpoint]:
        return iter(self.by_name.values())

    def find(self, path: str) -> Place | None:
        """What lives at a path; None where nothing does."""
        place = self._exact.get(path)
        if place is not None:
            return place
        for pattern, methods in self._patterns:
            match = pattern.fullmatch(path)
            if match is not None:
                return Place(methods, match.groupdict())
        return None


def discover(package: ModuleType) -> Iterator[Endpoint]:
    """Every module-level `Endpoint` below a package."""
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            if isinstance(value, Endpoint):
                yield value


def nowhere(dialect: str, wire: Wire) -> Endpoint:
    """What stands in the journal for a path where no endpoint is."""

    def handler(call: Call, form: Form) -> Reply:
        raise LookupError(wire.path)

    return Endpoint(
        name="",
        dialect=dialect,
        method=wire.method,
        path=wire.path,
        title="",
        form=Form,
        handler=handler,
        raises=(),
    )
