"""The control API's client: verbs by name, for scenarios, the command line and tests."""

import asyncio
import copy
import re
from collections.abc import AsyncIterator, Mapping
from functools import cache
from typing import Any, Self
from urllib.parse import quote, urlencode

import aiohttp
import msgspec
from yarl import URL

_PLACEHOLDER = re.compile(r"{(\w+)}")
Arguments = msgspec.Struct | Mapping[str, Any] | None


class ControlError(Exception):
    """The sandbox refused a call, or (`status` 0) does not answer."""

    def __init__(self, status: int, code: str, message: str, holder: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.holder = holder


class ControlClient:
    """One tenant's control API at `base_url` (scheme, host and port): `async with ControlClient(url) as control: …`."""

    def __init__(self, base_url: str, *, tenant: str = "default", token: str = "") -> None:
        self.base_url = base_url.rstrip("/")
        self.tenant = tenant
        self._connections = _Connections({"X-Sandbox-Token": token} if token else {})

    def of(self, tenant: str) -> "ControlClient":
        """Another tenant's control API over the same connections; closing either closes them."""
        other = copy.copy(self)
        other.tenant = tenant
        return other

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._connections.close()

    async def call(self, verb: str, args: Arguments = None) -> dict[str, Any]:
        """Do a verb, `clock.advance` say. Raises ControlError."""
        method, path = _route(verb)
        given = dict(msgspec.to_builtins({} if args is None else args))
        path = _placed(path, given)
        if method in ("GET", "DELETE"):
            return await self._ask(method, f"{path}?{urlencode(_query(given))}")
        return await self._ask(method, path, json=given)

    async def read(self, page: str) -> dict[str, Any]:
        """A page that is no verb: health, endpoints, errors, openapi.json. Raises ControlError."""
        return await self._ask("GET", f"/{page}")

    async def events(self, *kinds: str) -> AsyncIterator[dict[str, Any]]:
        """What happens from now on, until the sandbox stops. Raises ControlError."""
        try:
            async with self._request("GET", f"/events?{urlencode({'kind': kinds}, doseq=True)}") as response:
                if response.status != 200:
                    raise _error(response.status, await response.read())
                async for line in response.content:
                    if line.startswith(b"data: "):
                        yield msgspec.json.decode(line[6:])
        except aiohttp.ClientConnectorError as error:
            raise self._unreachable(error) from None
        except aiohttp.ClientError:
            return

    async def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            async with self._request(method, path, **more) as response:
                body = await response.read()
        except (aiohttp.ClientError, OSError) as error:
            raise self._unreachable(error) from None
        if response.status != 200:
            raise _error(response.status, body)
        try:
            return msgspec.json.decode(body, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _error(response.status, body) from None

    def _request(self, method: str, path: str, **more: Any) -> Any:
        # Encoded already: a value that is `..` or holds a slash must arrive as it is.
        url = URL(f"{self.base_url}/_sandbox{path}", encoded=True)
        headers = {"X-Sandbox-Tenant": self.tenant}
        return self._connections.session.request(method, url, headers=headers, allow_redirects=False, **more)

    def _unreachable(self, error: Exception) -> ControlError:
        return ControlError(
            0, "unreachable", f"no sandbox answers at {self.base_url} ({error}): start one with wechatpay-sandbox serve"
        )


class _Connections:
    """A session of aiohttp's, made when the first call needs it."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A drain takes as long as the merchant does.
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=5.0)
            self._session = aiohttp.ClientSession(headers=self._headers, timeout=timeout)
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def call(
    base_url: str, verb: str, args: Arguments = None, *, tenant: str = "default", token: str = ""
) -> dict[str, Any]:
    """Do one verb and wait for it, where no loop runs. Raises ControlError."""

    async def once() -> dict[str, Any]:
        async with ControlClient(base_url, tenant=tenant, token=token) as control:
            return await control.call(verb, args)

    return asyncio.run(once())


def _route(verb: str) -> tuple[str, str]:
    known = _routes()
    found = known.get(verb)
    if found is None:
        raise ControlError(404, "no-verb", f"no verb is called {verb!r}; there are {', '.join(sorted(known))}")
    return found


@cache
def _routes() -> dict[str, tuple[str, str]]:
    # Imported when needed: who only reads pages need not load every verb.
    from sandbox.actions.verb import verbs

    return {name: (verb.method, verb.path) for name, verb in verbs().items()}


def _placed(path: str, given: dict[str, Any]) -> str:
    """The path with its placeholders filled from what is given, which loses them. Raises ControlError."""
    for name in _PLACEHOLDER.findall(path):
        value = str(given.pop(name, ""))
        if not value:
            raise ControlError(400, "bad-request", f"{name} is missing: it is required")
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return path


def _query(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, str(one).lower() if isinstance(one, bool) else str(one))
        for name, value in given.items()
        for one in (value if isinstance(value, list | tuple) else (value,))
        if one is not None
    ]


def _error(status: int, body: bytes) -> ControlError:
    try:
        error = msgspec.json.decode(body)["error"]
        return ControlError(status, error["code"], error["message"], error.get("holder", ""))
    except (msgspec.DecodeError, UnicodeDecodeError, LookupError, TypeError):
        shown = body[:200].decode("utf-8", "replace")
        return ControlError(status, "no-control", f"this is no sandbox's answer: HTTP {status} {shown!r}")
