"""Telling stories to a shop: started or running, good or bad, one by one or side by side."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import create_connection, socket
from typing import Any

import msgspec
import pytest
from fake_sandbox import HEAD, VOCABULARY, FakeSandbox, scenario

from sandbox.adapter.adapter import Adapter, adapter_of
from sandbox.adapter.control import ControlError
from sandbox.adapter.document import parse
from sandbox.adapter.world import TlsDoor
from sandbox.scenario.language import Scenario
from sandbox.scenario.loader import scenario_of
from sandbox.scenario.runner import Runner, Tale, in_dialects
from sandbox.scenario.verdict import Verdict

HERE = Path(__file__).parent

STEPS = """\
notify_path: /notify
steps:
  login: {call: POST /login, json: {code: "{code}"}, save: {token: data.token}, says: [error]}
  order:
    call: POST /orders
    bearer: "{token}"
    json: {total: "{total?}"}
    save: {order_no: order_no, payment: payment}
  status: {call: "GET /orders/{order_no}", bearer: "{token}"}
"""

STARTED = (
    'name: tiny\nstart: "{python} tiny_shop.py {port} {store} {flaws}"\nready: GET /health\n'
    'env: {SHOP_ME: "{url} {mch_id}"}\n' + STEPS
)

STORY = """\
story:
  - user.login:
  - merchant.login:
  - merchant.order: {total: 199}
  - user.pay:
  - expect: {merchant: {status: unpaid}}
"""


def tiny(text: str = STARTED) -> Adapter:
    """The tiny shop's adapter."""
    return adapter_of(parse(text, "tiny.yaml"), HERE)


def tale(story: Scenario, *flaws: str) -> Tale:
    """A story that stands in s.yaml."""
    return Tale("s.yaml", story, flaws)


async def told(story: str, fake: FakeSandbox, *flaws: str, adapter: Adapter | None = None) -> Verdict:
    """The verdict on one story."""
    return await Runner(adapter or tiny(), fake.connect).tell(tale(scenario(story), *flaws))


@pytest.fixture
def fake() -> FakeSandbox:
    """A sandbox in which everything goes well."""
    return FakeSandbox()


@pytest.fixture
def running_shop(tmp_path: Path) -> Iterator[str]:
    """The URL of a tiny shop that somebody else has started."""
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, HERE / "tiny_shop.py", str(port), tmp_path / "store"])
    for _ in range(200):
        try:
            create_connection(("127.0.0.1", port), 0.1).close()
            break
        except OSError:
            time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


async def test_a_story_is_told_and_passes(fake: FakeSandbox) -> None:
    """The shop gets the tenant's credentials, the phone what the shop answered, and nothing is left behind."""
    verdict = await told(STORY, fake)

    assert verdict.outcome == "passed"
    assert set() == fake.living
    assert ("t1", "user.request_payment", {"params": {"package": "prepay_id=wx1"}}) in fake.said
    assert fake.said[0] == ("", "tenants.create", {"clock": "virtual", "settings": {}})


async def test_conditions_come_before_the_story(fake: FakeSandbox) -> None:
    """Seed, clock, settings, the merchant's state and rules are in force before the shop starts."""
    story = """\
seed: 7
clock: {start: "2024-06-01T12:00:00+08:00"}
tenant: {settings: {v2.format: legacy}, merchant: {restricted: true}, app: {can_pay: false}}
rules:
  - when: notify.due
    only: {mchid: "{mch_id}"}
    times: 2
    do: {drop: }
"""
    await told(story + STORY, fake)

    asked: dict[str, Any] = {"clock": "virtual", "settings": {"v2.format": "legacy"}, "start": 1717214400000, "seed": 7}
    rule = {"when": "notify.due", "do": {"drop": None}, "only": {"mchid": "1900000001"}, "times": 2}
    assert ("", "tenants.create", asked) == fake.said[0]
    assert fake.said[1] == ("t1", "console.merchant", {"mchid": "1900000001", "restricted": True})
    assert fake.said[2] == ("t1", "console.app", {"appid": "wx1", "can_pay": False})
    assert rule.items() <= fake.said[3][2].items()


