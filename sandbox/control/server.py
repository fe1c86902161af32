"""The control API's server: requests below `/_sandbox` in, verbs done, JSON out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

from sandbox.actions.verb import Desk, Verb, VerbError, verbs
from sandbox.control import security
from sandbox.control.arguments import arguments, body_arguments, changed, query_arguments
from sandbox.control.events import Streams
from sandbox.control.openapi import document
from sandbox.control.pages import PAGES, index
from sandbox.control.routes import Routes
from sandbox.control.security import Caller, Gate
from sandbox.platform.diary import Deed
from sandbox.platform.identities import DEFAULT
from sandbox.platform.journal import Event, Watchers
from sandbox.platform.tenants import Tenant, Tenants

OURS = "/_sandbox"
BODY_SECONDS = 10.0
_HEADERS = {"Server": "wechatpay-sandbox", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_PAGES = frozenset(page.path for page in PAGES)
_log = logging.getLogger("sandbox.control")


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What the control API needs of the sandbox around it.

    `health` tells what is going on, `listed` a catalogue (endpoints, errors, fidelity) as JSON-like data. `site`
    answers for pages and files that hold nothing of any tenant's, or returns None.
    """

    gate: Gate
    tenants: Tenants
    watchers: Watchers
    version: str
    desk: Callable[[Tenant, str], Desk]
    health: Callable[[], Mapping[str, Any]]
    listed: Callable[[str], list[dict[str, Any]]]
    site: Callable[[web.BaseRequest], Awaitable[web.StreamResponse | None]]


