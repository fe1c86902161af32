"""The Authorization header and what is signed, against every published vector."""

import base64
import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from v3_vectors import SIGNATURES, private_key, public_key

from sandbox.protocol import v3auth
from sandbox.protocol.v3auth import SCHEME, Authorization, AuthorizationError, parse_authorization

VALUES = {
    "mchid": "1900007291",
    "nonce_str": "593BEC0C930BF1AFEB40B4A08C8FB242",
    "signature": "abc/+==",
    "timestamp": "1554208460",
    "serial_no": "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",
}
BY_NAME = {one["name"]: one for one in SIGNATURES}


def header(**changes: str | None) -> str:
    """A good header, changed; None leaves a parameter out."""
    values = {name: value for name, value in {**VALUES, **changes}.items() if value is not None}
    return f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in values.items())


@pytest.mark.parametrize("vector", SIGNATURES, ids=[one["name"] for one in SIGNATURES])
def test_every_published_signature_verifies(vector: dict[str, str]) -> None:
    """And does not once a byte of the message is another."""
    key, message = public_key(vector["key"]), vector["message"].encode()

    assert v3auth.verify(key, message, vector["signature"])
    assert not v3auth.verify(key, message + b" ", vector["signature"])


SIGNED = [one for one in SIGNATURES if private_key(one["key"]) is not None]


@pytest.mark.parametrize("vector", SIGNED, ids=[one["name"] for one in SIGNED])
def test_every_published_key_signs_as_published(vector: dict[str, str]) -> None:
    """The algorithm is deterministic: the very same text comes out."""
    assert v3auth.sign(private_key(vector["key"]), vector["message"].encode()) == vector["signature"]


def test_a_request_signs_five_lines() -> None:
    """Method, path with query, time, nonce, body; each ends with a newline, the last one too."""
    query = BY_NAME["Order query"]["message"].encode()
    posted = BY_NAME["POST with body"]["message"].encode()
    body = posted.split(b"\n")[4]
    target = "/v3/pay/transactions/out-trade-no/1217752501201407033233368018?mchid=1900007291"

    asked = v3auth.request_message("GET", target, 1554208460, VALUES["nonce_str"], b"")
    sent = v3auth.request_message("POST", "/v3/pay/transactions/jsapi", 1554208460, VALUES["nonce_str"], body)

    assert (asked, sent) == (query, posted)


def test_a_reply_signs_three_lines() -> None:
    """Time, nonce, body; a 204 signs an empty one."""
    empty = v3auth.reply_message(1767240000, "7e42d86607aaa1deb8f43f57ea116102", b"")
    body = '{"code":"NO_AUTH","message":"无分账权限"}'.encode()
    refused = v3auth.reply_message("1629874820", "88f7b2d9e69126b70467c29b5408736f", body)

    assert empty == BY_NAME["signed 204"]["message"].encode()
    assert refused == BY_NAME["signed error reply"]["message"].encode()


def test_the_second_sign_of_a_page_and_of_an_app() -> None:
    """A page signs `prepay_id=…`, an App the bare prepay_id."""
    words = ("wx2421b1c4370ec43b", "1554208460", VALUES["nonce_str"])
    prepay_id = "wx201410272009395522657a690389285100"

    assert v3auth.jsapi_message(*words, f"prepay_id={prepay_id}") == BY_NAME["JSAPI / mini paySign"]["message"].encode()
    assert v3auth.app_message(*words, prepay_id) == BY_NAME["APP sign"]["message"].encode()