async def test_the_shop_is_told_who_it_is(fake: FakeSandbox) -> None:
    """A started shop finds credentials, sandbox and its own URL in its environment, and its flaws in its command."""
    step = """\
merchant.env:
      expect:
        WECHATPAY_SANDBOX_URL: http://127.0.0.1:9
        WECHATPAY_SANDBOX_MCH_ID: "1900000001"
        SHOP_ME: {contains: " 1900000001"}
        flaws: [b, c]
"""
    document = parse(f"{HEAD}story:\n  - {step}", "s.yaml")
    story = scenario_of(document, VOCABULARY, {"env": []})

    verdict = await Runner(tiny(STARTED + "  env: {call: GET /env}\n"), fake.connect).tell(tale(story, "b", "c"))

    assert (verdict.outcome, verdict.differences) == ("passed", ())


BOTH = STARTED.replace("start: ", "dialects: [v2, v3]\nstart: ").replace("{flaws}", "{flaws} {api}")


def test_a_story_is_told_in_each_api_that_it_holds_for_and_the_shop_speaks() -> None:
    """In the story's order; the title says which."""
    one, other = in_dialects(tale(scenario(STORY)), tiny(BOTH))
    assert (one.dialect, other.dialect) == ("v2", "v3")
    for head, shop, told_in in [
        (f"{HEAD}dialects: [v3]\n", BOTH, ["v3"]),
        (HEAD, STARTED, ["v2"]),
        (f"{HEAD}dialects: [v3]\n", STARTED, ["v3"]),
    ]:
        assert [told.dialect for told in in_dialects(tale(scenario(STORY, head)), tiny(shop))] == told_in


async def test_a_story_in_an_api_that_the_shop_does_not_speak_is_skipped(fake: FakeSandbox) -> None:
    """Nothing is started for it."""
    verdict = await Runner(tiny(), fake.connect).tell(Tale("s.yaml", scenario(STORY), dialect="v3"))

    assert (verdict.title, verdict.outcome) == ("a-story (v3)", "skipped")
    assert verdict.reason == "the adapter tiny does not speak v3 (dialects:)"
    assert fake.said == []


async def test_a_shop_of_apiv3_is_given_its_key_files(fake: FakeSandbox) -> None:
    """PEM files that are there when it starts, their numbers, and which API to speak."""
    step = """\
merchant.env:
      expect:
        WECHATPAY_SANDBOX_APIV3_KEY: "3"
        WECHATPAY_SANDBOX_SERIAL: 5A
        WECHATPAY_SANDBOX_PUB_KEY_ID: PUB_KEY_ID_1
        pem:
          CERT: cert_pem in PEM
          KEY: key_pem in PEM
          PLATFORM_CERT: platform_cert_pem in PEM
          PUB_KEY: pub_key_pem in PEM
        flaws: [v3]
"""
    story = scenario_of(parse(f"{HEAD}story:\n  - {step}", "s.yaml"), VOCABULARY, {"env": []})
    shop = tiny(BOTH.replace("{flaws} {api}", "--flaw {api}") + "  env: {call: GET /env}\n")

    verdict = await Runner(shop, fake.connect).tell(Tale("s.yaml", story, dialect="v3"))

    assert (verdict.outcome, verdict.differences, verdict.reason) == ("passed", (), "")


SECURE = f"{HEAD}door: https\n"


async def test_a_story_over_tls_is_told_at_the_tls_door(fake: FakeSandbox) -> None:
    """The shop is given that door's URL, and whom to trust for it."""
    step = """\
merchant.env:
      expect: {WECHATPAY_SANDBOX_URL: "https://127.0.0.1:8", WECHATPAY_SANDBOX_CA: /ca.pem}
"""
    story = scenario_of(parse(f"{SECURE}story:\n  - {step}", "s.yaml"), VOCABULARY, {"env": []})
    shop = tiny(STARTED + "  env: {call: GET /env}\n")

    verdict = await Runner(shop, fake.connect, TlsDoor("https://127.0.0.1:8", "/ca.pem")).tell(tale(story))

    assert (verdict.outcome, verdict.differences) == ("passed", ())


async def test_without_a_tls_door_a_story_over_tls_is_skipped(fake: FakeSandbox) -> None:
    """Nothing is started for it."""
    verdict = await Runner(tiny(), fake.connect).tell(tale(scenario(STORY, SECURE)))

    assert verdict.outcome == "skipped"
    assert verdict.reason.startswith("told over TLS (door: https)")
    assert fake.said == []


