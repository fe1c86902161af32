"""The adapter file: what it may say, and what it says a shop lacks."""

from pathlib import Path

import pytest

from sandbox.adapter.adapter import Adapter, adapter_of, load
from sandbox.adapter.document import Mistake, parse
from sandbox.scenario.language import SHOP_STEPS

HEAD = 'name: shop\nstart: "{python} shop.py {port}"\n'
STEPS = "steps:\n  order: {call: POST /orders, json: {total: '{total?}', who: '{user}'}}\n"


LACKING = "the adapter's step 'order' does not say (save:, says:) status"


def adapter(text: str) -> Adapter:
    """The adapter of these lines, in a file a.yaml."""
    return adapter_of(parse(text, "a.yaml"), Path("/shop"))


def test_the_bundled_shop_has_one() -> None:
    """merchant_demo's adapter is read as anyone's own, and maps every step that shipped stories use."""
    bundled = load(Path(__file__).parents[2] / "merchant_demo" / "adapter.yaml")

    assert set(SHOP_STEPS) <= set(bundled.steps)
    assert bundled.start is not None
    assert "{flaws}" in bundled.start


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: shop\n" + STEPS, "a.yaml:1: expected either start: (a command to run) or url:"),
        (HEAD + "url: http://x\n" + STEPS, "a.yaml:1: expected either start: (a command to run) or url:"),
        ("name: shop\nurl: http://x\n" + STEPS, "a.yaml:2: a running shop needs credentials:"),
        (HEAD + "reddy: GET /\n" + STEPS, "a.yaml:3: no key called 'reddy' — did you mean 'ready'?"),
        (
            HEAD + "ready: health\n" + STEPS,
            "a.yaml:3: expected a method and a path such as POST /orders, came 'health'",
        ),
        (HEAD + "steps:\n  order: {call: SEND /orders}\n", "a.yaml:4: expected a method and a path"),
        (
            HEAD + "steps:\n  order: {}\n",
            "a.yaml:4: order: expected either call: (a request) or run: (a command), came neither",
        ),
        (HEAD + "steps:\n  order: {call: GET /, jsn: 1}\n", "a.yaml:4: steps.order: no key called 'jsn'"),
        (HEAD + "steps:\n  o: {call: GET /, json: {}, form: {}}\n", "a.yaml:4: o: expected json: or form:, came both"),
        (HEAD + 'env: {P: "{prot}"}\n' + STEPS, "a.yaml:3: nothing is called {prot} here — did you mean 'port'?"),
        (HEAD + "dialects: [v4]\n" + STEPS, "a.yaml:3: dialects[0]: 'v4' is not known"),
        (HEAD + "dialects: [v2, v3]\n" + STEPS, "a.yaml:3: dialects: expected {api} in start: or env:"),
        (HEAD + "env: {PORT: 5}\n" + STEPS, "a.yaml:3: env.PORT: expected text, came 5; put it in quotes"),
    ],
)
def test_a_mistake_names_its_place(text: str, message: str) -> None:
    """As in scenarios: file, line, what came, what was expected."""
    with pytest.raises(Mistake) as caught:
        adapter(text)

    assert str(caught.value).startswith(message)


def test_a_shop_that_is_told_its_api_may_speak_both() -> None:
    """By its command or its environment; one API needs no telling, and without a word it is v2."""
    assert adapter(HEAD + STEPS).dialects == ("v2",)
    assert adapter(HEAD + "dialects: [v3]\n" + STEPS).dialects == ("v3",)
    assert adapter(HEAD + 'dialects: [v2, v3]\nenv: {API: "{api}"}\n' + STEPS).dialects == ("v2", "v3")


def test_what_a_shop_lacks() -> None:
    """A step that is not mapped, an argument without a place, a process that is not ours."""
    started = adapter(HEAD + STEPS)
    running = adapter(
        "name: shop\nurl: http://x\nsandbox: http://y\n"
        "credentials: {appid: a, app_secret: s, mch_id: '1', api_key: k}\n" + STEPS
    )

    assert started.lacks("order", {"total": 1}) == ""
    assert started.lacks("kill", {}) == ""
    assert "no step 'report'" in started.lacks("report", {})
    assert "the adapter's step 'order' has no place for openid" in started.lacks("order", {"openid": "o", "total": 1})
    assert "needs a shop that the runner starts" in running.lacks("kill", {})
    assert {"order": {"total", "user"}} == started.shop_steps()


def test_an_answer_is_read_in_the_words_of_stories() -> None:
    """`save` names parts of it, `means` translates their values; what is not there has no name."""
    steps = """\
steps:
  status:
    call: GET /
    save: {status: data.state, shipped: data.parcels, gone: data.gone}
    means: {status: {"1": paid}, learned_by: {push: notification}}
"""
    call = adapter(HEAD + steps).steps["status"]

    assert call.read({"data": {"state": 1, "parcels": 2}, "learned_by": "push"}) == {
        "status": "paid",
        "shipped": 2,
        "learned_by": "notification",
    }
    assert call.read("<html>") == {}


@pytest.mark.parametrize(
    ("call", "expected", "lacking"),
    [
        ("", {"anything": 1}, ""),
        (", save: {order_no: data.id}", {"order_no": "N1", "ok": True, "http": 200, "gone": None}, ""),
        (", save: {order_no: data.id}", {"status": "new"}, LACKING),
        (", means: {status: {a: b}}, says: [error]", {"status": "b", "error": "x"}, ""),
    ],
)
def test_what_a_step_says_is_known(call: str, expected: dict[str, object], lacking: str) -> None:
    """A step that names parts of its answer can be asked for these; a story that wants more is skipped."""
    shop = adapter(f"{HEAD}steps:\n  order: {{call: POST /orders{call}}}\n")

    assert shop.lacks("order", {}, expected) == lacking


def test_the_shortest_patience_counts() -> None:
    """The shop's own, the command's, or none at all."""
    patient, calm = adapter(HEAD + "patience: 8\n" + STEPS), adapter(HEAD + STEPS)

    assert (patient.longest_wait(), patient.longest_wait(3)) == (8, 3)
    assert (calm.longest_wait(3), calm.longest_wait()) == (3, None)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("{bearer: x}", "order: expected either call: (a request) or run: (a command), came neither"),
        ("{call: GET /, run: ls}", "order: expected either call: (a request) or run: (a command), came both"),
        ("{run: ls, json: {}}", "order: bearer:, headers:, json: and form: belong to call:, not to run:"),
    ],
)
def test_a_step_is_a_request_or_a_command(step: str, message: str) -> None:
    """One of the two, with what belongs to it."""
    with pytest.raises(Mistake) as caught:
        adapter(f"{HEAD}steps:\n  order: {step}\n")

    assert message in str(caught.value)