def test_a_header_is_read_in_any_order() -> None:
    """Every SDK has an order of its own."""
    turned = f"{SCHEME} " + ",".join(f'{name}="{VALUES[name]}"' for name in reversed(VALUES))

    assert parse_authorization(turned) == parse_authorization(header())
    assert parse_authorization(turned) == Authorization(**{**VALUES, "timestamp": 1554208460})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "reason", "scheme_known"),
    [
        ("", "scheme", False),
        ("Bearer x", "scheme", False),
        (header().lower(), "scheme", False),
        (header().replace("SHA256", "SHA1"), "scheme", False),
        (header().replace(" ", "\t", 1), "scheme", False),
        (SCHEME, "not name", True),
        (header().replace(" ", "  ", 1), "not name", True),
        (header().replace(",", ", "), "not name", True),
        (header().replace('"', "'"), "not name", True),
        (header().replace('"', "”"), "not name", True),
        (header() + ",", "not name", True),
        (header() + "\n", "not name", True),
        (header(serial_no=None), "serial_no missing", True),
        (header(mchid="", signature=None), "mchid, signature missing", True),
        (header(timestamp="1554208460.5"), "no number of seconds", True),
        (header(timestamp="-1"), "no number of seconds", True),
        (header(timestamp="9" * 19), "no number of seconds", True),
    ],
)
def test_what_is_no_header_says_why(text: str, reason: str, scheme_known: bool) -> None:
    """The reason names the first thing that is wrong, and whether it is the scheme."""
    with pytest.raises(AuthorizationError, match=reason) as caught:
        parse_authorization(text)

    assert caught.value.scheme_known is scheme_known


PIECES = st.sampled_from([SCHEME, " ", ",", '="', '"', "mchid", "timestamp", *VALUES.values(), "\x00", "\ud800", "\n"])


@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(lambda some: header() + "".join(some))))
def test_any_text_is_a_header_or_an_authorization_error(text: str) -> None:
    """Nothing else is ever raised."""
    found = None
    with contextlib.suppress(AuthorizationError):
        found = parse_authorization(text)
    if found is not None:
        assert isinstance(found.timestamp, int)
        assert all((found.mchid, found.nonce_str, found.signature, found.serial_no))


@given(st.dictionaries(st.sampled_from(sorted(VALUES)), st.text(alphabet="0123456789abc/+=", min_size=1)))
def test_what_was_written_is_read(changes: dict[str, str]) -> None:
    """Values come back as they stand between the quotes."""
    changes["timestamp"] = "17"

    found = parse_authorization(header(**changes))

    expected: dict[str, Any] = {**VALUES, **changes, "timestamp": 17}
    assert {name: getattr(found, name) for name in VALUES} == expected


@pytest.mark.parametrize("signature", ["", "=", "not base64!", "张三", "AAAA", "A" * 344, "\x00"])
def test_a_signature_that_is_none_does_not_verify(signature: str) -> None:
    """Bad base64, another length, another alphabet: wrong, and no crash."""
    assert not v3auth.verify(public_key("sdk"), b"source", signature)


def test_a_probe_is_as_long_as_a_signature_and_wrong() -> None:
    """344 characters, 256 bytes of base64, verified by nobody (doc 4012075420)."""
    probe = v3auth.sign_test(bytes(range(32)))

    assert probe.startswith("WECHATPAY/SIGNTEST/")
    assert len(probe) == 344
    assert len(base64.b64decode(probe, validate=True)) == 256
    assert not v3auth.verify(public_key("sdk"), b"source", probe)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", "POST\n/v3/transfer/batches\n1709745440\n5hMYYOOJpzdAfboMUB7QiPmfxmhVehVk\n\n"),
        (b'{"amount":1}', 'POST\n/v3/transfer/batches\n1709745440\n5hMYYOOJpzdAfboMUB7QiPmfxmhVehVk\n{"amount\n'),
    ],
    ids=["empty body", "long body"],
)
def test_a_complaint_shows_eight_bytes_of_the_body(body: bytes, shown: str) -> None:
    """As in the observed SIGN_ERROR bodies, whose length is of the whole message."""
    message = v3auth.request_message(
        "POST", "/v3/transfer/batches", 1709745440, "5hMYYOOJpzdAfboMUB7QiPmfxmhVehVk", body
    )

    assert v3auth.truncated(message, body) == shown
    assert len(message) == 71 + len(body)
