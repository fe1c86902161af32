"""The steps of a story as they are read: verbs with their arguments, and the sentences around them."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sandbox.adapter import placeholders
from sandbox.adapter.adapter import PROCESS_STEPS
from sandbox.adapter.conversion import convert, describe, fields
from sandbox.adapter.document import Document, did_you_mean
from sandbox.scenario import comparison, duration
from sandbox.scenario.expectation import Expect
from sandbox.scenario.language import SENTENCES, SHOP_STEPS, STAND_INS, Step, Vocabulary

ShopSteps = Mapping[str, Iterable[str]]
"""A shop's own steps, by name, and the arguments they take."""

EVENTUALLY = "24h"
"""How long `eventually` lets a virtual clock run when it does not say."""


class Fragment(msgspec.Struct, frozen=True):
    """Steps with a name, and where they stand."""

    document: Document
    path: str
    steps: Any


class Fragments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that has nothing but fragments."""

    fragments: dict[str, Any]


class Use(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"with_": "with"}):
    """A fragment's steps in this place; `with` gives values to placeholders in them."""

    fragment: str
    with_: dict[str, Any] = {}


class Repeat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"as_": "as"}):
    """Steps again and again; the round, from 1, is known as `as`."""

    times: int | str
    steps: list[Any]
    as_: str = "round"


class StepReader:
    """Reads steps; `home` is the story's own file."""

    def __init__(self, vocabulary: Vocabulary, shop: ShopSteps, fragments: Mapping[str, Fragment], home: str) -> None:
        self._sayable = vocabulary.sayable()
        self._shop = shop
        self._fragments = fragments
        self._home = home
        self._using: list[str] = []

    def steps(
        self, document: Document, path: str, lines: Any, given: Mapping[str, Any] | None = None
    ) -> tuple[Step, ...]:
        """The steps of a list; placeholders in `given` are replaced. Raises Mistake."""
        name = path.rsplit(".", 1)[-1]
        if not isinstance(lines, list) or not lines:
            raise document.mistake(path, f"{name}: expected a list of steps, came {describe(lines)}")
        found: list[Step] = []
        for index, line in enumerate(lines):
            found += self._step(document, f"{path}[{index}]", placeholders.fill_some(line, given or {}), given or {})
        return tuple(found)

    def _step(self, document: Document, path: str, line: Any, given: Mapping[str, Any]) -> Iterable[Step]:
        verb, value = single(document, path, line, "verb")
        here = f"{path}.{verb}"
        if verb == "use":
            return self._used(document, here, value)
        file = "" if document.name == self._home else document.name
        if verb in SENTENCES:
            arguments, inner = getattr(self, f"_{verb}")(document, here, value, given)
            return [Step(verb, arguments, document.line(path), steps=inner, file=file)]
        kind = self._kind(document, here, verb)
        arguments = _arguments(document, here, verb, value, kind)
        expect = arguments.pop("expect", None)
        save = convert(document, f"{here}.save", arguments.pop("save", {}), dict[str, str])
        if expect is not None:
            _check_comparisons(document, f"{here}.expect", convert(document, f"{here}.expect", expect, dict[str, Any]))
        if kind is not None:
            check_arguments(document, here, verb, arguments, kind)
        elif verb.startswith("merchant."):
            self._check_shop_arguments(document, here, verb.removeprefix("merchant."), arguments)
        return [Step(verb, arguments, document.line(path), expect, save, file=file)]

    def _used(self, document: Document, path: str, value: Any) -> Iterable[Step]:
        """The steps of a fragment, as if they stood here."""
        use = convert(document, path, {"fragment": value} if isinstance(value, str) else value, Use)
        fragment = self._fragments.get(use.fragment)
        if fragment is None:
            hint = did_you_mean(use.fragment, self._fragments) or "; the story has none (fragments:, include:)"
            raise document.mistake(path, f"no fragment called {use.fragment!r}{hint}")
        if use.fragment in self._using:
            raise document.mistake(path, f"the fragment {use.fragment!r} uses itself")
        self._using.append(use.fragment)
        try:
            return self.steps(fragment.document, fragment.path, fragment.steps, use.with_)
        finally:
            self._using.pop()

    def _expect(
        self, document: Document, path: str, value: Any, given: Mapping[str, Any]
    ) -> tuple[dict[str, Any], tuple[Step, ...]]:
        _check_expect(document, path, value, "expect")
        return dict(value), ()

    def _eventually(
        self, document: Document, path: str, value: Any, given: Mapping[str, Any]
    ) -> tuple[dict[str, Any], tuple[Step, ...]]:
        _check_expect(document, path, value, "eventually")
        return {"within": EVENTUALLY, **value}, ()

    def _parallel(
        self, document: Document, path: str, value: Any, given: Mapping[str, Any]
    ) -> tuple[dict[str, Any], tuple[Step, ...]]:
        """Each item is a branch: one step, or a list of steps."""
        if not isinstance(value, list) or len(value) < 2:
            expected = "at least two branches, each a step or a list of steps"
            raise document.mistake(path, f"parallel: expected {expected}, came {describe(value)}")
        branches = []
        for index, branch in enumerate(value):
            here = f"{path}[{index}]"
            if isinstance(branch, list):
                inner = self.steps(document, here, branch, given)
            else:
                inner = tuple(self._step(document, here, branch, given))
            branches.append(Step("branch", {}, document.line(here), steps=inner))
        return {}, tuple(branches)

    def _repeat(
        self, document: Document, path: str, value: Any, given: Mapping[str, Any]
    ) -> tuple[dict[str, Any], tuple[Step, ...]]:
        repeat = convert(document, path, value, Repeat)
        if isinstance(repeat.times, str) and not placeholders.named_in(repeat.times):
            raise document.mistake(f"{path}.times", f"times: expected a whole number, came {repeat.times!r}")
        inner = self.steps(document, f"{path}.steps", repeat.steps, given)
        return {"times": repeat.times, "as": repeat.as_}, inner

    def _kind(self, document: Document, path: str, verb: str) -> type[msgspec.Struct] | None:
        """The arguments' type; None for a step of the shop, which has no type."""
        steps = [f"merchant.{name}" for name in (*SHOP_STEPS, *PROCESS_STEPS, *self._shop)]
        if verb not in self._sayable and verb not in steps:
            known = [*self._sayable, *dict.fromkeys(steps), *SENTENCES]
            raise document.mistake(path, f"no verb called {verb!r}{did_you_mean(verb, known)}")
        return self._sayable.get(verb)

    def _check_shop_arguments(self, document: Document, path: str, step: str, arguments: Mapping[str, Any]) -> None:
        known = [*SHOP_STEPS.get(step, ()), *self._shop.get(step, ())]
        for name in arguments:
            if name not in known:
                hint = did_you_mean(name, known) or "; it takes none"
                raise document.mistake(f"{path}.{name}", f"merchant.{step} has no {name!r}{hint}")


