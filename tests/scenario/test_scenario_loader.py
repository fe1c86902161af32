"""From a scenario file to a typed scenario, or to a sentence about what is wrong with it."""

from pathlib import Path

import pytest
from fake_sandbox import HEAD, VOCABULARY, scenario

from sandbox.adapter.document import Mistake, parse
from sandbox.scenario.language import Clock, Step
from sandbox.scenario.loader import load, scenario_of


def test_a_scenario_is_read_whole(tmp_path: Path) -> None:
    """Every part of the language arrives typed, with single values standing for a verb's first argument."""
    file = tmp_path / "s.yaml"
    file.write_text(
        HEAD
        + """\
seed: 7
clock: {kind: virtual, start: "2024-06-01T12:00:00+08:00"}
tenant: {settings: {v2.format: legacy}, merchant: {restricted: true}}
flaw: [no-query, slow-answer]
rules:
  - when: notify.due
    only: {event: payment}
    times: 3
    chance: 0.5
    do: {drop: }
story:
  - merchant.order: {total: 199, save: {first: payment}}
  - user.pay:
  - clock.advance: 24h4m
  - merchant.report: {errMsg: x, expect: {ok: false}}
  - expect: {merchant: {status: paid}}
""",
        encoding="utf-8",
    )

    loaded = load(file, VOCABULARY)

    assert loaded.flaws() == ("no-query", "slow-answer")
    assert Clock("virtual", "2024-06-01T12:00:00+08:00") == loaded.conditions()
    assert (loaded.rules[0].times, loaded.rules[0].chance, loaded.rules[0].do) == (3, 0.5, {"drop": None})
    assert (
        Step("merchant.order", {"total": 199}, 14, None, {"first": "payment"}),
        Step("user.pay", {}, 15),
        Step("clock.advance", {"by": "24h4m"}, 16),
        Step("merchant.report", {"errMsg": "x"}, 17, {"ok": False}),
        Step("expect", {"merchant": {"status": "paid"}}, 18),
    ) == loaded.story


