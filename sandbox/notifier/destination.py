"""Where a notification may go: the map of URLs, and nowhere but this machine and its private network unless allowed."""

from yarl import URL

from sandbox.protocol.local import is_local

EVERY_PUBLIC = "*"
"""In place of a prefix: whatever is not of this machine or its private network."""


def mapped(url: str, prefixes: dict[str, str]) -> str:
    """`url` with the longest matching prefix replaced; path and query stay."""
    for prefix in sorted(prefixes.keys() - {EVERY_PUBLIC}, key=len, reverse=True):
        rest = url[len(prefix) :]
        if url.startswith(prefix) and (not rest or rest[0] in "/?#" or prefix.endswith("/")):
            return prefixes[prefix].rstrip("/") + (rest if not prefix.endswith("/") else f"/{rest}")
    parts = _public(url) if EVERY_PUBLIC in prefixes else None
    return url if parts is None else prefixes[EVERY_PUBLIC].rstrip("/") + parts.raw_path_qs


def _public(url: str) -> URL | None:
    """The URL, unless it is of this machine or its private network. A name is taken for public, but for localhost."""
    try:
        parts = as_written(url)
        host = parts.raw_host
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or host == "localhost":
        return None
    try:
        return None if is_local(host) else parts
    except ValueError:
        return parts


def as_written(target: str) -> URL:
    """The URL with its own percent-encoding; only what cannot stand in a request line is encoded."""
    return URL(target, encoded=target.isascii())


def host_header(url: str) -> str:
    """What stands in `Host` for this URL: no user, no default port."""
    parts = URL(url)
    return parts.host_port_subcomponent or ""


def refusal(url: str, target: str, *, allow_public: bool) -> str:
    """Why `target`, to which `url` was mapped, is not posted to; empty when it may be, or when only resolving can tell.

    The host is taken as the HTTP client takes it: after IDNA, so that no other spelling of an address slips through.
    """
    try:
        parts = URL(target)
        host = parts.raw_host
    except ValueError as error:
        return f"{target} is no URL: {error}"
    if parts.scheme not in ("http", "https") or not host:
        return f"{target} is no http or https URL"
    if not (":" in host or host.replace(".", "").isdigit()):
        return ""  # a name
    try:
        return "" if allow_public or is_local(host) else public(url, target)
    except ValueError:
        return f"{target} is no URL: {host} is no IP address"


def public(url: str, target: str) -> str:
    """The explanation for a public address."""
    return f"{target} is a public address and an offline sandbox does not post to the internet: {advice(url)}"


def advice(url: str) -> str:
    """The option that sends `url` to the developer's own server."""
    origin = str(URL(url).origin())
    return f"add --notify-map {origin}=http://127.0.0.1:3000 (the address of your server)"
