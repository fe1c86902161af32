"""The proxy as Java's plain sockets speak to it: SOCKS 5."""

import contextlib
import socket
import ssl
import threading
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from open_doors import Open

from sandbox.doors import socks
from sandbox.doors.asked import NotForProxies

HOST = "api.mch.weixin.qq.com"
HELLO = b"\x05\x02\x00\x02"  # as Java says it: no authentication, or a name and password
GRANTED = b"\x05\x00\x00\x01" + bytes(6)


def by_address(address: str, port: int) -> bytes:
    return b"\x05\x01\x00\x01" + socket.inet_aton(address) + port.to_bytes(2)


def by_name(name: str, port: int) -> bytes:
    return b"\x05\x01\x00\x03" + bytes([len(name)]) + name.encode() + port.to_bytes(2)


@pytest.mark.parametrize(
    ("said", "target"),
    [
        (by_address("127.0.0.1", 443), "127.0.0.1:443"),
        (by_name(HOST, 80), f"{HOST}:80"),
        (b"\x05\x01\x00\x04" + bytes(15) + b"\x01\x01\xbb", "::1:443"),
    ],
)
def test_a_request_is_read_once_it_is_whole(said: bytes, target: str) -> None:
    """An address, a name, an address of IPv6; what comes behind is kept."""
    assert [socks.read(said[:size]) for size in range(len(said))] == [None] * len(said)
    found = socks.read(said + b"more")

    assert found is not None
    assert (found[0].target, found[0].tunnel, found[1]) == (target, True, b"more")


@given(st.binary(max_size=40))
def test_whatever_is_said_has_an_answer(said: bytes) -> None:
    """It is read, incomplete, or no request: nothing else comes out."""
    with contextlib.suppress(NotForProxies):
        found = socks.read(said)
        assert found is None or found[0].method == "SOCKS"


def opened(doors: Open, request: bytes) -> tuple[socket.socket, bytes]:
    """A connection on which this was asked, and the proxy's answer."""
    plain = socket.create_connection(("127.0.0.1", int(doors.proxy.rpartition(":")[2])), 10)
    for byte in HELLO:
        plain.sendall(bytes([byte]))
    assert plain.recv(2) == b"\x05\x00"
    plain.sendall(request)
    return plain, plain.recv(10)


@pytest.mark.parametrize("request_", [by_address("127.0.0.1", 443), by_name(HOST, 443)])
def test_the_platform_is_here(doors: Open, request_: bytes) -> None:
    """Found on this machine, or by name: the certificate is the platform's, the answer the gateway's."""
    plain, answer = opened(doors, request_)
    context = ssl.create_default_context(cafile=doors.ca)
    with closing(plain), context.wrap_socket(plain, server_hostname=HOST) as secure:
        secure.sendall(b"GET /nowhere HTTP/1.0\r\n\r\n")
        heard = secure.recv(65536)

    assert answer == GRANTED
    assert b" 404 " in heard


def test_without_tls(doors: Open) -> None:
    """Port 80 is plain HTTP."""
    plain, answer = opened(doors, by_name(HOST, 80))
    with closing(plain):
        plain.sendall(b"GET /nowhere HTTP/1.0\r\n\r\n")
        assert (answer, b" 404 " in plain.recv(65536)) == (GRANTED, True)


def test_an_address_is_passed_on(doors: Open) -> None:
    """One of this machine or of a private network: the program's database, say."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def echo() -> None:
            there, _ = server.accept()
            with there:
                there.sendall(there.recv(100)[::-1])

        threading.Thread(target=echo, daemon=True).start()
        plain, answer = opened(doors, by_address("127.0.0.1", server.getsockname()[1]))
        with closing(plain):
            plain.sendall(b"abc")
            assert (answer, plain.recv(100)) == (GRANTED, b"cba")


@pytest.mark.parametrize(
    ("said", "code", "problem"),
    [
        (by_name("www.example.com", 443), 2, "HOST_NOT_PASSED"),
        (by_address("93.184.216.34", 443), 2, "HOST_NOT_PASSED"),
        (by_address("127.0.0.1", 1), 4, "HOST_UNREACHABLE"),
        (b"\x05\x02\x00\x01" + bytes(6), 7, ""),
    ],
)
def test_what_is_refused(doors: Open, said: bytes, code: int, problem: str) -> None:
    """Another's host by name or address, nobody there, another command: the code says which, the journal says why."""
    before = len(doors.incidents())
    plain, answer = opened(doors, said)
    with closing(plain):
        assert (answer[:2], plain.recv(1)) == (bytes([5, code]), b"")

    assert doors.incidents()[before:] == ([problem] if problem else [])