RULE = "rules:\n  - when: notify.due\n    do: {drop: }\n"
STORY = "story:\n  - user.pay:\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nam: x\n" + STORY, "s.yaml:3: no key called 'nam' — did you mean 'name'?"),
        ("seed: many\n" + STORY, "s.yaml:3: seed: expected a whole number or nothing, came 'many'"),
        ("clock: {kind: virtul}\n" + STORY, "s.yaml:3: clock.kind: 'virtul' is not known — did you mean 'virtual'?"),
        ("clock: {start: noon}\n" + STORY, "s.yaml:3: clock.start: expected an instant with its zone such as 2024"),
        ("clock: {start: '2024-06-01T12:00:00'}\n" + STORY, "s.yaml:3: clock.start: expected an instant with its zone"),
        ("tenant: {merchant: {restrictd: true}}\n" + STORY, "s.yaml:3: merchant has no 'restrictd' — did you mean"),
        ("tenant: {settings: {v2.fromat: x}}\n" + STORY, "s.yaml:3: settings has no 'v2.fromat' — did you mean"),
        (
            "tenant: {app: {can_pay: maybe}}\n" + STORY,
            "s.yaml:3: tenant.app.can_pay: expected true or false, came 'maybe'",
        ),
        ("flaw: 5\n" + STORY, "s.yaml:3: flaw: expected text or a list, came 5; put it in quotes"),
        ("tenant: {setings: {}}\n" + STORY, "s.yaml:3: tenant: no key called 'setings' — did you mean 'settings'?"),
        (
            RULE.replace("notify.due", "notify.duee") + STORY,
            "s.yaml:4: rules[0].when: 'notify.duee' is not known — did you mean 'notify.due'?",
        ),
        (RULE.replace("when", "wen") + STORY, "s.yaml:4: rules[0]: no key called 'wen' — did you mean 'when'?"),
        ("rules:\n  - do: {drop: }\n" + STORY, "s.yaml:4: rules[0]: the key 'when' is missing"),
        (RULE.replace("drop", "dropp") + STORY, "s.yaml:5: no fault called 'dropp' — did you mean 'drop'?"),
        (
            RULE.replace("notify.due", "reply.ready") + STORY,
            "s.yaml:5: the fault 'drop' cannot act at reply.ready; it acts at notify.due",
        ),
        (RULE.replace("drop: ", "drop: {by: 3s}") + STORY, "s.yaml:5: drop has no 'by'"),
        (RULE.replace("drop: ", "fail: ") + STORY, "s.yaml:5: fail: the argument 'problem' is missing"),
        (
            RULE.replace("drop: ", "drop: , fail: ") + STORY,
            "s.yaml:5: expected exactly one fault with its arguments, came 2",
        ),
        (
            RULE + "    only: {out_trade_no: 20240601}\n" + STORY,
            "s.yaml:6: rules[0].only.out_trade_no: expected text, came 20240601; put it in quotes",
        ),
        (
            RULE + "    only: {endpont: v2.x}\n" + STORY,
            "s.yaml:6: nothing is tagged with 'endpont' — did you mean 'endpoint'?",
        ),
        (RULE + "    times: 0\n" + STORY, "s.yaml:6: rules[0].times: expected a whole number >= 1, came 0"),
        ("", "s.yaml:1: story: expected a list of steps, came None"),
        ("story: []\n", "s.yaml:3: story: expected a list of steps, came []"),
        (
            "story:\n  - user.pay:\n    user.login:\n",
            "s.yaml:4: expected exactly one verb with its arguments, came 2 keys",
        ),
        ("story:\n  - user.paay:\n", "s.yaml:4: no verb called 'user.paay' — did you mean 'user.pay'?"),
        ("story:\n  - user.request_payment:\n", "s.yaml:4: no verb called 'user.request_payment'"),
        ("story:\n  - tenants.create:\n", "s.yaml:4: no verb called 'tenants.create'"),
        ("story:\n  - merchant.oder:\n", "s.yaml:4: no verb called 'merchant.oder' — did you mean 'merchant.order'?"),
        (
            "story:\n  - merchant.order: {totl: 1}\n",
            "s.yaml:4: merchant.order has no 'totl' — did you mean 'total'?",
        ),
        ("story:\n  - merchant.status: {x: 1}\n", "s.yaml:4: merchant.status has no 'x'; it takes none"),
        ("story:\n  - merchant.kill: 5\n", "s.yaml:4: merchant.kill: expected a mapping of arguments, came 5"),
        ("story:\n  - user.pay: {actin: pay}\n", "s.yaml:4: user.pay has no 'actin' — did you mean 'action'?"),
        ("story:\n  - user.pay: {tries: x}\n", "s.yaml:4: story[0].user.pay.tries: expected a whole number, came 'x'"),
        ("story:\n  - clock.advance:\n", "s.yaml:4: clock.advance: the argument 'by' is missing"),
        ("story:\n  - clock.advance: [1]\n", "s.yaml:4: clock.advance: expected a mapping of arguments, came [1]"),
        ("story:\n  - expect: {within: 3s}\n", "s.yaml:4: expect: expected what must be so (order, merchant …), came"),
        (
            "story:\n  - expect: {within: 3, orders: 1}\n",
            "s.yaml:4: story[0].expect.within: expected text or nothing, came 3",
        ),
        ("story:\n  - expect: {within: soon, orders: 1}\n", "s.yaml:4: within: expected a span of time such as 15s"),
        ("story:\n  - expect: {oder: {}}\n", "s.yaml:4: story[0].expect: no key called 'oder' — did you mean 'order'?"),
        (
            "story:\n  - expect:\n      phone: {dialgo: null}\n",
            "s.yaml:5: story[0].expect.phone: no key called 'dialgo' — did you mean 'dialog'?",
        ),
        (
            "story:\n  - expect:\n      notifications: {attempts: {at_least: one}}\n",
            "s.yaml:5: at_least: expected a number, came 'one'",
        ),
        (
            "story:\n  - user.pay: {expect: paid}\n",
            "s.yaml:4: story[0].user.pay.expect: expected a mapping, came 'paid'",
        ),
    ],
)
def test_a_mistake_names_its_place_and_the_remedy(text: str, message: str) -> None:
    """File, line, what came, what was expected or meant."""
    with pytest.raises(Mistake) as caught:
        scenario(text)

    assert str(caught.value).startswith(message)


def test_names_are_kebab_case() -> None:
    """A scenario is called on the command line, so its name has no blanks or capitals."""
    with pytest.raises(Mistake, match=r"s\.yaml:1: name: expected words-joined-by-hyphens, came 'A Story'"):
        scenario(STORY, HEAD.replace("a-story", "A Story"))


def test_a_summary_has_both_languages() -> None:
    """A summary in one language is a mistake."""
    with pytest.raises(Mistake, match=r"s\.yaml:2: summary: the key 'en' is missing"):
        scenario(STORY, "name: a-story\nsummary: {zh: 故事}\n")


def test_not_a_mapping() -> None:
    """A file that is a list is no scenario."""
    with pytest.raises(Mistake, match=r"s\.yaml:1: expected a scenario"):
        scenario_of(parse("- a\n", "s.yaml"), VOCABULARY)


def test_an_adapter_adds_steps_and_arguments() -> None:
    """What one shop's adapter maps may be said beside what every story may say."""
    document = parse(HEAD + "story:\n  - merchant.refund: {why: x}\n  - merchant.order: {sku: tea}\n", "s.yaml")

    loaded = scenario_of(document, VOCABULARY, {"refund": ["why"], "order": ["sku"]})

    assert [step.verb for step in loaded.story] == ["merchant.refund", "merchant.order"]


def test_a_placeholder_is_not_type_checked() -> None:
    """What it will stand for is only known when the story runs."""
    loaded = scenario('story:\n  - user.pay: {params: "{first}", tries: "{n}"}\n')

    assert loaded.story[0].arguments == {"params": "{first}", "tries": "{n}"}