async def test_a_failed_expectation_names_step_and_difference(fake: FakeSandbox) -> None:
    """Line, verb, expected against came, the story so far and the shop's last words."""
    verdict = await told(STORY, fake, "lies")

    assert (verdict.outcome, verdict.line, verdict.step) == ("failed", 8, "expect")
    (difference,) = verdict.differences
    assert (difference.what, difference.expected, difference.came) == ("merchant.status", "'unpaid'", "'wrong'")
    assert [event.who for event in verdict.timeline] == ["user.login", "merchant.login", "merchant.order", "user.pay"]
    assert "ordered {'total': 199}" in verdict.shop_log


async def test_a_refusing_shop_fails_the_story_unless_that_was_expected(fake: FakeSandbox) -> None:
    """A merchant step must be answered 2xx, or as its own `expect` says."""
    refused = "story:\n  - merchant.login: {code: wrong}\n"
    expected = "story:\n  - merchant.login: {code: wrong, expect: {ok: false, http: 401, error: '40029'}}\n"

    assert (await told(refused, fake)).outcome == "failed"
    assert (await told(expected, fake)).outcome == "passed"


async def test_what_was_saved_can_be_named_later(fake: FakeSandbox) -> None:
    """`save` keeps a part of an answer under a name; an unknown name fails the story with what there is."""
    story = (
        STORY.replace("{total: 199}", "{total: 199, save: {first: payment}}")
        + '  - user.pay: {params: "{first}", expect: {paid: true}}\n  - user.pay: {params: "{second}"}\n'
    )

    verdict = await told(story, fake)

    assert (verdict.outcome, verdict.line) == ("failed", 10)
    assert verdict.reason.startswith("nothing is called {second} yet; there is ")
    assert sum(verb == "user.request_payment" for _, verb, _ in fake.said) == 2


async def test_within_looks_again_until_it_is_so(fake: FakeSandbox) -> None:
    """An expectation with `within` waits for what takes real time, and no longer than it says."""
    running = asyncio.create_task(told("story:\n  - expect: {within: 20s, orders: 1, order: {total: 199}}\n", fake))
    await asyncio.sleep(0.3)

    fake.answers["orders.list"] = {"orders": [{"out_trade_no": "N1", "total": 199, "prepay_id": "wx9"}]}

    assert (await running).outcome == "passed"
    assert (await told("story:\n  - expect: {within: 100ms, orders: 2}\n", fake)).outcome == "failed"


async def test_the_order_is_the_one_that_was_launched(fake: FakeSandbox) -> None:
    """Not whatever is listed first, unless the story names another by its number."""
    fake.answers["orders.list"] = {
        "orders": [
            {"out_trade_no": "N0", "prepay_id": "wx0", "total": 1},
            {"out_trade_no": "N1", "prepay_id": "wx1", "total": 199},
        ]
    }
    looks = "  - expect: {order: {total: 199}}\n  - expect: {order: {out_trade_no: N0, total: 1}}\n"

    assert (await told(STORY + looks, fake)).outcome == "passed"


async def test_a_killed_shop_starts_again_with_its_store(fake: FakeSandbox) -> None:
    """Between kill and start nobody answers; afterwards it is where it was, at the same port."""
    gone = STORY + "  - merchant.kill:\n  - expect: {merchant: {status: unpaid}}\n"
    back = STORY + "  - merchant.kill:\n  - merchant.start:\n  - expect: {merchant: {status: unpaid}}\n"

    verdict = await told(gone, fake)

    assert (verdict.outcome, verdict.line) == ("failed", 10)
    assert "does not answer" in verdict.reason
    assert (await told(back, fake)).outcome == "passed"


async def test_a_shop_that_does_not_come_up_breaks_the_run(fake: FakeSandbox) -> None:
    """The story was not told, so nothing is said about the shop: its exit code and last words are."""
    verdict = await told(STORY, fake, "never-ready")

    assert (
        verdict.outcome,
        verdict.reason,
    ) == ("broken", "the shop ended with code 3 before it was ready; its last words: no licence")
    assert set() == fake.living


