"""What a client asks of a proxy, read from the head of its request. Pure."""

from urllib.parse import urlsplit

import msgspec

HOP_BY_HOP = frozenset({"connection", "proxy-connection", "proxy-authorization", "keep-alive"})


class NotForProxies(ValueError):
    """The head is no request to a proxy; the message says what came."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A tunnel (`CONNECT host:port`) or one request whose target is a whole URL."""

    method: str
    scheme: str  # empty for a tunnel
    host: str
    port: int
    target: str  # as it was written
    origin_form: str = ""  # path and query
    headers: tuple[str, ...] = ()

    @property
    def tunnel(self) -> bool:
        """Whether bytes are to be carried, whatever they are."""
        return not self.scheme

    def head(self) -> bytes:
        """The request as the server itself would get it. It is the only one on its connection.

        A client that sends plain requests through a proxy sends those for any host over the same connection.
        """
        lines = [f"{self.method} {self.origin_form} HTTP/1.1", *self.headers, "Connection: close", "", ""]
        return "\r\n".join(lines).encode("latin-1")


def read(head: bytes) -> Asked:
    """The request line and headers, without the blank line. Raises NotForProxies."""
    line, *headers = head.decode("latin-1").split("\r\n")
    words = line.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise NotForProxies(f"expected the request line of HTTP/1.1, came {line[:80]!r}")
    method, target, _ = words
    try:
        if method == "CONNECT":
            parts = urlsplit(f"//{target}")
            host, port = parts.hostname or "", parts.port or 443
            if not host or parts.path:
                raise ValueError
            return Asked(method=method, scheme="", host=host, port=port, target=target)
        parts = urlsplit(target)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise NotForProxies(f"expected CONNECT host:port or a whole URL, came {method} {target[:200]}") from None
    at = target.index("://") + 3 + len(parts.netloc)
    origin_form = target[at:] if target[at : at + 1] == "/" else "/" + target[at:]
    kept = [one for one in headers if one.partition(":")[0].strip().lower() not in HOP_BY_HOP | {"host"}]
    return Asked(
        method=method,
        scheme=parts.scheme,
        host=parts.hostname,
        port=port,
        target=target,
        origin_form=origin_form.partition("#")[0],
        headers=(f"Host: {parts.netloc.rpartition('@')[2]}", *kept),
    )
