"""What is read from the head of a request to a proxy, and what the server gets to see of it."""

import pytest

from sandbox.doors.asked import NotForProxies, read


def test_a_tunnel() -> None:
    """Host and port; 443 where none is given; brackets are off."""
    assert (read(b"CONNECT a.example:8443 HTTP/1.1").host, read(b"CONNECT a.example:8443 HTTP/1.1").port) == (
        "a.example",
        8443,
    )
    bare = read(b"CONNECT A.example HTTP/1.1\r\nHost: x")
    assert (bare.host, bare.port, bare.tunnel) == ("a.example", 443, True)
    assert read(b"CONNECT [::1]:80 HTTP/1.1").host == "::1"


@pytest.mark.parametrize(
    ("target", "host", "port", "origin_form", "said"),
    [
        ("http://a.example/x?y=1", "a.example", 80, "/x?y=1", "a.example"),
        ("https://a.example/x", "a.example", 443, "/x", "a.example"),
        ("http://a.example:8080", "a.example", 8080, "/", "a.example:8080"),
        ("http://a.example?y=/1", "a.example", 80, "/?y=/1", "a.example"),
        ("http://u:p@a.example/%E4%B8%AD#f", "a.example", 80, "/%E4%B8%AD", "a.example"),
    ],
)
def test_a_whole_url(target: str, host: str, port: int, origin_form: str, said: str) -> None:
    """The server sees path and query as they were written, the host in Host, and that the connection ends."""
    lines = [f"POST {target} HTTP/1.1", "Host: other", "Proxy-Connection: keep-alive", "Connection: keep-alive", "X: 1"]

    asked = read("\r\n".join(lines).encode())

    assert (asked.host, asked.port, asked.tunnel) == (host, port, False)
    assert asked.head().decode() == (
        f"POST {origin_form} HTTP/1.1\r\nHost: {said}\r\nX: 1\r\nConnection: close\r\n\r\n"
    )


@pytest.mark.parametrize(
    "head",
    [b"", b"GET / HTTP/1.1", b"GET http:///x HTTP/1.1", b"CONNECT a.example:x HTTP/1.1", b"CONNECT a/b HTTP/1.1",
     b"GET ftp://a.example/ HTTP/1.1", b"\x16\x03\x01\x02", b"GET http://a.example/", b"GET http://[::1/ HTTP/1.1"],
)  # fmt: skip
def test_what_is_no_request_to_a_proxy(head: bytes) -> None:
    """Refused with what was expected."""
    with pytest.raises(NotForProxies, match="expected"):
        read(head)