async def test_a_sandbox_that_refuses_breaks_the_run(fake: FakeSandbox) -> None:
    """A verb that the sandbox will not perform is the story's fault or ours, not the shop's."""
    fake.answers["user.request_payment"] = ControlError(404, "not-found", "no such payer")

    verdict = await told(STORY, fake)

    assert (verdict.outcome, verdict.line, verdict.reason) == ("broken", 7, "no such payer")


async def test_flaws_need_a_place(fake: FakeSandbox) -> None:
    """A control cannot be run against a shop that has no flaws to switch on."""
    verdict = await told(STORY, fake, "lies", adapter=tiny(STARTED.replace(" {flaws}", "")))

    assert verdict.outcome == "broken"
    assert "has no {flaws} in start:" in verdict.reason


async def test_what_a_shop_cannot_be_asked_is_skipped(fake: FakeSandbox) -> None:
    """A step that the adapter does not map skips the story, and says so, before a tenant is made."""
    verdict = await told(STORY + "  - merchant.report: {errMsg: x}\n", fake)

    assert (verdict.outcome, verdict.reason) == ("skipped", "the adapter tiny has no step 'report'")
    assert fake.said == []


async def test_a_running_shop_gets_a_tenant_of_its_credentials(fake: FakeSandbox, running_shop: str) -> None:
    """One after the other, whatever `jobs` says, because the shop can only be one merchant."""
    credentials = {"appid": "wxmine", "app_secret": "s", "mch_id": "1234567890", "api_key": "k"}
    adapter = tiny(
        f"name: mine\nurl: {running_shop}\nsandbox: http://127.0.0.1:8686\n"
        f"credentials: {msgspec.json.encode(credentials).decode()}\n{STEPS}"
    )

    verdicts = await Runner(adapter, fake.connect).run([tale(scenario(STORY))] * 3, jobs=3)

    assert [(v.outcome, v.reason, v.differences) for v in verdicts] == [("passed", "", ())] * 3
    asked = [arguments["credentials"] for _, verb, arguments in fake.said if verb == "tenants.create"]
    assert [credentials] * 3 == asked
    verbs = [verb for _, verb, _ in fake.said if verb.startswith("tenants.")]
    assert verbs == ["tenants.delete", "tenants.create", "tenants.delete"] * 3
    assert fake.living == set()


async def test_a_running_shop_must_be_nobody_elses(fake: FakeSandbox) -> None:
    """Credentials of another tenant, the default one above all, are not taken from it; the remedy is said."""
    adapter = tiny(
        "name: mine\nurl: http://127.0.0.1:9\nsandbox: http://127.0.0.1:8686\n"
        f"credentials: {{appid: a, app_secret: s, mch_id: '1', api_key: k}}\n{STEPS}"
    )
    fake.answers["tenants.create"] = ControlError(409, "taken", "mchid 1 belongs to tenant 'default'", "default")

    verdict = await told(STORY, fake, adapter=adapter)

    assert verdict.outcome == "broken"
    assert "belong to tenant 'default'" in verdict.reason
    assert "give the shop an appid and a mch_id of its own" in verdict.reason


async def test_a_running_shop_that_is_not_there_breaks_the_run(fake: FakeSandbox) -> None:
    """Nothing is said about a shop that nobody has started."""
    adapter = tiny(
        "name: mine\nurl: http://127.0.0.1:9\nsandbox: http://127.0.0.1:8686\n"
        f"credentials: {{appid: a, app_secret: s, mch_id: '1', api_key: k}}\n{STEPS}"
    )

    verdict = await told(STORY, fake, adapter=adapter)

    assert verdict.outcome == "broken"
    assert verdict.reason == "no shop answers at http://127.0.0.1:9: start it, or correct url: in the adapter mine"


async def test_started_shops_run_side_by_side(fake: FakeSandbox) -> None:
    """Verdicts keep the order of the scenarios, and each is told of as it comes."""
    heard: list[str] = []
    tales = [tale(scenario(STORY, f"name: s{n}\nsummary: {{zh: 一, en: one}}\n")) for n in range(3)]

    verdicts = await Runner(tiny(), fake.connect).run(tales, lambda verdict: heard.append(verdict.scenario), jobs=3)

    assert [verdict.scenario for verdict in verdicts] == ["s0", "s1", "s2"]
    assert {"s0", "s1", "s2"} == set(heard)
    assert "tenants.delete" not in [verb for _, verb, _ in fake.said[:2]]
