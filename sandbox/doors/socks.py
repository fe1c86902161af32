"""What a client asks of a SOCKS 5 proxy (RFC 1928), read from its first bytes. Pure.

Java's plain sockets speak it when told to, also those of clients that look at no proxy settings of their own.
"""

from ipaddress import IPv4Address, IPv6Address

from sandbox.doors.asked import Asked, NotForProxies

FIRST = b"\x05"  # of whatever a client says
WELCOME = b"\x05\x00"  # no authentication
GRANTED = b"\x05\x00\x00\x01" + bytes(6)

_CONNECT = 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_REASONS = {400: 7, 403: 2, 502: 4}  # command not supported, not allowed, host unreachable; else a general failure


def greeting(data: bytes) -> int | None:
    """How many bytes the client's greeting has; None while it is not whole."""
    size = 2 + data[1] if len(data) > 1 else 0
    return size if 0 < size <= len(data) else None


def read(data: bytes) -> tuple[Asked, bytes] | None:
    """The tunnel asked for and what came behind; None while the request is not whole. Raises NotForProxies."""
    if len(data) < 5:
        return None
    version, command, _, kind, first = data[:5]
    if (version, command) != (FIRST[0], _CONNECT) or kind not in (_IPV4, _NAME, _IPV6):
        raise NotForProxies(f"expected CONNECT of SOCKS 5, came {data[:5].hex(' ')}")
    start, size = {_IPV4: (4, 4), _NAME: (5, first), _IPV6: (4, 16)}[kind]
    end = start + size
    if len(data) < end + 2:
        return None
    raw = data[start:end]
    host = raw.decode("latin-1") if kind == _NAME else str((IPv4Address if kind == _IPV4 else IPv6Address)(raw))
    port = int.from_bytes(data[end : end + 2])
    asked = Asked(method="SOCKS", scheme="", host=host, port=port, target=f"{host}:{port}")
    return asked, data[end + 2 :]


def refusal(status: int) -> bytes:
    """The answer that says no, by the HTTP status that says so elsewhere."""
    return bytes([5, _REASONS.get(status, 1), 0, 1]) + bytes(6)
