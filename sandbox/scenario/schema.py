"""The language as a JSON Schema, for editors that complete and check YAML."""

from collections.abc import Mapping
from typing import Any

import msgspec

from sandbox.adapter.adapter import PROCESS_STEPS
from sandbox.adapter.conversion import fields
from sandbox.scenario.expectation import Expect
from sandbox.scenario.language import SHOP_STEPS, STAND_INS, TAGS, Scenario, Vocabulary
from sandbox.scenario.steps import Repeat, Use

Schema = dict[str, Any]

_PLACEHOLDER: Schema = {"type": "string", "pattern": r"\{\w+\??\}"}
_ON_EVERY_STEP: Schema = {
    "expect": {"type": "object", "description": "what the step itself must answer"},
    "save": {"type": "object", "additionalProperties": {"type": "string"}, "description": "name -> part of the answer"},
}


_STEPS: Schema = {"$ref": "#/$defs/Steps"}


def schema(vocabulary: Vocabulary) -> Schema:
    """The JSON Schema (2020-12) of a scenario file."""
    (_, expect), definitions = msgspec.json.schema_components([Scenario, Expect], ref_template="#/$defs/{name}")
    del definitions["Step"]
    root: Schema = definitions.pop("Scenario")
    definitions["Rule"]["properties"]["do"] = _one_of(
        {name: _arguments(kind, name) for name, kind in vocabulary.faults.items()}
    )
    definitions["Rule"]["properties"]["only"] = {
        "type": "object",
        "properties": {tag: {"type": "string"} for tag in TAGS},
        "additionalProperties": False,
    }
    steps: Schema = {verb: _step(_arguments(kind, verb)) for verb, kind in vocabulary.sayable().items()}
    steps |= {f"merchant.{name}": _step(_shop_arguments(names)) for name, names in SHOP_STEPS.items()}
    steps |= {f"merchant.{name}": {"type": ["null", "object"]} for name in PROCESS_STEPS}
    steps |= _sentences(expect)
    story = _one_of(steps)
    # An adapter may have steps of its own.
    story["oneOf"][0]["patternProperties"] = {r"^merchant\.": True}
    definitions["Steps"] = {"type": "array", "minItems": 1, "items": story}
    root["properties"]["story"] = _STEPS
    root["properties"]["fragments"] = {"type": "object", "additionalProperties": _STEPS}
    root["required"] = [*root["required"], "story"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": definitions}


def _sentences(expect: Schema) -> dict[str, Schema]:
    """The steps that are no verbs."""
    _, shapes = msgspec.json.schema_components([Repeat, Use], ref_template="#/$defs/{name}")
    shapes["Repeat"]["properties"]["steps"] = _STEPS
    branch = {"anyOf": [{"type": ["object", "string"]}, _STEPS]}
    return {
        "expect": expect,
        "eventually": expect,
        "parallel": {"type": "array", "minItems": 2, "items": branch},
        "repeat": shapes["Repeat"],
        "use": {"anyOf": [{"type": "string"}, shapes["Use"]]},
    }


def _one_of(choices: Mapping[str, Schema]) -> Schema:
    """A mapping with exactly one of these keys, or the bare key where its arguments may be left out."""
    return {
        "oneOf": [
            {
                "type": "object",
                "properties": dict(choices),
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
            {"enum": list(choices)},
        ]
    }


def _arguments(kind: type[msgspec.Struct], owner: str) -> Schema:
    """A Struct's arguments as a mapping, or nothing at all when every one may be left out."""
    properties: Schema = {}
    required = []
    for name, field in fields(kind).items():
        (shape,), definitions = msgspec.json.schema_components([field.type])
        properties[name] = {"anyOf": [_inlined(shape, definitions), _PLACEHOLDER]}
        if field.required and (owner, name) not in STAND_INS:
            required.append(name)
    mapping: Schema = {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
    if kind.__doc__:
        mapping["description"] = kind.__doc__
    return mapping if required else {"anyOf": [mapping, {"type": "null"}]}


def _shop_arguments(names: tuple[str, ...]) -> Schema:
    return {"anyOf": [{"type": "object", "properties": dict.fromkeys(names, True)}, {"type": "null"}]}


def _step(arguments: Schema) -> Schema:
    """Arguments with what every step may carry; a single value stands for the first argument."""
    mapping = arguments["anyOf"][0] if "anyOf" in arguments else arguments
    mapping["properties"] = {**mapping["properties"], **_ON_EVERY_STEP}
    return {"anyOf": [arguments, {"type": ["string", "integer", "boolean"]}]}


def _inlined(shape: Any, definitions: Mapping[str, Any]) -> Any:
    """The schema with its references replaced by what they point to: arguments are shallow."""
    if isinstance(shape, dict):
        if "$ref" in shape:
            return _inlined(definitions[shape["$ref"].rsplit("/", 1)[-1]], definitions)
        return {key: _inlined(value, definitions) for key, value in shape.items()}
    if isinstance(shape, list):
        return [_inlined(item, definitions) for item in shape]
    return shape
