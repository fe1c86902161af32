"""A scenario file as a `Scenario`, or a `Mistake` with file and line."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from sandbox.adapter import placeholders
from sandbox.adapter.adapter import PROCESS_STEPS
from sandbox.adapter.conversion import convert, describe, fields
from sandbox.adapter.document import Document, did_you_mean, read
from sandbox.scenario import comparison, duration
from sandbox.scenario.expectation import Expect
from sandbox.scenario.language import (
    SHOP_STEPS,
    STAND_INS,
    TAGS,
    TENANT_VERBS,
    Rule,
    Scenario,
    Step,
    Vocabulary,
)

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

ShopSteps = Mapping[str, Iterable[str]]
"""A shop's own steps, by name, and the arguments they take."""


def load(path: Path, vocabulary: Vocabulary, shop: ShopSteps | None = None) -> Scenario:
    """The scenario in a file; `shop` adds the steps of one shop's adapter to those that every story may use.

    Raises Mistake.
    """
    return scenario_of(read(path), vocabulary, shop)


def scenario_of(document: Document, vocabulary: Vocabulary, shop: ShopSteps | None = None) -> Scenario:
    """The scenario in a document. Raises Mistake."""
    if not isinstance(document.value, dict):
        raise document.mistake("$", f"expected a scenario (name, summary, story …), came {describe(document.value)}")
    head = {key: value for key, value in document.value.items() if key != "story"}
    scenario = convert(document, "$", head, Scenario)
    if not _NAME.fullmatch(scenario.name):
        raise document.mistake("$.name", f"name: expected words-joined-by-hyphens, came {scenario.name!r}")
    _check_start(document, scenario.conditions().start)
    for name, verb in TENANT_VERBS.items():
        _check_given(document, f"$.tenant.{name}", name, getattr(scenario.tenant, name), vocabulary.verbs.get(verb))
    for index, rule in enumerate(scenario.rules):
        _check_rule(document, f"$.rules[{index}]", rule, vocabulary)
    return msgspec.structs.replace(scenario, story=_story(document, vocabulary, shop or {}))


def _check_start(document: Document, start: str | None) -> None:
    try:
        instant = datetime.fromisoformat(start) if start is not None else None
    except ValueError:
        instant = None
    if start is not None and (instant is None or instant.tzinfo is None):
        expected = "an instant with its zone such as 2024-06-01T12:00:00+08:00"
        raise document.mistake("$.clock.start", f"clock.start: expected {expected}, came {start!r}")


def _check_rule(document: Document, path: str, rule: Rule, vocabulary: Vocabulary) -> None:
    for tag in rule.only:
        if tag not in TAGS:
            raise document.mistake(f"{path}.only.{tag}", f"nothing is tagged with {tag!r}{did_you_mean(tag, TAGS)}")
    name, arguments = _single(document, f"{path}.do", rule.do, "fault")
    kind = vocabulary.faults.get(name)
    if kind is None:
        hint = did_you_mean(name, vocabulary.faults)
        raise document.mistake(f"{path}.do.{name}", f"no fault called {name!r}{hint}")
    moments = getattr(kind, "moments", None)
    if moments is not None and rule.when not in moments:
        fits = ", ".join(sorted(moments))
        raise document.mistake(f"{path}.do.{name}", f"the fault {name!r} cannot act at {rule.when}; it acts at {fits}")
    _check_arguments(document, f"{path}.do.{name}", name, arguments or {}, kind)


def _story(document: Document, vocabulary: Vocabulary, shop: ShopSteps) -> tuple[Step, ...]:
    lines = document.value.get("story")
    if not isinstance(lines, list) or not lines:
        raise document.mistake("$.story", f"story: expected a list of steps, came {describe(lines)}")
    return tuple(_step(document, f"$.story[{index}]", line, vocabulary, shop) for index, line in enumerate(lines))


