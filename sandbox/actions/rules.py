"""Rules: put faults in force, look at them, take them away."""

from typing import Any

import msgspec

from sandbox.actions.verb import Desk, NoArguments, VerbError, verb
from sandbox.platform.rules import Rule, RuleSpec


class RuleView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule and its counts: matches seen, times fired."""

    id: int
    when: str
    only: dict[str, str]
    do: dict[str, Any]
    times: int | None
    after: int
    chance: float
    name: str
    by_name: bool
    seen: int
    fired: int


class RuleList(msgspec.Struct, frozen=True, kw_only=True):
    """In the order they were added."""

    rules: list[RuleView]


class DropRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One by id; all without."""

    id: int | None = None


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """How many there were."""

    dropped: int


def rule_view(rule: Rule) -> RuleView:
    """A rule as it stands."""
    return RuleView(
        id=rule.id,
        when=rule.spec.when.value,
        only=rule.spec.only,
        do=rule.spec.do,
        times=rule.spec.times,
        after=rule.spec.after,
        chance=rule.spec.chance,
        name=rule.spec.name,
        by_name=rule.spec.by_name,
        seen=rule.seen,
        fired=rule.fired,
    )


@verb("rules.add", "POST /rules", RuleSpec, RuleView, summary="Put a fault in force", summary_zh="添加一条故障规则")
async def add(desk: Desk, args: RuleSpec) -> RuleView:
    """when, only, times/after/chance, do."""
    try:
        return rule_view(desk.tenant.rules.add(args))
    except ValueError as error:
        raise VerbError(str(error)) from None


@verb("rules.list", "GET /rules", NoArguments, RuleList, summary="The rules in force", summary_zh="当前的故障规则")
async def list_rules(desk: Desk, args: NoArguments) -> RuleList:
    """All of them."""
    return RuleList(rules=[rule_view(rule) for rule in desk.tenant.rules.all()])


@verb("rules.drop", "DELETE /rules", DropRules, Dropped, summary="Take rules away", summary_zh="删除故障规则")
async def drop(desk: Desk, args: DropRules) -> Dropped:
    """One, or all."""
    return Dropped(dropped=desk.tenant.rules.drop(args.id))
