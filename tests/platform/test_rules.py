"""The rule book: which occasions a rule takes, how often, and what it remembers."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from sandbox.platform.moments import Moment, Occasion
from sandbox.platform.rules import RuleSpec
from sandbox.platform.tenants import NewTenant, Tenant, Tenants

DUE = Moment.NOTIFY_DUE


def drop_when_due(**more: Any) -> RuleSpec:
    return RuleSpec(when=DUE, do={"drop": None}, **more)


async def dropped(tenant: Tenant, moment: Moment = DUE, **tags: str) -> bool:
    return (await tenant.rules.fire(Occasion(moment, tags, tenant.wall))).dropped


async def pattern(tenant: Tenant, times: int) -> str:
    """What became of `times` occasions: x dropped, - went through."""
    return "".join(["x" if await dropped(tenant) else "-" for _ in range(times)])


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        ({}, "xxxxxx"),
        ({"times": 2}, "xx----"),
        ({"times": 0}, "------"),
        ({"after": 2}, "--xxxx"),
        ({"after": 1, "times": 3}, "-xxx--"),
        ({"chance": 0.0}, "------"),
        ({"chance": 1.0}, "xxxxxx"),
    ],
)
async def test_quotas(tenant: Tenant, quota: dict[str, Any], expected: str) -> None:
    """`after` lets matches pass first, `times` limits what fires."""
    tenant.rules.add(drop_when_due(**quota))

    assert await pattern(tenant, 6) == expected


async def test_a_rule_acts_at_its_moment_only(tenant: Tenant) -> None:
    """Other moments neither fire it nor count; the book knows which moments it watches."""
    rule = tenant.rules.add(drop_when_due(times=1))

    assert [moment for moment in Moment if tenant.rules.watches(moment)] == [DUE]
    assert not await dropped(tenant, Moment.NOTIFY_ANSWERED)
    assert rule.seen == 0
    assert await dropped(tenant)


async def test_only_compares_tags(tenant: Tenant) -> None:
    """Every tag named must be equal; an occasion without it does not match and does not count."""
    rule = tenant.rules.add(drop_when_due(only={"event": "payment", "mchid": "1900000001"}, times=1))

    assert not await dropped(tenant)
    assert not await dropped(tenant, event="payment", mchid="1900000002")
    assert rule.seen == 0
    assert await dropped(tenant, event="payment", mchid="1900000001", appid="any")


async def test_rules_act_in_the_order_they_were_added(tenant: Tenant) -> None:
    """The later one lays its values over the earlier one's; the notes tell both."""
    for total in ("1", "2"):
        tenant.rules.add(RuleSpec(when=DUE, do={"rewrite": {"set": {"total_fee": total}}}, name=f"cheap {total}"))

    occasion = await tenant.rules.fire(Occasion(DUE, {}, tenant.wall))

    assert occasion.signed_fields == {"total_fee": "2"}
    assert occasion.notes == [f"rule {n} cheap {n}: rewrite(set={{'total_fee': '{n}'}})" for n in (1, 2)]


async def test_chance_follows_the_seed(tenants: Tenants) -> None:
    """Two tenants with one seed see the same run of luck, another seed another one; about half is about half."""
    runs = []
    for seed in ("1", "1", "2"):
        tenant = tenants.create(NewTenant(seed=seed), "")
        tenant.rules.add(drop_when_due(chance=0.5))
        runs.append(await pattern(tenant, 200))

    assert runs[0] == runs[1] != runs[2]
    assert 70 < runs[0].count("x") < 130


async def test_two_rules_of_chance_are_independent(tenant: Tenant) -> None:
    """The second rule of a half does not fire exactly when the first does."""
    for total in ("a", "b"):
        tenant.rules.add(RuleSpec(when=DUE, do={"rewrite": {"set": {total: "1"}}}, chance=0.5))

    fired = [frozenset((await tenant.rules.fire(Occasion(DUE, {}, tenant.wall))).signed_fields) for _ in range(60)]

    assert set(fired) == {frozenset(), frozenset("a"), frozenset("b"), frozenset("ab")}


async def test_counts_survive_a_restart(reopen: Callable[[], Tenants]) -> None:
    """A quota half spent is half spent after a restart, and chance goes on where it was."""
    tenants = reopen()
    for id in ("stopped", "running"):
        tenant = tenants.create(NewTenant(id=id, seed="1"), "")
        tenant.rules.add(drop_when_due(times=20, after=3, chance=0.5, name="lossy"))
    whole = await pattern(tenant, 60)
    stopped = tenants.get("stopped")
    assert stopped is not None
    first = await pattern(stopped, 25)

    stopped = reopen().get("stopped")
    assert stopped is not None
    (rule,) = stopped.rules.all()

    assert (rule.seen, rule.fired, rule.spec.name) == (25, first.count("x"), "lossy")
    assert first + await pattern(stopped, 35) == whole


async def test_a_quota_is_spent_before_the_fault_runs(reopen: Callable[[], Tenants]) -> None:
    """A process killed during the fault has used up that time."""
    tenant = reopen().create(NewTenant(id="t"), "s")
    tenant.rules.add(RuleSpec(when=DUE, do={"delay": {"by": "1s"}}, times=1))
    stored = []

    class Killer(type(tenant.wall)):  # type: ignore[misc]
        async def sleep(self, seconds: float) -> None:
            with tenant.transaction() as tx:
                stored.extend(tx.rules())

    await tenant.rules.fire(Occasion(DUE, {}, Killer()))

    assert [(row.seen, row.fired) for row in stored] == [(1, 1)]


async def test_dropping_rules(tenant: Tenant) -> None:
    """One by its number or all at once; numbers are not used again."""
    first, second, third = (tenant.rules.add(drop_when_due()) for _ in range(3))

    assert tenant.rules.drop(second.id) == 1
    assert [rule.id for rule in tenant.rules.all()] == [first.id, third.id]
    assert tenant.rules.drop(second.id) == 0
    assert tenant.rules.drop() == 2
    assert not tenant.rules.watches(DUE)
    assert tenant.rules.add(drop_when_due()).id == 4
    with tenant.transaction() as tx:
        assert [row.id for row in tx.rules()] == [4]


def test_a_tag_that_nothing_has_is_refused(tenant: Tenant) -> None:
    """A misspelt tag would never match: it is refused with the nearest one."""
    with pytest.raises(ValueError, match=r"nothing is tagged with 'out_trade_nr' — did you mean 'out_trade_no'\?"):
        tenant.rules.add(drop_when_due(only={"out_trade_nr": "1"}))
    assert tenant.rules.all() == []


@pytest.mark.parametrize("field", [{"times": -1}, {"after": -1}, {"chance": 1.5}, {"when": "notify"}, {"tims": 1}])
def test_a_rule_is_checked_when_it_is_read(field: dict[str, Any]) -> None:
    """Counts and shares have bounds, names must exist."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"when": "notify.due", "do": {"drop": None}, **field}, RuleSpec)
