"""The OpenAPI document: what it says is what is served."""

import re
from collections.abc import Iterator
from typing import Any

import aiohttp
import msgspec

from sandbox.actions.verb import verbs
from sandbox.app import Sandbox
from sandbox.control.openapi import document
from sandbox.control.pages import PAGES

METHODS = {"get", "post", "patch", "delete"}


def operations(api: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of everything documented."""
    for path, item in api["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def references(node: Any) -> Iterator[str]:
    """Every $ref in a document."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_every_verb_and_page_is_documented_and_nothing_else() -> None:
    """Routes and document are the same set."""
    documented = {(method.upper(), path) for path, method, _ in operations(document(verbs().values(), "1"))}
    served = {(verb.method, f"/_sandbox{verb.path}") for verb in verbs().values()}
    assert documented == served | {("GET", f"/_sandbox{page.path}") for page in PAGES}


def test_the_document_is_well_formed() -> None:
    """Version, unique operation ids, methods, and a reference always leads somewhere."""
    api = document(verbs().values(), "1.2")
    assert re.fullmatch(r"3\.1\.\d+", api["openapi"])
    assert api["info"]["version"] == "1.2"
    ids = [operation["operationId"] for _, _, operation in operations(api)]
    assert len(ids) == len(set(ids))
    assert {method for _, method, _ in operations(api)} <= METHODS
    for reference in references(api):
        node = api
        for part in reference.removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
        assert node
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in api["components"]["schemas"])


def test_parameters_are_complete() -> None:
    """Each placeholder is a required path parameter; every argument is in the path, the query or the body, once."""
    api = document(verbs().values(), "1")
    for verb in verbs().values():
        operation = api["paths"][f"/_sandbox{verb.path}"][verb.method.lower()]
        placed = [one["name"] for one in operation["parameters"] if one.get("in") == "path"]
        assert sorted(placed) == sorted(re.findall(r"{(\w+)}", verb.path))
        assert all(one["required"] and one["schema"] for one in operation["parameters"] if one.get("in") == "path")
        query = [one["name"] for one in operation["parameters"] if one.get("in") == "query"]
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        assert not (query and body)
        arguments = sorted([*placed, *query, *body.get("properties", {})])
        assert arguments == sorted(field.encode_name for field in msgspec.structs.fields(verb.args))
        assert set(body.get("required", ())) <= set(body.get("properties", {}))


def test_a_change_needs_no_field_but_its_place() -> None:
    """PATCH bodies have no required field: what is left out stays."""
    for path, method, operation in operations(document(verbs().values(), "1")):
        if method == "patch":
            assert operation["requestBody"]["content"]["application/json"]["schema"]["required"] == [], path


async def test_everything_documented_is_served(box: Sandbox) -> None:
    """Each documented call reaches its verb: none is unknown, none is not allowed, none crashes on nothing."""
    async with aiohttp.ClientSession(box.url) as http:
        async with http.get("/_sandbox/openapi.json") as response:
            api = await response.json()
        for path, method, _ in operations(api):
            if path.endswith("/events"):
                continue
            async with http.request(method, re.sub(r"{\w+}", "x", path)) as response:
                answer = await response.json() if response.content_type == "application/json" else {}
                assert response.status in (200, 400, 404, 409), (method, path, answer)
                assert answer.get("error", {}).get("code") not in ("no-route", "method", "internal"), (method, path)
