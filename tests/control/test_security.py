"""Who may use the control API."""

import pytest

from sandbox.control.security import Caller, Gate, bearer, objection

HERE = "127.0.0.1:8686"


def refused(gate: Gate, **said: object) -> str:
    """The code of the objection to a caller; empty: it may."""
    found = objection(gate, Caller(**{"host": HERE, **said}))  # type: ignore[arg-type]
    return "" if found is None else found.code


@pytest.mark.parametrize(
    "host",
    [HERE, "127.0.0.1", "127.8.9.1:80", "localhost:8686", "LOCALHOST", "shop.localhost", "[::1]:8686", "localhost."],
)
def test_loopback_hosts_are_ours(host: str) -> None:
    """Every spelling of this machine is accepted."""
    assert refused(Gate(), host=host) == ""


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8686",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "",
        "192.168.1.5",
        "0.0.0.0",
        "127.0.0.1@evil.example",
        "evil.example/127.0.0.1",
        "notlocalhost",
        "[::1",
        "[::2]",
        "\udcff",
        "127.0.0.1 evil",
    ],
)
def test_foreign_hosts_are_refused(host: str) -> None:
    """A name that a page's owner could point here is refused: DNS rebinding."""
    assert refused(Gate(), host=host) == "foreign-host"


def test_the_bind_address_is_ours() -> None:
    """Bound to an address, that address is a good Host."""
    gate = Gate(host="192.168.1.5", token="t")
    assert refused(gate, host="192.168.1.5:8686", token="t") == ""
    assert refused(gate, host="192.168.1.6:8686", token="t") == "foreign-host"


def test_bound_to_all_the_reached_address_is_ours() -> None:
    """Bound to every address, the one that the connection came to is a good Host, and no other."""
    gate = Gate(host="0.0.0.0", token="t")
    assert refused(gate, host="10.0.0.7:8686", reached="10.0.0.7", token="t") == ""
    assert refused(gate, host="evil.example", reached="10.0.0.7", token="t") == "foreign-host"


def test_allowed_hosts_are_ours() -> None:
    """--allow-host lets one name in, whatever its port and case, and no other."""
    gate = Gate(allow_hosts=("Sandbox.Test",))
    assert refused(gate, host="sandbox.test:9") == ""
    assert refused(gate, host="other.test") == "foreign-host"


@pytest.mark.parametrize(
    "origin", ["", f"http://{HERE}", "http://localhost:3000", "https://127.0.0.1", "http://[::1]:5173"]
)
def test_own_and_loopback_origins_may(origin: str) -> None:
    """No page, our page, and pages of this machine may call."""
    assert refused(Gate(), origin=origin) == ""


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "file://",
        "http://localhost.evil.example",
        "http://127.0.0.1:1@evil.example",
        "localhost",
        "ftp://localhost",
        "http://localhost/path",
        "http://[::1",
        "chrome-extension://localhost",
    ],
)
def test_foreign_origins_may_not(origin: str) -> None:
    """A page from elsewhere may not drive the sandbox, a preflight included."""
    assert refused(Gate(), origin=origin) == "foreign-origin"
    assert refused(Gate(), origin=origin, preflight=True) == "foreign-origin"


def test_own_origin_is_host_and_port() -> None:
    """Ours means the very host and port that were asked for."""
    gate = Gate(host="192.168.1.5", token="t")
    assert refused(gate, host="192.168.1.5:8686", origin="http://192.168.1.5:8686", token="t") == ""
    assert refused(gate, host="192.168.1.5:8686", origin="http://192.168.1.5:80", token="t") == "foreign-origin"


def test_allowed_origins_may() -> None:
    """--allow-origin lets one origin in, and no other."""
    gate = Gate(allow_origins=("https://Console.Test/",))
    assert refused(gate, origin="https://console.test") == ""
    assert refused(gate, origin="http://console.test") == "foreign-origin"


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", "", "192.168.1.5"])
def test_off_loopback_the_token_is_needed(bound: str) -> None:
    """Reachable from elsewhere, a loopback Host does not stand in for the token."""
    gate = Gate(host=bound, token="secret")
    assert refused(gate) == "token"
    assert refused(gate, token="secre") == "token"
    assert refused(gate, token="secret\udcff") == "token"
    assert refused(gate, token="secret") == ""
    assert refused(gate, preflight=True) == ""


def test_off_loopback_without_a_token_nobody_may() -> None:
    """Reachable from elsewhere and started without a token, the control API stays shut and says how to open it."""
    found = objection(Gate(host="0.0.0.0"), Caller(host=HERE, token=""))
    assert found is not None
    assert found.status == 401
    assert "--token" in found.message


def test_a_token_that_was_set_is_asked_for_on_loopback_too() -> None:
    """Who sets a token wants it asked for."""
    assert refused(Gate(token="secret")) == "token"


def test_no_objection_repeats_a_token() -> None:
    """Neither the right nor the wrong token is in the message."""
    found = objection(Gate(host="0.0.0.0", token="right-one"), Caller(host=HERE, token="wrong-one"))
    assert found is not None
    assert "right-one" not in found.message
    assert "wrong-one" not in found.message


def test_a_token_comes_in_either_header() -> None:
    """Authorization: Bearer, or X-Sandbox-Token; other schemes are no token."""
    assert bearer("Bearer abc", "") == "abc"
    assert bearer("bearer  abc ", "") == "abc"
    assert bearer("", "abc") == "abc"
    assert bearer("Basic abc", "") == ""
