"""Who may use the control API: Host against DNS rebinding, Origin against foreign pages, a token off loopback. Pure."""

import hmac
import ipaddress
from urllib.parse import urlsplit

import msgspec

ALLOWED_HEADERS = "Authorization, Content-Type, X-Sandbox-Tenant, X-Sandbox-Token"
ALLOWED_METHODS = "GET, POST, PATCH, DELETE"


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """What the sandbox was started with: the address it is bound to, and what was allowed besides."""

    host: str = "127.0.0.1"
    token: str = ""
    allow_hosts: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says of itself; `reached` is our own address that its connection came to."""

    host: str
    origin: str = ""
    token: str = ""
    reached: str = ""
    preflight: bool = False


class Objection(msgspec.Struct, frozen=True, kw_only=True):
    """Why the request is not served."""

    status: int
    code: str
    message: str


def objection(gate: Gate, caller: Caller) -> Objection | None:
    """The first rule that the caller breaks. A preflight never carries a token, so none is asked of it."""
    if not host_allowed(gate, caller):
        return Objection(
            status=403,
            code="foreign-host",
            message=f"Host {caller.host!r} is none of this sandbox's names (a page could have pointed its own name "
            f"here): use a loopback address or {gate.host}, or start with --allow-host {_name(caller.host) or 'NAME'}",
        )
    if caller.origin and not origin_allowed(gate, caller):
        return Objection(
            status=403,
            code="foreign-origin",
            message=f"pages of {caller.origin!r} may not drive this sandbox: start it with --allow-origin ORIGIN "
            "to let them",
        )
    if caller.preflight or not token_needed(gate):
        return None
    if not gate.token:
        return Objection(
            status=401,
            code="no-token",
            message=f"bound to {gate.host}, reachable from elsewhere, so calls need a token and none was set: "
            "start with --token TOKEN",
        )
    if not hmac.compare_digest(_bytes(caller.token), _bytes(gate.token)):
        came = "another one came" if caller.token else "none came"
        return Objection(
            status=401,
            code="token",
            message=f"the token of --token is needed and {came}: send it as Authorization: Bearer TOKEN "
            "or X-Sandbox-Token: TOKEN",
        )
    return None


def host_allowed(gate: Gate, caller: Caller) -> bool:
    """Loopback, the address we are bound to (or, bound to all, the one that was reached), or an allowed name."""
    name = _name(caller.host)
    if not name:
        return False
    return loopback(name) or name in {_bare(gate.host), _bare(caller.reached), *map(_name, gate.allow_hosts)}


def origin_allowed(gate: Gate, caller: Caller) -> bool:
    """Ours (the same host and port as asked for), loopback, or an allowed origin; `null` is nobody's."""
    origin = caller.origin.lower()
    if origin in {allowed.lower().rstrip("/") for allowed in gate.allow_origins}:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or origin != f"{parts.scheme}://{parts.netloc}":
        return False
    return parts.netloc == caller.host.lower() or loopback(_name(parts.netloc))


def token_needed(gate: Gate) -> bool:
    """Off loopback always; on loopback when a token was set."""
    return bool(gate.token) or not loopback(_bare(gate.host))


def loopback(name: str) -> bool:
    """Whether a host name or address can only be this machine."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def bearer(authorization: str, header: str) -> str:
    """The token that came: `X-Sandbox-Token`, or `Authorization: Bearer`."""
    scheme, _, token = authorization.partition(" ")
    return header or (token.strip() if scheme.lower() == "bearer" else "")


def shared_with(origin: str) -> dict[str, str]:
    """The headers that let a page of `origin`, which was allowed, read the answer."""
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else {"Vary": "Origin"}


def preflight_answer() -> dict[str, str]:
    """The headers that answer a preflight, besides `shared_with`."""
    return {
        "Access-Control-Allow-Methods": ALLOWED_METHODS,
        "Access-Control-Allow-Headers": ALLOWED_HEADERS,
        "Access-Control-Allow-Private-Network": "true",
        "Access-Control-Max-Age": "600",
    }


def _name(host: str) -> str:
    """The name in `name:port` or `[address]:port`, in lower case; empty when there is none."""
    try:
        parts = urlsplit(f"//{host}")
        if parts.netloc != host or "@" in host:
            return ""
        return _bare(parts.hostname or "")
    except ValueError:
        return ""


def _bare(address: str) -> str:
    """An address as names are compared: lower case, no brackets, no zone, no final dot."""
    return address.lower().strip("[]").partition("%")[0].rstrip(".")


def _bytes(token: str) -> bytes:
    # Header bytes that are no UTF-8 arrive as surrogates.
    return token.encode("utf-8", "surrogateescape")
