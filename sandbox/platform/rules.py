"""The rule book: when, only, times/after/chance, do.

A rule is a moment, a filter, a quota and a fault. The engine never asks which fault it holds.
"""

import difflib
from collections.abc import Callable
from typing import Annotated, Any

import msgspec

from sandbox.platform.faults import Fault, fault_of, faults
from sandbox.platform.ids import Ids
from sandbox.platform.moments import TAGS, Moment, Occasion
from sandbox.store.transaction import RuleRow, Transaction

_pack = msgspec.msgpack.Encoder().encode

Count = Annotated[int, msgspec.Meta(ge=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class RuleSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule as users write it. `do` is `{fault: {arguments}}`."""

    when: Moment
    do: dict[str, dict[str, Any] | None]
    only: dict[str, str] = {}
    times: Count | None = None  # how often it fires; None: always
    after: Count = 0  # how many matches pass by first
    chance: Share = 1.0
    name: str = ""
    by_name: bool = False  # acts only where a request asks for it by its name: in a header, or with a magic value


_unpack = msgspec.msgpack.Decoder(RuleSpec).decode


class Rule:
    """A rule in force, with its counts."""

    __slots__ = ("fault", "fired", "id", "seen", "spec")

    def __init__(self, id: int, spec: RuleSpec, seen: int = 0, fired: int = 0) -> None:
        self.id = id
        self.spec = spec
        self.seen = seen
        self.fired = fired
        self.fault: Fault = fault_of(spec.do, spec.when)

    @property
    def exhausted(self) -> bool:
        """Whether its quota is used up."""
        return self.spec.times is not None and self.fired >= self.spec.times

    async def act(self, occasion: Occasion) -> None:
        """Note it, and let the fault act."""
        who = f"rule {self.id}" if self.id else "this once"
        occasion.notes.append(f"{who}{' ' + self.spec.name if self.spec.name else ''}: {self.fault.label()}")
        await self.fault.act(occasion)

    def row(self) -> RuleRow:
        """What the store keeps."""
        return RuleRow(self.id, self.seen, self.fired, _pack(self.spec))


def once(do: dict[str, dict[str, Any] | None]) -> Rule:
    """A rule for one sending of one notification, in no book; it acts at the first moment that its fault can.

    Raises ValueError when there is no such fault, or not for notifications.
    """
    moments = (Moment.NOTIFY_DUE, Moment.NOTIFY_READY)
    able = [moment for name in do if (kind := faults().get(name)) for moment in moments if moment in kind.moments]
    return Rule(0, RuleSpec(when=next(iter(able), Moment.NOTIFY_DUE), do=do))


class RuleBook:
    """One tenant's rules, by moment. `begin` opens a transaction on the tenant."""

    def __init__(self, begin: Callable[[], Transaction], ids: Ids) -> None:
        self._begin = begin
        self._ids = ids
        self._rules: list[Rule] = []
        self._moments: frozenset[Moment] = frozenset()

    def load(self, tx: Transaction) -> None:
        """Take the rules from the store."""
        self._rules = [Rule(row.id, _unpack(row.data), row.seen, row.fired) for row in tx.rules()]
        self._reindex()

    def all(self) -> list[Rule]:
        """The rules in the order they were added."""
        return list(self._rules)

    @property
    def in_force(self) -> bool:
        """Whether there is any rule at all."""
        return bool(self._rules)

    def named(self, name: str) -> bool:
        """Whether a rule of this name waits to be asked for."""
        return any(rule.spec.by_name and rule.spec.name == name for rule in self._rules)

    def watches(self, moment: Moment) -> bool:
        """Whether any rule acts at this moment: the cheap question of the hot path."""
        return bool(self._moments) and moment in self._moments

    def add(self, spec: RuleSpec) -> Rule:
        """Put a rule in force. Raises ValueError when its fault does not exist or fit the moment, or a tag is none."""
        for tag in spec.only:
            if tag not in TAGS:
                near = difflib.get_close_matches(tag, TAGS, n=1)
                hint = f" — did you mean {near[0]!r}?" if near else f"; there are {', '.join(TAGS)}"
                raise ValueError(f"only: nothing is tagged with {tag!r}{hint}")
        if spec.by_name and not spec.name:
            raise ValueError("by_name: expected a name: that requests can ask for the rule by, came none")
        rule = Rule(0, spec)
        with self._begin() as tx:
            rule.id = tx.count("rule")
            tx.put_rule(rule.row())
        self._rules.append(rule)
        self._reindex()
        return rule

    def drop(self, id: int | None = None) -> int:
        """Take one rule out of force, or all; how many there were."""
        kept = [] if id is None else [rule for rule in self._rules if rule.id != id]
        dropped = len(self._rules) - len(kept)
        with self._begin() as tx:
            tx.drop_rules(id)
        self._rules = kept
        self._reindex()
        return dropped

    async def fire(self, occasion: Occasion) -> Occasion:
        """Let every matching rule act, in order. A quota is spent in the store before its fault runs."""
        for rule in [rule for rule in self._rules if rule.spec.when is occasion.moment]:
            if (not rule.spec.by_name or rule.spec.name in occasion.called) and self._take(rule, occasion.tags):
                await rule.act(occasion)
        return occasion

    def _take(self, rule: Rule, tags: dict[str, str]) -> bool:
        if rule.exhausted or any(tags.get(name) != value for name, value in rule.spec.only.items()):
            return False
        rule.seen += 1
        fires = rule.seen > rule.spec.after and (
            rule.spec.chance >= 1 or self._ids.fraction("rule", rule.id, rule.seen) < rule.spec.chance
        )
        rule.fired += fires
        with self._begin() as tx:
            tx.put_rule(rule.row())
        return fires

    def _reindex(self) -> None:
        self._moments = frozenset(rule.spec.when for rule in self._rules)
