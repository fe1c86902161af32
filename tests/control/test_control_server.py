"""The control API over a socket: routing, arguments, garbage."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.app import Sandbox
from sandbox.config import Settings

JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def http(box: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    """A plain client whose paths are below the control API."""
    async with aiohttp.ClientSession(f"{box.url}/_sandbox/") as session:
        yield session


async def said(response: aiohttp.ClientResponse) -> tuple[int, str, str]:
    """Status, code and message of a refusal."""
    error = (await response.json())["error"]
    return response.status, error["code"], error["message"]


async def raw(box: Sandbox, request: bytes) -> bytes:
    """What comes back for these bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", box.port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


async def test_health_tells_what_runs(box: Sandbox, http: aiohttp.ClientSession) -> None:
    """Ready, version, store and the port that was given."""
    async with http.get("health") as response:
        health = await response.json()
    assert health["ready"] is True
    assert health["store"] == "memory"
    assert health["ports"] == {"http": box.port}


async def test_no_answer_shows_the_library(http: aiohttp.ClientSession) -> None:
    """Good and bad answers alike carry our name and may not be cached."""
    for path in ("health", "", "nowhere", "orders?x=1"):
        async with http.get(path) as response:
            assert response.headers["Server"] == "wechatpay-sandbox"
            assert response.headers["Cache-Control"] == "no-store"


async def test_the_index_lists_every_call(http: aiohttp.ClientSession) -> None:
    """JSON for programs; a browser gets the console."""
    async with http.get("") as response:
        calls = (await response.json())["calls"]
    assert ("POST", "/_sandbox/clock/advance") in {(one["method"], one["path"]) for one in calls}
    async with http.get("", headers={"Accept": "text/html"}) as response:
        assert response.content_type == "text/html"
        assert "/_sandbox/static/main.js" in await response.text()


async def test_the_catalogues_are_data(http: aiohttp.ClientSession) -> None:
    """Endpoints with their fields and errors, errors with their spellings, rules with what they change."""
    async with http.get("endpoints") as response:
        endpoints = {one["name"]: one for one in (await response.json())["endpoints"]}
    assert endpoints["v2.closeorder"]["path"] == "/pay/closeorder"
    assert "ORDER_PAID" in endpoints["v2.closeorder"]["raises"]
    async with http.get("errors") as response:
        errors = {one["name"]: one for one in (await response.json())["errors"]}
    assert errors["ORDER_PAID"]["family"] == "pay"
    assert errors["ORDER_PAID"]["spellings"]
    fields = {one["name"]: one for one in endpoints["v3.jsapi"]["fields"]}
    assert (fields["amount"]["kind"], fields["amount.total"]["minimum"]) == ("part", 1)
    assert fields["detail.goods_detail[].quantity"]["kind"] == "integer"
    async with http.get("fidelity") as response:
        rules = {name: one for one in (await response.json())["fidelity"] for name in one["settings"]}
    assert rules["keys.v2_delay"]["confidence"] in ("observed", "documented")


async def test_the_header_picks_the_tenant(http: aiohttp.ClientSession) -> None:
    """Without it the default tenant; an unknown one is named, with those that live."""
    async with http.post("tenants", json={"id": "mine", "clock": "virtual"}) as response:
        assert response.status == 200
    async with http.get("clock", headers={"X-Sandbox-Tenant": "mine"}) as response:
        assert (await response.json())["kind"] == "virtual"
    async with http.get("clock") as response:
        assert (await response.json())["kind"] == "real"
    async with http.get("clock", headers={"X-Sandbox-Tenant": "nobody"}) as response:
        status, code, message = await said(response)
    assert (status, code) == (404, "no-tenant")
    assert "default, mine" in message


async def test_a_taken_name_tells_its_holder(http: aiohttp.ClientSession) -> None:
    """A name that somebody has is 409, and the holder is a member of its own."""
    async with http.post("tenants", json={"credentials": {"mch_id": "1900000001"}}) as response:
        assert response.status == 409
        assert (await response.json())["error"]["holder"] == "default"


