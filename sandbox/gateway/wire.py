"""A request and a reply as they stand on the wire, free of any HTTP library."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec

from sandbox.protocol.client_certificate import ClientCertificate

NGINX = {"Server": "nginx"}


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """What arrived. `target` is the path and query as sent."""

    method: str
    path: str
    target: str
    body: bytes = b""
    headers: Any = {}  # a case-insensitive mapping
    remote: str = ""
    base_url: str = ""  # scheme and host that the caller used
    port: int = 0
    tls: bool = False  # the caller's TLS ended here, so that it could have shown a client certificate
    client_certificate: ClientCertificate | None = None  # of our issuer; its dates, its owner are not checked yet


class WireReply(msgspec.Struct, kw_only=True):
    """What goes back. `dropped`: the connection closes instead; `trickle`: seconds over which the body is sent.

    `reset`: the connection is torn down after so many bytes of the body; with `dropped`, before any of the answer.
    """

    status: int = 200
    headers: dict[str, str] = {}
    body: bytes = b""
    dropped: bool = False
    trickle: float = 0.0
    reset: int | None = None


def page(status: int, title: str, detail: str = "") -> WireReply:
    """The gateway's own HTML for what never reaches an endpoint; a detail takes the title's place in the head."""
    head = f"{status} {detail}" if detail else title
    below = f"<center>{detail}</center>\r\n" if detail else ""
    body = (
        f"<html>\r\n<head><title>{head}</title></head>\r\n"
        f'<body bgcolor="white">\r\n<center><h1>{title}</h1></center>\r\n{below}<hr><center>nginx</center>\r\n'
        "</body>\r\n</html>\r\n"
    )
    return WireReply(status=status, headers={"Content-Type": "text/html"}, body=body.encode())


def shown(text: str) -> WireReply:
    """A page for the browser inside WeChat."""
    return WireReply(headers={"Content-Type": "text/html; charset=utf-8"}, body=text.encode())


NOT_FOUND = "404 Not Found"
TOO_LARGE = "413 Request Entity Too Large"
TIMED_OUT = "408 Request Time-out"
BAD_REQUEST = "400 Bad Request"
BAD_GATEWAY = "502 Bad Gateway"


def query_of(target: str) -> dict[str, str]:
    """The parameters as sent, decoded, in their order; of two with one name the first counts."""
    fields: dict[str, str] = {}
    query = target.partition("?")[2].partition("#")[0]
    for name, value in parse_qsl(query, keep_blank_values=True) if query else ():
        fields.setdefault(name, value)
    return fields