class Control:
    """Answers everything below `/_sandbox`."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._streams = Streams(around.watchers)

    def close(self) -> None:
        """End the event streams."""
        self._streams.close()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request, whole; nothing it holds makes this raise."""
        caller = _caller(request)
        objection = security.objection(self._around.gate, caller)
        response: web.StreamResponse
        # A page is fetched before anybody could have typed the token into it.
        page = await self._around.site(request) if objection is None or objection.status == 401 else None
        if page is not None:
            response = page
        elif objection is not None:
            response = _refused(objection.status, objection.code, objection.message)
        elif caller.preflight:
            response = web.Response(status=204, headers=security.preflight_answer())
        else:
            response = await self._tried(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
            if objection is None or objection.status == 401:  # the page may ask, so it may read
                response.headers.update(security.shared_with(caller.origin))
        return response

    async def _tried(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await self._answer(request)
        except VerbError as error:
            return _refused(error.status, error.code, str(error), error.holder)
        except OverflowError as error:
            return _refused(400, "bad-request", f"a number is out of range: {error}")
        except Exception as error:
            _log.exception("%s %s went wrong", request.method, request.path)
            return _refused(500, "internal", f"the sandbox itself went wrong ({type(error).__name__}): see its log")

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.rel_url.raw_path.removeprefix(OURS) or "/"
        if path in _PAGES:
            if request.method not in ("GET", "HEAD"):
                return _not_allowed(request.method, ["GET"])
            return await self._page(path, request)
        at_path, placed = self._routes.find(path)
        if not at_path:
            raise VerbError(f"nothing is at {OURS}{path}: GET {OURS}/ lists what there is", status=404, code="no-route")
        verb = at_path.get("GET" if request.method == "HEAD" else request.method)
        if verb is None:
            return _not_allowed(request.method, list(at_path))
        given = await _given(request, verb)
        for name in placed.keys() & given.keys():
            raise VerbError(f"{name} stands in the path already: leave it out of the {_where(verb)}")
        args = arguments(verb.args, {**given, **placed})
        tenant = self._tenant(request, verb.tenant_free)
        desk = self._around.desk(tenant, f"{request.scheme}://{request.host}")
        began = (self._around.tenants.wall.now(), tenant.clock.now())
        result = await verb.run(desk, args)
        if verb.acts and not verb.tenant_free:
            self._write_down(tenant, verb, args, result, began)
        return _json(result)

    def _write_down(
        self, tenant: Tenant, verb: Verb, args: msgspec.Struct, result: msgspec.Struct, began: tuple[int, int]
    ) -> None:
        """What was done goes into the tenant's diary, and to whoever watches."""
        around = self._around
        number = getattr(args, "out_trade_no", "") or getattr(result, "out_trade_no", "") or ""
        at, instant = began
        tenant.diary.add(Deed(at=at, instant=instant, verb=verb.name, args=changed(args), out_trade_no=number))
        if around.watchers:
            around.watchers.tell(Event(kind="deed", tenant=tenant.id, id=verb.name, text=number))

    @cached_property
    def _routes(self) -> Routes:
        # Not at start-up: the first request of most sandboxes is not for a verb.
        return Routes(verbs().values())

    async def _page(self, path: str, request: web.BaseRequest) -> web.StreamResponse:
        around = self._around
        match path:
            case "/health":
                return _json(around.health())
            case "/openapi.json":
                return _json(document(verbs().values(), around.version))
            case "/endpoints" | "/errors" | "/fidelity":
                name = path.removeprefix("/")
                return _json({name: around.listed(name)})
            case "/events":
                return await self._events(request)
            case _:
                return _json(index(around.version, verbs().values()))

    async def _events(self, request: web.BaseRequest) -> web.StreamResponse:
        given = query_arguments(parse_qsl(request.query_string, keep_blank_values=True))
        kinds = given.pop("kind", [])
        if given:
            raise VerbError(f"events take only kind, came {', '.join(sorted(given))}")
        origin = security.shared_with(request.headers.get("Origin", ""))
        response = web.StreamResponse(headers={**_HEADERS, **origin, "Content-Type": "text/event-stream"})
        tenant = self._tenant(request, False)
        return await self._streams.serve(request, response, tenant.id, [kinds] if isinstance(kinds, str) else kinds)

    def _tenant(self, request: web.BaseRequest, free: bool) -> Tenant:
        tenants = self._around.tenants
        asked = "" if free else request.headers.get("X-Sandbox-Tenant", "")
        owner = None if free or asked else tenants.by_port(_reached(request)[1])
        if owner is not None:
            return owner
        id = asked or DEFAULT
        tenant = tenants.get(id)
        if tenant is None:
            names = ", ".join(one.id for one in tenants)
            raise VerbError(f"X-Sandbox-Tenant: no tenant {id!r}; there are {names}", status=404, code="no-tenant")
        return tenant


def _caller(request: web.BaseRequest) -> Caller:
    headers = request.headers
    return Caller(
        host=headers.get("Host", ""),
        origin=headers.get("Origin", ""),
        token=security.bearer(headers.get("Authorization", ""), headers.get("X-Sandbox-Token", "")),
        reached=_reached(request)[0],
        preflight=request.method == "OPTIONS" and "Access-Control-Request-Method" in headers,
    )


def _reached(request: web.BaseRequest) -> tuple[str, int]:
    """Our own address and port that the connection came to."""
    sockname = None if request.transport is None else request.transport.get_extra_info("sockname")
    return (sockname[0], sockname[1]) if isinstance(sockname, tuple) else ("", 0)


async def _given(request: web.BaseRequest, verb: Verb) -> dict[str, Any]:
    query = query_arguments(parse_qsl(request.query_string, keep_blank_values=True))
    body = await _body(request)
    if verb.method in ("GET", "DELETE"):
        if body.strip():
            raise VerbError(f"{verb.method} takes its arguments in the query string, and a body came")
        return query
    if query:
        raise VerbError(f"{verb.method} takes its arguments as JSON, and {next(iter(query))} came in the query string")
    if body and request.content_type != "application/json":
        raise VerbError(
            f"the body must be application/json, came {request.headers.get('Content-Type', 'no Content-Type')!r}",
            status=415,
            code="not-json",
        )
    return body_arguments(body)


async def _body(request: web.BaseRequest) -> bytes:
    if not request.can_read_body:
        return b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise VerbError("a body may hold at most 1 MiB", status=413, code="too-large") from None
    except TimeoutError:
        raise VerbError(f"the body did not arrive within {BODY_SECONDS:g} s", status=408, code="too-slow") from None
    except (web.RequestPayloadError, ValueError) as error:
        raise VerbError(f"the body cannot be read: {error}") from None


def _where(verb: Verb) -> str:
    return "query string" if verb.method in ("GET", "DELETE") else "body"


def _json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        status=status,
        headers=headers,
        body=msgspec.json.encode(value),
        content_type="application/json",
        charset="utf-8",
    )


def _refused(status: int, code: str, message: str, holder: str = "") -> web.Response:
    # What the caller sent may be quoted, and need not be text.
    shown = message.encode("utf-8", "replace").decode()
    error = {"code": code, "message": shown, **({"holder": holder} if holder else {})}
    challenge = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    response = _json({"error": error}, status, challenge)
    if status in (408, 413):
        response.force_close()
    return response


def _not_allowed(method: str, allowed: list[str]) -> web.Response:
    names = ", ".join(sorted(allowed))
    response = _refused(405, "method", f"{method} cannot be done here, only {names}")
    response.headers["Allow"] = names
    return response
