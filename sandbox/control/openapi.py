"""The OpenAPI 3.1 document of the control API, derived from the verbs."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sandbox.actions.verb import Verb
from sandbox.control.pages import PAGES, Page

_REF = "#/components/schemas/{name}"
_TENANT = {
    "name": "X-Sandbox-Tenant",
    "in": "header",
    "description": "Which tenant is meant",
    "schema": {"type": "string", "default": "default"},
}
_ERROR = {
    "description": "Why it cannot be done",
    "content": {"application/json": {"schema": {"$ref": _REF.format(name="ErrorAnswer")}}},
}
_PLACEHOLDER = re.compile(r"{(\w+)}")


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong; `holder` is who has a name that was asked for."""

    code: str
    message: str
    holder: str = ""


class ErrorAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a call that cannot be done."""

    error: ErrorBody


def document(verbs: Iterable[Verb], version: str) -> dict[str, Any]:
    """The document: one operation a verb, and the pages that are no verbs."""
    listed = list(verbs)
    kinds = [ErrorAnswer, *(verb.args for verb in listed), *(verb.result for verb in listed)]
    refs, components = msgspec.json.schema_components(list(dict.fromkeys(kinds)), ref_template=_REF)
    schemas = dict(zip(dict.fromkeys(kinds), refs, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for verb in listed:
        fields = _resolved(schemas[verb.args], components)
        paths.setdefault(f"/_sandbox{verb.path}", {})[verb.method.lower()] = _operation(verb, fields, schemas)
    for page in PAGES:
        paths[f"/_sandbox{page.path}"] = {"get": _page_operation(page)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "wechatpay-sandbox control API", "version": version},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "parameters": {"tenant": _TENANT},
            "responses": {"error": _ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _operation(verb: Verb, args: dict[str, Any], schemas: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    placed = _PLACEHOLDER.findall(verb.path)
    fields, required = args.get("properties", {}), args.get("required", [])
    others = {name: schema for name, schema in fields.items() if name not in placed}
    parameters = [{"name": name, "in": "path", "required": True, "schema": fields[name]} for name in placed]
    if not verb.tenant_free:
        parameters.append({"$ref": "#/components/parameters/tenant"})
    operation: dict[str, Any] = {
        "operationId": verb.name,
        "tags": [verb.name.partition(".")[0]],
        "summary": verb.summary,
        "description": verb.summary_zh,
        "parameters": parameters,
        "responses": {
            "200": {"description": "Done", "content": {"application/json": {"schema": schemas[verb.result]}}},
            "default": {"$ref": "#/components/responses/error"},
        },
    }
    if verb.method in ("GET", "DELETE"):
        parameters += [
            {"name": name, "in": "query", "required": name in required, "schema": schema}
            for name, schema in others.items()
        ]
    elif others:
        body = {
            "type": "object",
            "properties": others,
            "required": [name for name in required if name in others],
            "additionalProperties": False,
        }
        needed = bool(body["required"])
        operation["requestBody"] = {"required": needed, "content": {"application/json": {"schema": body}}}
    return operation


def _page_operation(page: Page) -> dict[str, Any]:
    return {
        "operationId": page.path.strip("/") or "index",
        "tags": ["pages"],
        "summary": page.summary,
        "responses": {
            "200": {"description": page.summary, "content": {page.content_type: {}}},
            "default": {"$ref": "#/components/responses/error"},
        },
    }


def _resolved(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = components[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    return found
