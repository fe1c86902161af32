"""The JSON Schema says what the loader accepts."""

import json
from typing import Any

from fake_sandbox import VOCABULARY

from sandbox.scenario.schema import schema


def test_every_word_is_in_it() -> None:
    """Faults, verbs, shop steps, moments and tags are offered; verbs that no story may use are not."""
    written = json.loads(json.dumps(schema(VOCABULARY)))

    story = written["$defs"]["Steps"]["items"]["oneOf"][0]
    rule = written["$defs"]["Rule"]["properties"]
    assert {"user.pay", "clock.advance", "merchant.order", "merchant.kill", "expect"} <= set(story["properties"])
    assert "tenants.create" not in story["properties"]
    assert set(rule["do"]["oneOf"][0]["properties"]) == {"drop", "fail"}
    assert "notify.due" in rule["when"]["enum"]
    assert set(written["required"]) == {"name", "summary", "story"}
    assert written["additionalProperties"] is False


def test_arguments_are_typed() -> None:
    """A verb's arguments have their own types or a placeholder; what a story may leave out is not required."""
    story = schema(VOCABULARY)["$defs"]["Steps"]["items"]["oneOf"][0]["properties"]

    pay = story["user.pay"]["anyOf"][0]["anyOf"][0]
    advance = story["clock.advance"]["anyOf"][0]
    assert {"type": "integer"} in pay["properties"]["tries"]["anyOf"]
    assert pay["required"] == []
    assert advance["required"] == ["by"]
    assert {"by", "expect", "save"} == set(advance["properties"])
    assert advance["additionalProperties"] is False


def test_references_are_whole() -> None:
    """Whatever is referred to is there."""
    written = schema(VOCABULARY)

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            inner = [found for item in value.values() for found in references(item)]
            return [*inner, value["$ref"]] if "$ref" in value else inner
        return [found for item in value for found in references(item)] if isinstance(value, list) else []

    assert {name.removeprefix("#/$defs/") for name in references(written)} == set(written["$defs"])
