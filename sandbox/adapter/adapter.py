"""The adapter: how a shop is reached and what each `merchant.*` step means to it over HTTP."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from sandbox.adapter import placeholders
from sandbox.adapter.conversion import convert
from sandbox.adapter.credentials import KEYS, NAMES
from sandbox.adapter.document import Document, did_you_mean, read

Dialect = Literal["v2", "v3"]
"""An API of WeChat Pay: v2 is signed XML, v3 is APIv3."""

PROCESS_STEPS = ("kill", "start")
"""What is done to the shop's process, not asked of the shop."""

COMMAND_VALUES = ("python", "port", "url", "store", "api", "sandbox_url", "ca", *NAMES, *KEYS)
"""What `{…}` may stand for in a command and its environment."""

NOTHING: Mapping[str, Any] = {}

_CALL = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S*)")


class Call(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step: a request (`call`) or a command (`run`), and what its JSON answer means.

    `save` gives names to parts of the answer (name -> dotted path), for later steps and for `expect`; `means`
    translates the values of such a name into the words of stories (name -> value -> word). `says` are names of the
    answer's own that stories may ask for beside these.
    """

    call: str = ""
    run: str = ""
    bearer: str | None = None
    headers: dict[str, str] = {}
    json: Any = None
    form: dict[str, Any] | None = None
    save: dict[str, str] = {}
    means: dict[str, dict[str, str]] = {}
    says: tuple[str, ...] = ()

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.call.split(" ", 1)[0]

    @property
    def path(self) -> str:
        """The path, placeholders and all."""
        return self.call.split(" ", 1)[1]

    def read(self, answer: Any) -> dict[str, Any]:
        """The parts of an answer that have names."""
        found = {name: placeholders.dig(answer, path) for name, path in {**_own(self.means), **self.save}.items()}
        return {
            name: self.means.get(name, {}).get(str(value), value)
            for name, value in found.items()
            if value is not placeholders.ABSENT
        }

    def names(self) -> set[str]:
        """Every value that the request has a place for."""
        return placeholders.named_in(
            [self.call, self.run, self.bearer or "", dict(self.headers), self.json, self.form or {}]
        )


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a shop that is already running believes it is."""

    appid: str
    app_secret: str
    mch_id: str
    api_key: str
    apiv3_key: str = ""


class Adapter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One shop: started by us (`start`), or running already (`url`, with its credentials and its sandbox).

    `dialects` are those that it speaks; in the command and its environment `{api}` is the one of the present story.
    With `doors` the shop is started as `run` starts a program, so that the platform's own hosts lead to the sandbox.
    `preload` are modules of a Python shop that are imported once for all stories, where the system can fork.
    `patience` is how many seconds of real time this shop needs at most to find out by itself.
    """

    name: str
    steps: dict[str, Call]
    dialects: Annotated[tuple[Dialect, ...], msgspec.Meta(min_length=1)] = ("v2",)
    start: str | None = None
    env: dict[str, str] = {}
    cwd: str = "."
    ready: str | None = None
    notify_path: str | None = None
    doors: bool = False
    preload: tuple[str, ...] = ()
    patience: Annotated[float, msgspec.Meta(gt=0)] | None = None
    url: str | None = None
    credentials: Credentials | None = None
    sandbox: str | None = None
    folder: Path = Path()

    def shop_steps(self) -> dict[str, set[str]]:
        """The steps this shop knows and the values each has a place for."""
        return {name: call.names() for name, call in self.steps.items()}

    def longest_wait(self, most: float | None = None) -> float | None:
        """How many seconds a story waits for this shop at most, or None: as long as it says."""
        bounds = [bound for bound in (self.patience, most) if bound is not None]
        return min(bounds) if bounds else None

    def lacks(self, step: str, arguments: Mapping[str, Any], expected: Mapping[str, Any] = NOTHING) -> str:
        """Why this shop cannot be asked for `merchant.<step>`, or for what is expected of its answer; or nothing.

        A step with `save`, `means` or `says` is known to say these names, and no others.
        """
        if step in PROCESS_STEPS:
            return "" if self.start else f"merchant.{step} needs a shop that the runner starts (start:)"
        call = self.steps.get(step)
        if call is None:
            return f"the adapter {self.name} has no step {step!r}"
        homeless = sorted(set(arguments) - call.names())
        if homeless:
            return f"the adapter's step {step!r} has no place for {', '.join(homeless)}"
        said = {*call.save, *call.means, *call.says, "ok", "http"}
        unsaid = sorted(name for name, value in expected.items() if value is not None and name not in said)
        if unsaid and (call.save or call.means or call.says):
            return f"the adapter's step {step!r} does not say (save:, says:) {', '.join(unsaid)}"
        return ""


def load(path: Path) -> Adapter:
    """The adapter in a file. Raises Mistake."""
    return adapter_of(read(path), path.resolve().parent)


def adapter_of(document: Document, folder: Path) -> Adapter:
    """The adapter in a document; `folder` is where its command runs. Raises Mistake."""
    adapter = convert(document, "$", document.value, Adapter)
    if (adapter.start is None) == (adapter.url is None):
        raise document.mistake("$", "expected either start: (a command to run) or url: (a shop that is running)")
    if adapter.url is not None and (adapter.credentials is None or adapter.sandbox is None):
        raise document.mistake(
            "$.url",
            "a running shop needs credentials: (appid, app_secret, mch_id, api_key) and sandbox: (the URL it is "
            "configured with), so that it gets a tenant of exactly these",
        )
    if adapter.doors and adapter.start is None:
        expected = "start it with `wechatpay-sandbox run` instead, which does the same"
        raise document.mistake("$.doors", f"doors: is for a shop that is started here (start:); {expected}")
    _check_command(document, "$.start", (adapter.start or "").replace("{flaws}", ""))
    _check_dialects(document, adapter)
    words = (adapter.start or "").split()
    if adapter.preload and not (words[:1] == ["{python}"] and "-m" in words):
        raise document.mistake("$.preload", 'preload: is for a Python shop that is started as "{python} -m module …"')
    for name, value in adapter.env.items():
        _check_command(document, f"$.env.{name}", value)
    if adapter.ready is not None:
        _check_call(document, "$.ready", adapter.ready)
    for name, call in adapter.steps.items():
        _check_step(document, f"$.steps.{name}", name, call)
    return msgspec.structs.replace(adapter, folder=folder)


def _check_dialects(document: Document, adapter: Adapter) -> None:
    """A shop cannot speak two without being told which."""
    told = placeholders.named_in([adapter.start or "", adapter.env])
    if len(adapter.dialects) > 1 and "api" not in told:
        expected = "expected {api} in start: or env:, so that the shop is told which one to speak"
        raise document.mistake("$.dialects", f"dialects: {expected}; a running shop has one")


def _own(names: Iterable[str]) -> dict[str, str]:
    """Translated names that are not saved from elsewhere stand in the answer under their own name."""
    return {name: name for name in names}


def _check_command(document: Document, path: str, text: str) -> None:
    for name in placeholders.named_in(text):
        if name not in COMMAND_VALUES:
            raise document.mistake(path, f"nothing is called {{{name}}} here{did_you_mean(name, COMMAND_VALUES)}")


def _check_step(document: Document, path: str, name: str, step: Call) -> None:
    if bool(step.call) == bool(step.run):
        came = "both" if step.call else "neither"
        raise document.mistake(path, f"{name}: expected either call: (a request) or run: (a command), came {came}")
    if step.call:
        _check_call(document, f"{path}.call", step.call)
    elif step.bearer or step.headers or step.json is not None or step.form is not None:
        raise document.mistake(path, f"{name}: bearer:, headers:, json: and form: belong to call:, not to run:")
    if step.json is not None and step.form is not None:
        raise document.mistake(path, f"{name}: expected json: or form:, came both")


def _check_call(document: Document, path: str, call: str) -> None:
    if not _CALL.fullmatch(call):
        raise document.mistake(path, f"expected a method and a path such as POST /orders, came {call!r}")
