"""The language around the verbs: parameters, matrices, fragments, repeat, parallel, eventually, took."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from fake_sandbox import HEAD, VOCABULARY, FakeSandbox, scenario
from test_scenario_runner import STARTED, STORY, tiny, told

from sandbox.adapter.document import Mistake
from sandbox.scenario.loader import load
from sandbox.scenario.runner import Runner, Tale, tellings

USING = "  - user.login:\n"


def fake_with_clock(**answers: Any) -> FakeSandbox:
    """A sandbox whose virtual clock stands at 1000 ms, with nothing due."""
    clock = {"kind": "virtual", "now": 1000, "next_due": None}
    return FakeSandbox({"clock.read": clock, **answers})


def test_a_matrix_is_told_in_each_case() -> None:
    """Every combination, with the parameters that are the same in all of them; a value from outside is the only one."""
    story = scenario(
        "parameters: {item: tea}\nmatrix: {total: [1, 100], action: [cancel, pay]}\n"
        'story:\n  - merchant.order: {total: "{total}"}\n'
    )
    told = tellings(Tale("s.yaml", story), tiny())

    assert [tale.case for tale in told] == [
        "total=1, action=cancel", "total=1, action=pay", "total=100, action=cancel", "total=100, action=pay",
    ]  # fmt: skip
    assert told[0].values == {"item": "tea", "total": 1, "action": "cancel"}
    (one, _) = tellings(Tale("s.yaml", story), tiny(), {"total": 5, "item": "salt", "nobody": 1})
    assert (one.values, one.case) == (
        {"item": "salt", "total": 5, "action": "cancel"},
        "item=salt, total=5, action=cancel",
    )


async def test_parameters_stand_in_settings_rules_and_steps() -> None:
    """Wherever a placeholder may."""
    fake = fake_with_clock()
    story = scenario(
        'parameters: {format: legacy, total: 5, who: me}\ntenant: {settings: {v2.format: "{format}"}}\n'
        'rules:\n  - {when: notify.due, only: {openid: "{who}"}, do: {drop: }}\n' + STORY.replace("199", '"{total}"')
    )
    (tale,) = tellings(Tale("s.yaml", story), tiny())
    verdict = await Runner(tiny(), fake.connect).tell(tale)

    assert verdict.outcome == "passed"
    assert fake.said[0][2]["settings"] == {"v2.format": "legacy"}
    assert fake.said[1][2]["only"] == {"openid": "me"}


def test_a_fragment_stands_where_it_is_used(tmp_path: Path) -> None:
    """Its own or an included file's, with its own lines, and its placeholders filled."""
    (tmp_path / "_common.yaml").write_text(
        'fragments:\n  pay:\n    - user.pay: {action: "{how}"}\n    - clock.drain:\n'
    )
    file = tmp_path / "s.yaml"
    file.write_text(
        HEAD + "include: [_common.yaml]\nfragments:\n  both:\n"
        "    - user.login:\n    - use: {fragment: pay, with: {how: cancel}}\n"
        "story:\n  - use: both\n  - user.pay:\n"
    )
    steps = load(file, VOCABULARY).story

    assert [(step.verb, step.line, Path(step.file).name) for step in steps] == [
        ("user.login", 6, ""), ("user.pay", 3, "_common.yaml"), ("clock.drain", 4, "_common.yaml"),
        ("user.pay", 10, ""),
    ]  # fmt: skip
    assert steps[1].arguments == {"action": "cancel"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fragments:\n  pay:\n    - user.pay:\nstory:\n  - use: pai\n",
         "s.yaml:7: no fragment called 'pai' — did you mean 'pay'?"),
        ("story:\n  - use: pay\n", "s.yaml:4: no fragment called 'pay'; the story has none (fragments:, include:)"),
        ("fragments:\n  a:\n    - use: a\nstory:\n  - use: a\n", "s.yaml:5: the fragment 'a' uses itself"),
        ("fragments:\n  a: []\nstory:\n  - use: a\n", "s.yaml:4: a: expected a list of steps, came []"),
        ("story:\n  - use: {fragment: a, wit: {}}\n", "no key called 'wit' — did you mean 'with'?"),
        ("include: [none.yaml]\n" + "story:\n" + USING, "s.yaml:3: include: there is no file none.yaml"),
        ("parameters: {mch_id: 1}\nstory:\n" + USING, "parameters: 'mch_id' is the tenant's own"),
        ("parameters: {Total: 1}\nstory:\n" + USING, "parameters: expected a name_like_this, came 'Total'"),
        ("parameters: {a: 1}\nmatrix: {a: [1]}\nstory:\n" + USING, "matrix: 'a' is a parameter already"),
        ("matrix: {a: []}\nstory:\n" + USING, "s.yaml:3: matrix.a: expected a list of length >= 1"),
        ("story:\n  - parallel: [user.login]\n", "s.yaml:4: parallel: expected at least two branches"),
        ("story:\n  - parallel:\n    - user.login:\n    - user.logn:\n", "s.yaml:6: no verb called 'user.logn'"),
        ("story:\n  - repeat: {times: many, steps: [user.login]}\n", "times: expected a whole number, came 'many'"),
        ("story:\n  - repeat: {times: 2}\n", "the key 'steps' is missing"),
        ("story:\n  - eventually: {within: 2h}\n", "eventually: expected what must be so"),
        ("story:\n  - eventually: {merchnt: {}}\n", "no key called 'merchnt' — did you mean 'merchant'?"),
        ("story:\n  - expect: {took: {rael: 1s}}\n", "no key called 'rael' — did you mean 'real'?"),
        ("story:\n  - expect: {exchanges: {v2.orderquery: {cont: 1}}}\n", "no key called 'cont'"),
        ("story:\n  - expect: {took: {real: soon}}\n", "s.yaml:4: took: expected a span of time"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(text: str, message: str) -> None:
    """File, line, what came, and what was meant."""
    with pytest.raises(Mistake) as caught:
        scenario(text)

    assert message in str(caught.value)


async def test_steps_are_repeated_and_know_their_round() -> None:
    """As often as said, which may be a parameter; a failure is that of the step inside."""
    fake = fake_with_clock()
    again = "parameters: {n: 3}\nstory:\n  - repeat:\n      times: \"{n}\"\n      as: nth\n      steps:\n" \
        '        - clock.advance: "{nth}s"\n'  # fmt: skip
    (tale,) = tellings(Tale("s.yaml", scenario(again)), tiny())

    assert (await Runner(tiny(), fake.connect).tell(tale)).outcome == "passed"
    assert [args["by"] for _, verb, args in fake.said if verb == "clock.advance"] == ["1s", "2s", "3s"]
    failed = await told("story:\n  - repeat:\n      times: 2\n      steps:\n        - expect: {orders: 1}\n", fake)
    assert (failed.outcome, failed.line) == ("failed", 7)


async def test_branches_are_told_at_once() -> None:
    """Each in its own order, beside the others; one that fails fails the story, with its own line."""
    fake = fake_with_clock()
    waits = "{within: 20s, orders: 1}"
    story = f"story:\n  - parallel:\n    - [user.login, expect: {waits}]\n    - user.login:\n  - user.login:\n"
    running = asyncio.create_task(told(story, fake))
    await asyncio.sleep(0.4)
    logins = sum(verb == "user.login" for _, verb, _ in fake.said)
    fake.answers["orders.list"] = {"orders": [{"out_trade_no": "N1", "total": 199, "prepay_id": "wx9"}]}

    assert logins == 2
    assert (await running).outcome == "passed"
    wrong = "story:\n  - parallel:\n    - user.login:\n    - - user.login:\n      - expect: {orders: 2}\n"
    verdict = await told(wrong, fake)
    assert (verdict.outcome, verdict.line, verdict.step) == ("failed", 7, "expect")


async def test_eventually_goes_from_one_thing_that_is_due_to_the_next() -> None:
    """In virtual time, no further than it says; then it has failed."""

    class Ticking(FakeSandbox):
        def __init__(self) -> None:
            super().__init__()
            self.now = 0

        def connect(self, tenant: str) -> Any:
            control = super().connect(tenant)
            spoken = control.call

            async def call(verb: str, args: Any = None) -> dict[str, Any]:
                if verb == "clock.read":
                    return {"kind": "virtual", "now": self.now, "next_due": self.now + 15_000}
                if verb == "clock.advance":
                    self.now += round(args["by"] * 1000)
                if verb == "orders.list" and self.now >= 30_000:
                    return {"orders": [{"out_trade_no": "N1", "total": 199, "prepay_id": "wx9"}]}
                return await spoken(verb, args)

            control.call = call
            return control

    good, bad = Ticking(), Ticking()
    took = "  - expect: {took: {clock: 30s, real: {at_most: 20s}}}\n"
    assert (await told("story:\n  - eventually: {within: 1h, orders: 1}\n" + took, good)).outcome == "passed"
    assert good.now == 30_000

    verdict = await told("story:\n  - eventually: {within: 20s, orders: 1}\n", bad)
    assert (verdict.outcome, bad.now) == ("failed", 20_000)


async def test_how_long_it_took_is_told_in_spans() -> None:
    """A difference names both as people write them."""
    verdict = await told(
        "story:\n  - expect: {took: {clock: {at_least: 90s}, real: {at_most: 1m}}}\n", fake_with_clock()
    )

    ((difference),) = verdict.differences
    assert (difference.what, difference.expected, difference.came) == ("took.clock", "at least 1m30s", "0s")


async def test_exchanges_are_looked_at_by_endpoint() -> None:
    """How many, with which status, and what was refused."""
    common = {
        "tags": {},
        "id": 1,
        "instant": 0,
        "method": "POST",
        "target": "/",
        "said": "",
        "notes": [],
        "diagnosis": None,
    }
    exchanges = [
        {**common, "endpoint": "v2.orderquery", "status": 200, "problem": "SYSTEM_ERROR"},
        {**common, "endpoint": "v2.orderquery", "status": 200, "problem": ""},
    ]
    fake = fake_with_clock(**{"exchanges.list": {"exchanges": exchanges}})
    look = "story:\n  - expect:\n      exchanges:\n" \
        "        v2.orderquery: {count: 2, problems: [SYSTEM_ERROR, null]}\n" \
        "        v2.refund: {count: 0, statuses: []}\n"  # fmt: skip

    assert (await told(look, fake)).outcome == "passed"
    assert (await told(look.replace("count: 2", "count: 1"), fake)).outcome == "failed"


async def test_a_failure_says_how_to_see_it_again() -> None:
    """The seed that was drawn, the API, the parameters, the flaws, and the options of the command."""
    fake = fake_with_clock(**{"tenants.create": None})
    fake.answers["tenants.create"] = {**fake.make({}), "seed": "4711"}
    fake.living.add("t1")
    story = scenario("parameters: {n: 3}\nstory:\n  - expect: {orders: 1}\n")
    (tale,) = tellings(Tale("my s.yaml", story, ("lies",)), tiny(STARTED))
    verdict = await Runner(tiny(STARTED), fake.connect).tell(tale)

    assert verdict.again == ("wechatpay-sandbox scenario run 'my s.yaml' --api v2 --seed 4711 --set n=3 --flaw lies")


async def test_a_rule_that_names_nothing_breaks_the_story() -> None:
    """A placeholder that no parameter gives a value is said, with what there is."""
    rule = 'rules:\n  - {when: notify.due, only: {openid: "{nobody}"}, do: {drop: }}\n'
    verdict = await told(rule + STORY, fake_with_clock())

    assert verdict.outcome == "broken"
    assert "nothing is called {nobody} yet; there is api_key" in verdict.reason
