"""A scenario file as a `Scenario`, or a `Mistake` with file and line."""

import re
from datetime import datetime
from pathlib import Path

import msgspec

from sandbox.adapter.conversion import convert, describe
from sandbox.adapter.credentials import NAMES, NUMBERS
from sandbox.adapter.document import Document, did_you_mean, read
from sandbox.scenario.language import TAGS, TENANT_VERBS, Rule, Scenario, Vocabulary
from sandbox.scenario.steps import (
    Fragment,
    Fragments,
    ShopSteps,
    StepReader,
    check_arguments,
    check_given,
    single,
)

_PARAMETER = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = (*NAMES, *NUMBERS, "merchants", "apps", "users", "notify_url")
"""What stands for something of the tenant's in every story."""

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


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
        check_given(document, f"$.tenant.{name}", name, getattr(scenario.tenant, name), vocabulary.verbs.get(verb))
    for index, rule in enumerate(scenario.rules):
        _check_rule(document, f"$.rules[{index}]", rule, vocabulary)
    _check_parameters(document, scenario)
    reader = StepReader(vocabulary, shop or {}, _inclusions(document, scenario), document.name)
    return msgspec.structs.replace(scenario, story=reader.steps(document, "$.story", document.value.get("story")))


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
    name, arguments = single(document, f"{path}.do", rule.do, "fault")
    kind = vocabulary.faults.get(name)
    if kind is None:
        hint = did_you_mean(name, vocabulary.faults)
        raise document.mistake(f"{path}.do.{name}", f"no fault called {name!r}{hint}")
    moments = getattr(kind, "moments", None)
    if moments is not None and rule.when not in moments:
        fits = ", ".join(sorted(moments))
        raise document.mistake(f"{path}.do.{name}", f"the fault {name!r} cannot act at {rule.when}; it acts at {fits}")
    check_arguments(document, f"{path}.do.{name}", name, arguments or {}, kind)


def _inclusions(document: Document, scenario: Scenario) -> dict[str, Fragment]:
    """The fragments that the story may use: its own, and those of the files that it includes."""
    found: dict[str, Fragment] = {}
    for index, name in enumerate(scenario.include):
        file = Path(document.name).parent / name
        if not file.is_file():
            raise document.mistake(f"$.include[{index}]", f"include: there is no file {file}")
        other = read(file)
        told = convert(other, "$", other.value, Fragments)
        found |= {key: Fragment(other, f"$.fragments.{key}", steps) for key, steps in told.fragments.items()}
    own = {key: Fragment(document, f"$.fragments.{key}", steps) for key, steps in scenario.fragments.items()}
    return {**found, **own}


def _check_parameters(document: Document, scenario: Scenario) -> None:
    for part in ("parameters", "matrix"):
        for name in getattr(scenario, part):
            if not _PARAMETER.fullmatch(name):
                raise document.mistake(f"$.{part}.{name}", f"{part}: expected a name_like_this, came {name!r}")
            if name in RESERVED:
                raise document.mistake(f"$.{part}.{name}", f"{part}: {name!r} is the tenant's own; take another name")
    for name in scenario.matrix:
        if name in scenario.parameters:
            raise document.mistake(f"$.matrix.{name}", f"matrix: {name!r} is a parameter already; give it in one place")