def single(document: Document, path: str, value: Any, noun: str) -> tuple[str, Any]:
    """The one name in a mapping and its value; a bare word has none. Raises Mistake."""
    if isinstance(value, str):
        value = {value: None}
    if not isinstance(value, dict) or len(value) != 1:
        came = f"{len(value)} keys ({', '.join(value)})" if isinstance(value, dict) else describe(value)
        raise document.mistake(path, f"expected exactly one {noun} with its arguments, came {came}")
    ((name, arguments),) = value.items()
    return name, arguments


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


def check_arguments(
    document: Document, path: str, owner: str, arguments: Mapping[str, Any], kind: type[msgspec.Struct]
) -> None:
    """Names, types and presence; what a placeholder will stand for is only known when the story runs."""
    check_given(document, path, owner, arguments, kind)
    for name, field in fields(kind).items():
        if field.required and name not in arguments and (owner, name) not in STAND_INS:
            raise document.mistake(path, f"{owner}: the argument {name!r} is missing")


def check_given(
    document: Document, path: str, owner: str, arguments: Mapping[str, Any], kind: type[msgspec.Struct] | None
) -> None:
    """Names and types of what is given. Raises Mistake."""
    known = fields(kind) if kind else {}
    for name, value in arguments.items():
        if name not in known:
            raise document.mistake(f"{path}.{name}", f"{owner} has no {name!r}{did_you_mean(name, known)}")
        if not placeholders.named_in(value):
            convert(document, f"{path}.{name}", value, known[name].type)


def _check_expect(document: Document, path: str, value: Any, verb: str) -> None:
    if not isinstance(value, dict) or not set(value) - {"within"}:
        raise document.mistake(path, f"{verb}: expected what must be so (order, merchant …), came {describe(value)}")
    expect = convert(document, path, value, Expect)
    spans = {"within": expect.within, "took": value.get("took")}
    for name, span in spans.items():
        try:
            value = {**value, name: duration.parsed(span)} if span is not None else value
        except ValueError as error:
            raise document.mistake(f"{path}.{name}", f"{name}: {error}") from None
    _check_comparisons(document, path, value)


def _check_comparisons(document: Document, path: str, value: Any) -> None:
    for where, text in comparison.slips(value):
        raise document.mistake(f"{path}{where}", text)
