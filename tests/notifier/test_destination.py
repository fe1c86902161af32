"""Where a notification may go."""

import pytest

from sandbox.notifier.destination import host_header, mapped, refusal
from sandbox.protocol.local import is_local

SHOP = {"https://shop.example": "http://127.0.0.1:3000"}


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.8.8", "::1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.9", "169.254.1.1",
     "fd00::1", "fe80::1", "fe80::1%eth0", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "0.0.0.0", "::"],
)  # fmt: skip
def test_local_addresses(address: str) -> None:
    """This machine and its private network, in whatever notation."""
    assert is_local(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "172.32.0.1", "172.15.0.1", "192.169.0.1", "11.0.0.1", "::ffff:8.8.8.8", "2001:4860:4860::8888",
     "64:ff9b::808:808", "224.0.0.1", "255.255.255.255", "203.0.113.1", "100.64.0.1"],
)  # fmt: skip
def test_public_addresses(address: str) -> None:
    """Everybody else's, and those of nobody."""
    assert not is_local(address)


@pytest.mark.parametrize(
    "host",
    ["8.8.8.8", "8.8.8.8:8080", "８.８.８.８", "⑧.8.8.8", "[2001:4860:4860::8888]", "[::ffff:8.8.8.8]", "user@8.8.8.8",
     "127.0.0.1@8.8.8.8"],
)  # fmt: skip
def test_a_public_literal_is_refused_in_any_spelling(host: str) -> None:
    """The refusal names the option to add, with the URL's own origin."""
    url = f"http://{host}/notify"

    said = refusal(url, url, allow_public=False)

    assert said.startswith(f"{url} is a public address and an offline sandbox does not post to the internet: add ")
    assert refusal(url, url, allow_public=True) == ""


@pytest.mark.parametrize("host", ["134744072", "8.8.8.8.", "8.8.2056", "010.0.0.1", "300.1.1.1"])
def test_a_number_that_is_no_address_is_refused(host: str) -> None:
    """A resolver would read it as an address that nobody has checked."""
    assert refusal(f"http://{host}/", f"http://{host}/", allow_public=False) != ""


@pytest.mark.parametrize(
    "url",
    ["ftp://127.0.0.1/x", "file:///etc/passwd", "127.0.0.1/x", "//127.0.0.1/x", "http:///x", "http://[bad/x",
     "http://127.0.0.1:99999/", "javascript:alert(1)", ""],
)  # fmt: skip
def test_what_is_no_http_url_is_refused(url: str) -> None:
    """Said as such, never raised."""
    assert "is no" in refusal(url, url, allow_public=True)


@pytest.mark.parametrize("host", ["127.0.0.1:3000", "localhost", "[::1]:3000", "shop.test", "shop", "0x7f.1"])
def test_local_literals_and_names_pass(host: str) -> None:
    """A name is decided when it is resolved."""
    assert refusal(f"http://{host}/", f"http://{host}/", allow_public=False) == ""


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://shop.example/pay/notify?a=1&b=%2F#x", "http://127.0.0.1:3000/pay/notify?a=1&b=%2F#x"),
        ("https://shop.example", "http://127.0.0.1:3000"),
        ("https://shop.example?x=1", "http://127.0.0.1:3000?x=1"),
        ("https://shop.example.org/n", "https://shop.example.org/n"),
        ("https://shop.example:8443/n", "https://shop.example:8443/n"),
        ("http://shop.example/n", "http://shop.example/n"),
        ("https://shop.example@evil.test/n", "https://shop.example@evil.test/n"),
    ],
)
def test_a_map_keeps_path_and_query(url: str, target: str) -> None:
    """The prefix ends at a boundary of the URL, not in the middle of a host."""
    assert mapped(url, SHOP) == target


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://shop.example/pay?a=%2F", "http://127.0.0.1:9/pay?a=%2F"),
        ("http://8.8.8.8", "http://127.0.0.1:9/"),
        ("https://商店.example/付款", "http://127.0.0.1:9/%E4%BB%98%E6%AC%BE"),
        ("https://b.example/x", "http://127.0.0.1:3/x"),
        ("http://localhost:3000/x", "http://localhost:3000/x"),
        ("http://10.0.0.7/x", "http://10.0.0.7/x"),
        ("http://[::1]:3000/x", "http://[::1]:3000/x"),
        ("ftp://shop.example/x", "ftp://shop.example/x"),
        ("http://[/x", "http://[/x"),
        ("", ""),
    ],
)
def test_a_star_stands_for_every_public_url(url: str, target: str) -> None:
    """What is of this machine or its network stays, and a prefix counts before it."""
    assert mapped(url, {"*": "http://127.0.0.1:9/", "https://b.example": "http://127.0.0.1:3"}) == target


def test_the_longest_prefix_wins() -> None:
    """With or without a slash at its end."""
    prefixes = {**SHOP, "https://shop.example/api/": "http://127.0.0.1:4000/v1/", "https://shop.example/ap": "http://x"}

    assert mapped("https://shop.example/api/notify", prefixes) == "http://127.0.0.1:4000/v1/notify"
    assert mapped("https://shop.example/other", prefixes) == "http://127.0.0.1:3000/other"
    assert mapped("https://shop.example/apple", prefixes) == "http://127.0.0.1:3000/apple"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://shop.example/n", "shop.example"),
        ("https://shop.example:443/n", "shop.example"),
        ("http://user:pw@shop.example:8080/n", "shop.example:8080"),
        ("http://[::1]:3000/n", "[::1]:3000"),
    ],
)
def test_the_host_that_the_shop_sees(url: str, host: str) -> None:
    """The public one, without user and default port."""
    assert host_header(url) == host


def test_a_map_to_a_public_address_is_refused_too() -> None:
    """A map sends to a local server; it is no way around."""
    said = refusal("https://shop.example/n", "http://8.8.8.8/n", allow_public=False)

    assert "http://8.8.8.8/n is a public address" in said
    assert "--notify-map https://shop.example=http://127.0.0.1:3000" in said