async def test_unknown_paths_and_methods(http: aiohttp.ClientSession) -> None:
    """404 says where the list is; 405 says what can be done, in the header too."""
    async with http.get("nowhere") as response:
        status, code, message = await said(response)
    assert (status, code) == (404, "no-route")
    assert "/_sandbox/" in message
    async with http.put("rules", json={}) as response:
        assert response.status == 405
        assert response.headers["Allow"] == "DELETE, GET, POST"
    async with http.post("health") as response:
        assert response.status == 405


async def test_head_is_get_without_a_body(http: aiohttp.ClientSession) -> None:
    """What probes with HEAD is answered."""
    for path in ("health", "orders"):
        async with http.head(path) as response:
            assert response.status == 200
            assert await response.read() == b""


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("POST", "clock/advance", {}, "by is missing: it is required"),
        (
            "POST",
            "clock/advance",
            {"by": "1h", "bye": 1},
            "no argument is called 'bye' — did you mean 'by'? Known here: by.",
        ),
        ("POST", "clock/advance", {"by": []}, "by: expected int | float | str, came []"),
        ("GET", "orders?limit=many", None, 'limit: expected int, came "many"'),
        ("GET", "orders?limit=1&limit=2", None, 'limit: expected int, came ["1","2"]'),
        ("GET", "exchanges?refused=perhaps", None, 'refused: expected bool, came "perhaps"'),
        ("POST", "reset", {"x": 1}, "no argument is called 'x'."),
        ("PATCH", "settings", {"v2.format": "old"}, 'v2.format: expected one of modern, legacy, came "old"'),
        ("PATCH", "merchants/1900000001", {"mchid": "1"}, "mchid stands in the path already: leave it out of the body"),
        ("GET", "orders", {}, "GET takes its arguments in the query string, and a body came"),
        ("POST", "reset?x=1", None, "POST takes its arguments as JSON, and x came in the query string"),
        ("GET", "orders?limit=99999999999999999999", None, "a number is out of range: "),
        ("GET", "events?sort=exchange", None, "events take only kind, came sort"),
    ],
)
async def test_complaints_name_the_field(
    http: aiohttp.ClientSession, method: str, path: str, body: Any, message: str
) -> None:
    """Which field, what came, what was expected."""
    async with http.request(method, path, json=body) as response:
        assert (response.status, (await said(response))[2][: len(message)]) == (400, message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "the body is no JSON: "),
        (b"\xff", "the body is no JSON: "),
        (b'{"by":"\xff"}', "the body is no JSON: "),
        (b'{"by":"\\ud800"}', "the body is no JSON: "),
        (b"[1]", "the body must be a JSON object, came [1]"),
        (b"null", "the body must be a JSON object, came null"),
        (b"[" * 100_000, "the body is no JSON we read: it is nested too deeply"),
        (b'{"a":' * 100_000, "the body is no JSON we read: it is nested too deeply"),
        (b'{"by":' + b"9" * 5000 + b"}", ""),
    ],
)
async def test_bodies_that_are_no_json(http: aiohttp.ClientSession, body: bytes, message: str) -> None:
    """Each is told, none is a crash."""
    async with http.post("clock/advance", data=body, headers=JSON) as response:
        status, _, text = await said(response)
    assert 400 <= status < 500
    assert text.startswith(message)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_what_a_page_can_post_without_asking_is_refused(http: aiohttp.ClientSession, kind: str) -> None:
    """A body must be application/json, so that no form of another page is ever understood."""
    async with http.post("clock/advance", data=b'{"by":"1h"}', headers={"Content-Type": kind}) as response:
        assert (await said(response))[:2] == (415, "not-json")


async def test_a_huge_body_is_refused(box: Sandbox, http: aiohttp.ClientSession) -> None:
    """More than 1 MiB is 413, and the next call is served."""
    head = "POST /_sandbox/tenants HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    answer = await raw(box, head.encode() + b"Content-Length: 1100000\r\n\r\n" + b"x" * 1_100_000)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"too-large"' in answer
    async with http.get("health") as response:
        assert response.status == 200


