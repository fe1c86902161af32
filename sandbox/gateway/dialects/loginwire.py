"""How parameters and answers of api.weixin.qq.com look on the wire."""

import hashlib
from typing import Any

import msgspec

from sandbox.gateway.visit import Visit
from sandbox.gateway.wire import WireReply
from sandbox.protocol import identifiers

JSON = "application/json; encoding=utf-8"


def json_object(body: bytes) -> dict[str, Any] | None:
    """The body's JSON object; None for anything else."""
    try:
        value = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def scalars(body: dict[str, Any]) -> dict[str, str]:
    """The members that are no objects or lists, as text; null is the same as absent."""
    flags = {True: "true", False: "false"}
    return {
        name: flags[value] if isinstance(value, bool) else str(value)
        for name, value in body.items()
        if isinstance(value, str | int | float)
    }


def rid(visit: Visit) -> str:
    """The request's id: the same for the same request at the same instant."""
    wire = visit.wire
    if visit.tenant is not None:
        return visit.tenant.ids.rid(visit.now, wire.method, wire.target, wire.body.hex())
    seen = f"{wire.method} {wire.target}".encode("utf-8", "surrogatepass") + wire.body
    return identifiers.rid(hashlib.sha256(seen).digest(), visit.now)


def answer(visit: Visit, body: dict[str, Any]) -> WireReply:
    """Compact JSON whose slashes are escaped; below /sns it is called plain text."""
    kind = "text/plain" if visit.wire.path.startswith("/sns/") else JSON
    return WireReply(headers={"Content-Type": kind}, body=msgspec.json.encode(body).replace(b"/", b"\\/"))