def _step(document: Document, path: str, line: Any, vocabulary: Vocabulary, shop: ShopSteps) -> Step:
    verb, value = _single(document, path, line, "verb")
    here = f"{path}.{verb}"
    if verb == "expect":
        _check_expect(document, here, value)
        return Step(verb, dict(value), document.line(path))
    kind = _verb_kind(document, here, verb, vocabulary, shop)
    arguments = _arguments(document, here, verb, value, kind)
    expect = arguments.pop("expect", None)
    save = convert(document, f"{here}.save", arguments.pop("save", {}), dict[str, str])
    if expect is not None:
        _check_comparisons(document, f"{here}.expect", convert(document, f"{here}.expect", expect, dict[str, Any]))
    if kind is not None:
        _check_arguments(document, here, verb, arguments, kind)
    elif verb.startswith("merchant."):
        _check_shop_arguments(document, here, verb.removeprefix("merchant."), arguments, shop)
    return Step(verb, arguments, document.line(path), expect, save)


def _single(document: Document, path: str, value: Any, noun: str) -> tuple[str, Any]:
    if isinstance(value, str):
        value = {value: None}
    if not isinstance(value, dict) or len(value) != 1:
        came = f"{len(value)} keys ({', '.join(value)})" if isinstance(value, dict) else describe(value)
        raise document.mistake(path, f"expected exactly one {noun} with its arguments, came {came}")
    ((name, arguments),) = value.items()
    return name, arguments


def _verb_kind(
    document: Document, path: str, verb: str, vocabulary: Vocabulary, shop: ShopSteps
) -> type[msgspec.Struct] | None:
    """The arguments' type; None for a step of the shop, which has no type."""
    sayable = vocabulary.sayable()
    steps = [f"merchant.{name}" for name in (*SHOP_STEPS, *PROCESS_STEPS, *shop)]
    if verb not in sayable and verb not in steps:
        known = [*sayable, *dict.fromkeys(steps), "expect"]
        raise document.mistake(path, f"no verb called {verb!r}{did_you_mean(verb, known)}")
    return sayable.get(verb)


def _arguments(
    document: Document, path: str, verb: str, value: Any, kind: type[msgspec.Struct] | None
) -> dict[str, Any]:
    """The step's mapping; a single value stands for the verb's first argument."""
    if value is None:
        return {}
    if isinstance(value, dict):
        return dict(value)
    name = verb.removeprefix("merchant.")
    first = next(iter(fields(kind) if kind else SHOP_STEPS.get(name, ())), None)
    if first is None or isinstance(value, list):
        raise document.mistake(path, f"{verb}: expected a mapping of arguments, came {describe(value)}")
    return {first: value}


def _check_arguments(
    document: Document, path: str, owner: str, arguments: Mapping[str, Any], kind: type[msgspec.Struct]
) -> None:
    """Names, types and presence; what a placeholder will stand for is only known when the story runs."""
    _check_given(document, path, owner, arguments, kind)
    for name, field in fields(kind).items():
        if field.required and name not in arguments and (owner, name) not in STAND_INS:
            raise document.mistake(path, f"{owner}: the argument {name!r} is missing")


def _check_given(
    document: Document, path: str, owner: str, arguments: Mapping[str, Any], kind: type[msgspec.Struct] | None
) -> None:
    known = fields(kind) if kind else {}
    for name, value in arguments.items():
        if name not in known:
            raise document.mistake(f"{path}.{name}", f"{owner} has no {name!r}{did_you_mean(name, known)}")
        if not placeholders.named_in(value):
            convert(document, f"{path}.{name}", value, known[name].type)


def _check_shop_arguments(
    document: Document, path: str, step: str, arguments: Mapping[str, Any], shop: ShopSteps
) -> None:
    known = [*SHOP_STEPS.get(step, ()), *shop.get(step, ())]
    for name in arguments:
        if name not in known:
            hint = did_you_mean(name, known) or "; it takes none"
            raise document.mistake(f"{path}.{name}", f"merchant.{step} has no {name!r}{hint}")


def _check_expect(document: Document, path: str, value: Any) -> None:
    if not isinstance(value, dict) or not set(value) - {"within"}:
        raise document.mistake(path, f"expect: expected what must be so (order, merchant …), came {describe(value)}")
    expect = convert(document, path, value, Expect)
    if expect.within is not None:
        try:
            duration.parse(expect.within)
        except ValueError as error:
            raise document.mistake(f"{path}.within", f"within: {error}") from None
    _check_comparisons(document, path, value)


def _check_comparisons(document: Document, path: str, value: Any) -> None:
    for where, text in comparison.slips(value):
        raise document.mistake(f"{path}{where}", text)
