"""The scenario language as types: what a story may say.

Faults and most verbs are not listed here: they are the sandbox's, and come in as a `Vocabulary`.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Annotated, Any, Literal

import msgspec

from sandbox.adapter.adapter import Dialect

Moment = Literal[
    "request.received",
    "request.verified",
    "reply.ready",
    "reply.signed",
    "notify.due",
    "notify.ready",
    "notify.answered",
    "clock.advanced",
]

TAGS = (
    "endpoint",
    "dialect",
    "mchid",
    "appid",
    "out_trade_no",
    "out_refund_no",
    "event",
    "subject",
    "openid",
    "attach",
    "amount",
)
"""What a rule's `only` may compare."""

ACTORS = ("user.", "clock.", "notify.", "console.")
"""Whose verbs of the sandbox a story may use; the shop's own begin with `merchant.`."""

SHOP_STEPS: Mapping[str, tuple[str, ...]] = {
    "login": ("code",),
    "order": ("item", "title", "total", "number", "openid", "trade_type"),
    "pay_again": ("total",),
    "report": ("errMsg",),
    "refund": ("amount",),
    "till": ("auth_code", "total"),
    "static_code": ("product",),
    "status": (),
    "new_key": ("api_key",),
    "reconcile": ("date",),
    "rehearse": ("active",),
}
"""What shipped stories ask of a shop, and with which arguments; an adapter says how, and may add steps of its own."""

SPOKEN: Mapping[str, str] = {"user.pay": "user.request_payment"}
"""Verbs that stories call by a shorter name. In a story the payer always pays with the shop's launch parameters: the
verb that pays without them checks no paySign, and could not tell a good shop from a bad one."""

STAND_INS: Mapping[tuple[str, str], str] = {("user.pay", "params"): "payment", ("user.app_pay", "params"): "payment"}
"""Arguments that a story may leave out, and the remembered value that stands in: the phone is handed what the shop's
last order answered."""


SENTENCES = ("expect", "eventually", "parallel", "repeat", "use")
"""Steps of the language's own, beside the verbs."""


class Vocabulary(msgspec.Struct, frozen=True):
    """The sandbox's own words: a name and the Struct of its arguments."""

    faults: Mapping[str, type[msgspec.Struct]]
    verbs: Mapping[str, type[msgspec.Struct]]

    def sayable(self) -> dict[str, type[msgspec.Struct]]:
        """The verbs that a story may use, by the names it uses."""
        spoken = {name: self.verbs[verb] for name, verb in SPOKEN.items() if verb in self.verbs}
        hidden = {*SPOKEN, *SPOKEN.values()}
        others = {name: kind for name, kind in self.verbs.items() if name.startswith(ACTORS) and name not in hidden}
        return {**spoken, **others}


class Summary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line on what the story shows."""

    zh: str
    en: str


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The tenant's clock; `start` is an ISO 8601 instant, the real second of the story's beginning when left out."""

    kind: Literal["virtual", "real"] = "virtual"
    start: str | None = None


class Tenant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs from a fresh tenant: settings by dotted name, the shop's merchant and its mini program."""

    settings: dict[str, Any] = {}
    merchant: dict[str, Any] = {}
    app: dict[str, Any] = {}


TENANT_VERBS: Mapping[str, str] = {
    "settings": "console.settings",
    "merchant": "console.merchant",
    "app": "console.app",
}
"""The verb whose arguments a part of `Tenant` is made of."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At a moment, when every tag in `only` is equal, the fault in `do` happens."""

    when: Moment
    do: dict[str, dict[str, Any] | None]
    only: dict[str, str] = {}
    times: Annotated[int, msgspec.Meta(ge=1)] | None = None
    after: Annotated[int, msgspec.Meta(ge=0)] = 0
    chance: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    name: str = ""
    by_name: bool = False


class Step(msgspec.Struct, frozen=True):
    """One line of a story. `expect` looks at what the step itself answered, `save` remembers parts of the answer.

    `steps` are those inside of it; `file` is where it stands when that is not the story's own.
    """

    verb: str
    arguments: dict[str, Any]
    line: int
    expect: dict[str, Any] | None = None
    save: dict[str, str] = {}
    steps: tuple["Step", ...] = ()
    file: str = ""


def walk(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps, and all that are inside of them."""
    for step in steps:
        yield step
        yield from walk(step.steps)


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A story, the conditions it is told under, and the flaws (`flaw`) of the bundled shop that must fail in it.

    It is told once in each of its `dialects` that the shop speaks, and in each case of its `matrix`. `parameters` are
    values by name, `fragments` lists of steps by name; files that it includes may have fragments, too. `door` is where
    the shop meets the platform: over plain HTTP, or over TLS as in the real world, where client certificates are
    demanded.
    """

    name: str
    summary: Summary
    story: tuple[Step, ...] = ()
    seed: int | None = None
    clock: Literal["virtual", "real"] | Clock = "virtual"
    tenant: Tenant = Tenant()
    rules: tuple[Rule, ...] = ()
    parameters: dict[str, Any] = {}
    matrix: dict[str, Annotated[tuple[Any, ...], msgspec.Meta(min_length=1)]] = {}
    fragments: dict[str, Any] = {}
    include: tuple[str, ...] = ()
    dialects: Annotated[tuple[Dialect, ...], msgspec.Meta(min_length=1)] = ("v2", "v3")
    door: Literal["http", "https"] = "http"
    flaw: str | tuple[str, ...] = ()

    def flaws(self) -> tuple[str, ...]:
        """The controls, one or several."""
        return (self.flaw,) if isinstance(self.flaw, str) else self.flaw

    def cases(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What the parameters are in each case of the matrix; a value given from outside is the only one it has."""
        names = [name for name in self.matrix if name not in given]
        fixed = {**self.parameters, **{name: given[name] for name in (*self.parameters, *self.matrix) if name in given}}
        return [
            {**fixed, **dict(zip(names, values, strict=True))} for values in product(*(self.matrix[n] for n in names))
        ]

    def conditions(self) -> Clock:
        """The clock, spelt out."""
        return Clock(self.clock) if isinstance(self.clock, str) else self.clock
