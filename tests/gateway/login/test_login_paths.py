"""What is no endpoint on this host, and what the journal keeps of a request."""

import re
import time
from typing import Any

import pytest

from sandbox.gateway.wire import Wire


@pytest.mark.parametrize("path", ["/sns/nothing", "/cgi-bin/nothing", "/wxa/nothing", "/connect/nothing"])
async def test_an_unknown_path_is_an_invalid_url(backend: Any, path: str) -> None:
    """40066 with status 200 on every prefix of the host; the suffix has no comma."""
    got = await backend.get(path)

    assert got["errcode"] == 40066
    assert re.fullmatch(r"invalid url rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}", got["errmsg"])
    assert backend.reply.status == 200


async def test_a_forgotten_question_mark_is_named(backend: Any) -> None:
    """The parameters glued to the path: 40066, the diagnosis says what is missing, the tenant's journal has it."""
    path = f"/sns/jscode2sessionappid={backend.app.appid}&secret={backend.app.secret}&js_code=0a"

    got = await backend.get(path)

    assert got["errcode"] == 40066
    exchange = list(backend.tenant.journal)[-1]
    assert "the ? between /sns/jscode2session and its parameters is missing" in exchange.diagnosis.summary
    assert backend.app.secret not in exchange.target
    assert backend.app.secret not in backend.reply.headers["Sandbox-Diagnosis"]


async def test_nobodys_request_is_answered_all_the_same(backend: Any) -> None:
    """An appid that no tenant has: 40013, kept among the unclaimed."""
    got = await backend.login("0a", appid="wxffffffffffffffff")

    assert got["errcode"] == 40013
    assert [exchange.said for exchange in backend.box.tenants.unclaimed] == ["40013 invalid appid"]
    assert list(backend.tenant.journal) == []


async def test_secrets_do_not_reach_the_journal(backend: Any) -> None:
    """Neither secret, session_key nor any token stands in an exchange, wherever it was sent."""
    login = await backend.login(backend.code())
    token = await backend.token()
    stable = await backend.call(
        "POST", "/cgi-bin/stable_token", {}, {**backend.owner(), "grant_type": "client_credential"}
    )
    await backend.call("POST", "/cgi-bin/stable_token", {}, f"secret={backend.app.secret}&appid=x".encode())
    ticket = await backend.get("/cgi-bin/ticket/getticket", access_token=token, type="jsapi")
    await backend.get("/cgi-bin/ticket/getticket", access_token=token + "x", type="jsapi")
    await backend.login("0a", secret=f"{backend.app.secret}x")
    code = backend.code("oauth", scope="snsapi_base")
    oauth = await backend.get("/sns/oauth2/access_token", **backend.owner(), code=code, grant_type="authorization_code")
    await backend.get("/sns/oauth2/refresh_token", appid=backend.app.appid, refresh_token=oauth["refresh_token"])

    secrets = [backend.app.secret, login["session_key"], token, stable["access_token"], ticket["ticket"]]
    secrets += [oauth["access_token"], oauth["refresh_token"]]
    exchanges = [*backend.tenant.journal, *backend.box.tenants.unclaimed]
    kept = "".join(f"{e.target} {e.request!r} {e.response!r} {e.diagnosis} {e.tags}" for e in exchanges)
    assert len(exchanges) == 9
    assert [secret for secret in secrets if secret in kept.replace("\\\\/", "/")] == []
    assert "js_code=" in kept


@pytest.mark.parametrize(
    "target",
    ["/sns/jscode2session?%ff=%00&appid=%ed%a0%80", "/sns/\udcff", "/cgi-bin/token?appid=a&appid=b&=&&", "/sns/?"],
)
async def test_garbage_in_the_url_gets_a_plain_refusal(backend: Any, target: str) -> None:
    """Bytes that are no text and empty names end in an errcode, never in a crash."""
    wire = Wire(method="GET", path=target.partition("?")[0], target=target, base_url="http://x")

    reply = await backend.box.pipeline.serve(wire)

    assert re.match(rb'\{"errcode":4\d{4},', reply.body)


@pytest.mark.parametrize(
    "body",
    [b"\xff", b"[]", b'"x"', b"{", b'{"a":' * 5000, b"[" * 100_000, b'{"code":"\\ud800"}', b"<xml/>", b"code=1"],
    ids=["not-utf8", "list", "string", "open", "deep", "deeper", "surrogate", "xml", "form"],
)
async def test_a_body_that_is_no_json_object_is_a_format_error(backend: Any, body: bytes) -> None:
    """47001, however it is broken."""
    token = await backend.token()

    got = await backend.call("POST", "/wxa/business/getuserphonenumber", {"access_token": token}, body)

    assert got["errcode"] == 47001


async def test_a_parameter_in_another_case_is_named(backend: Any) -> None:
    """appId is not appid: the diagnosis says which was sent."""
    await backend.get("/cgi-bin/token", appId=backend.app.appid, secret=backend.app.secret)

    exchange = list(backend.box.tenants.unclaimed)[-1]
    assert exchange.said == "41002 appid missing"
    assert exchange.diagnosis.summary == "appId was sent: names are case-sensitive, this one is appid"


@pytest.mark.parametrize(
    "body",
    [b"a" * 2**20, b"_" * 2**20, b'"secret"' + b" " * 2**20, b"secret=" * 2**17],
    ids=["a", "_", "blank", "many"],
)
async def test_a_body_of_a_mebibyte_is_masked_at_once(backend: Any, body: bytes) -> None:
    """Nothing a client sends makes the search for secrets slow."""
    started = time.perf_counter()

    await backend.call("POST", "/cgi-bin/stable_token", {}, body)

    assert time.perf_counter() - started < 2
    assert list(backend.box.tenants.unclaimed)[-1].said == "40002 invalid grant_type"
