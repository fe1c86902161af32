"""Whatever comes, the doctor answers: no exception, and no more work than was allowed."""

import json
import time
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.doctor import statement, v3mistakes
from sandbox.doctor.mistake import AT_ONCE
from sandbox.doctor.v2keys import Candidate
from sandbox.doctor.v2request import V2Case
from sandbox.doctor.v3request import V3Case
from sandbox.doctor.verdict import Chart, at_leisure, at_once
from sandbox.protocol import v3auth
from sandbox.protocol.v2sign import SignType
from tests.doctor.v3_mutants import SECONDS, Signer, keys

RIGHT = Candidate("the key", "密钥", "k" * 32)


def v2(fields: dict[str, str]) -> V2Case:
    return V2Case(fields, RIGHT, [], SignType.MD5)


def v3(method: str, target: str, nonce: str, body: bytes, signature: str) -> V3Case:
    draft = v3mistakes.request_draft(method, target, str(SECONDS), nonce, body)
    signers = [Signer("own", "own", keys()["own"].public_key())]
    return V3Case(draft, signature, signers, v3mistakes.request_mistakes, v3mistakes.TIMESTAMP)


@cache
def own_signature() -> str:
    """The right key's, about something else: everything has to be tried."""
    return v3auth.sign(keys()["own"], b"something else")


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=8), st.text(max_size=70))
def test_any_v2_fields_get_an_answer(fields: dict[str, str], sign: str) -> None:
    """Names and values of any characters, lone surrogates too."""
    chart = Chart(v2({**fields, "sign": sign}), (RIGHT.key,), fields)

    assert at_once(chart).docs
    assert at_leisure(chart).docs


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=20), st.text(max_size=30), st.binary(max_size=60), st.text(max_size=80))
def test_any_v3_request_gets_an_answer(target: str, nonce: str, body: bytes, signature: str) -> None:
    """Bodies of any bytes, signatures of any text, and of the right key."""
    for came in (signature, own_signature()):
        chart = Chart(v3("POST", target, nonce, body, came), (), {})
        assert at_once(chart).docs
        assert at_leisure(chart).docs


def test_half_a_surrogate_pair_is_put_up_with() -> None:
    """JSON can say it, UTF-8 cannot."""
    chart = Chart(v2({"body": "\ud83d", "sign": "\ud83d"}), (RIGHT.key,), {})

    assert at_leisure(chart).docs
    assert at_once(chart).docs


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["", "{", "<", "curl ", "curl 'http://[", "POST /x HTTP/1.1\n", "POST http://[ HTTP/1.1\n\n"]),
    st.text(max_size=60),
)
def test_any_text_is_read_or_refused(begin: str, rest: str) -> None:
    """Nothing but UnreadableError leaves."""
    with suppress(statement.UnreadableError):
        assert isinstance(statement.read(begin + rest), statement.Statement)


@pytest.mark.parametrize(
    "case",
    [
        lambda: v2({f"field_{number}": "值" * 20 for number in range(1000)} | {"sign": "0" * 32}),
        lambda: v2({"body": "值" * 300_000, "sign": "0" * 32}),
        lambda: v3("POST", "/v3/x", "N", json.dumps({"a": ["x"] * 150_000}).encode(), own_signature()),
        lambda: v3("POST", "/v3/x", "N", b'{"a":' * 50_000, own_signature()),
        lambda: v3("GET", "/v3/x?" + "&".join(f"a{n}={n}" for n in range(20_000)), "N", b"", own_signature()),
    ],
    ids=["fields", "value", "body", "nesting", "query"],
)
def test_an_enormous_message_is_not_looked_at_for_long(case: object) -> None:
    """The work is counted in bytes: what is inline takes milliseconds, the rest less than a second or two."""
    assert callable(case)
    chart = Chart(case(), (RIGHT.key,), {})
    started = time.thread_time()
    at_once(chart)
    inline = time.thread_time() - started
    at_leisure(chart)
    assert inline < 0.25, AT_ONCE
    assert time.thread_time() - started < 3