@pytest.mark.parametrize(
    ("line", "header", "status"),
    [
        (b"GET /_sandbox/orders/%ff%00", b"", b"404"),
        (b"GET /_sandbox/orders/a%2Fb", b"", b"404"),
        (b"GET /_sandbox//orders", b"", b"404"),
        (b"GET /_sandbox/../_sandbox/orders", b"", b"404"),
        (b"GET /%5fsandbox/orders", b"", b"404"),
        (b"GET http://127.0.0.1/_sandbox/orders", b"", b"200"),
        (b"GET /_sandbox", b"", b"200"),
        (b"GET /_sandbox/clock", b"X-Sandbox-Tenant: \xff\r\n", b"404"),
        (b"GET /_sandbox/clock", b"Authorization: Bearer \xff\r\n", b"200"),
        (b"GET /_sandbox/clock", b"Origin: \xff\r\n", b"403"),
        (b"OPTIONS /_sandbox/clock", b"", b"405"),
        (b"TRACE /_sandbox/clock", b"", b"405"),
    ],
)
async def test_odd_requests_get_a_plain_answer(box: Sandbox, line: bytes, header: bytes, status: bytes) -> None:
    """Whatever the path or the headers hold, the answer is JSON and never a crash."""
    answer = await raw(box, line + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + header + b"\r\n")
    assert answer.split(b" ")[1] == status
    assert b"application/json" in answer


async def test_a_slash_in_a_number_stays_in_the_number(http: aiohttp.ClientSession) -> None:
    """A placeholder is one segment as sent, then decoded."""
    async with http.get("orders/a%252Fb") as response:
        assert "'a%2Fb'" in (await said(response))[2]


async def test_a_foreign_host_is_told_why(http: aiohttp.ClientSession) -> None:
    """DNS rebinding: 403, and the option to add."""
    async with http.get("health", headers={"Host": "evil.example"}) as response:
        status, code, message = await said(response)
    assert (status, code) == (403, "foreign-host")
    assert "--allow-host evil.example" in message


async def test_a_foreign_page_cannot_act(box: Sandbox, http: aiohttp.ClientSession) -> None:
    """Its request is refused before anything happens, and its preflight too."""
    headers = {"Origin": "https://evil.example"}
    async with http.post("tenants", json={"id": "stolen"}, headers=headers) as response:
        assert response.status == 403
        assert "Access-Control-Allow-Origin" not in response.headers
    assert box.tenants.get("stolen") is None
    async with http.options("tenants", headers={**headers, "Access-Control-Request-Method": "POST"}) as response:
        assert response.status == 403
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_a_page_of_this_machine_may(http: aiohttp.ClientSession) -> None:
    """Its preflight is answered with what it may send, and it may read answers and refusals."""
    headers = {"Origin": "http://localhost:3000"}
    asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "x-sandbox-tenant"}
    async with http.options("settings", headers={**headers, **asked}) as response:
        assert response.status == 204
        assert response.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
        assert "PATCH" in response.headers["Access-Control-Allow-Methods"]
        assert "X-Sandbox-Tenant" in response.headers["Access-Control-Allow-Headers"]
    for path in ("clock", "nowhere"):
        async with http.get(path, headers=headers) as response:
            assert response.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
            assert response.headers["Vary"] == "Origin"


async def test_bound_to_all_a_token_opens_the_door(caplog: pytest.LogCaptureFixture) -> None:
    """Off loopback: 401 without the token, served with it; platform paths never ask; no log has it."""
    caplog.set_level(0)
    async with (
        Sandbox(Settings(host="0.0.0.0", port=0, token="open-sesame")) as box,
        aiohttp.ClientSession(f"http://127.0.0.1:{box.port}") as http,
    ):
        async with http.get("/_sandbox/health") as response:
            assert response.status == 401
            assert response.headers["WWW-Authenticate"] == "Bearer"
        async with http.get("/_sandbox/health", headers={"X-Sandbox-Token": "guess"}) as response:
            assert response.status == 401
        for headers in ({"X-Sandbox-Token": "open-sesame"}, {"Authorization": "Bearer open-sesame"}):
            async with http.get("/_sandbox/clock", headers=headers) as response:
                assert response.status == 200
        async with http.post("/pay/orderquery", data=b"") as response:
            assert response.status == 200
    assert "open-sesame" not in caplog.text


async def test_answers_are_quick(http: aiohttp.ClientSession) -> None:
    """Fifty calls one after the other take well under a second each; a stuck loop would show."""
    began = time.perf_counter()
    for _ in range(50):
        async with http.get("clock") as response:
            assert response.status == 200
    assert time.perf_counter() - began < 5
