"""Under which conditions a test's tenant lives: what the marker says, and the scenario that it names."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from sandbox.adapter.control import Control
from sandbox.adapter.document import Mistake
from sandbox.app import verbs
from sandbox.platform.faults import faults
from sandbox.scenario import loader, setting, shelf
from sandbox.scenario.language import Scenario, Vocabulary

TENANT = ("settings", "clock", "start", "seed")
"""What a marker may say of the tenant, in the words of `tenants.create`."""

NAMES = ("scenario", "values", *TENANT)


class BadMarker(ValueError):
    """The marker asks for what there is not; the message says what there is."""


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """`tenant` is what `tenants.create` is asked for; `values` are the scenario's parameters."""

    tenant: dict[str, Any]
    scenario: Scenario | None = None
    values: dict[str, Any] = {}

    async def prepare(self, control: Control, made: Mapping[str, Any]) -> None:
        """Put the scenario's rules in force, and what it changes of the merchant and the app. Raises ControlError."""
        if self.scenario is not None:
            await setting.prepare(control, self.scenario, {**made, **self.values})


def conditions(args: Sequence[Any], given: Mapping[str, Any], folder: Path) -> Conditions:
    """What a marker's arguments ask for; a scenario is a shipped one's name, or a file from `folder`.

    Raises BadMarker.
    """
    _check(args, given)
    own = {name: value for name, value in given.items() if name in TENANT}
    if "scenario" not in given:
        return Conditions(tenant={"clock": "virtual", **own})
    scenario = _scenario(str(given["scenario"]), folder)
    values = scenario.cases(given.get("values", {}))[0]
    asked = setting.tenant_of(scenario, values)
    settings = {**asked["settings"], **own.get("settings", {})}
    return Conditions(tenant={**asked, **own, "settings": settings}, scenario=scenario, values=values)


def _check(args: Sequence[Any], given: Mapping[str, Any]) -> None:
    listed = ", ".join(NAMES)
    if args:
        raise BadMarker(f"the marker wechatpay takes named arguments only, came {args[0]!r}; there are {listed}")
    for name in given:
        if name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {listed}"
            raise BadMarker(f"the marker wechatpay has no argument {name!r}; {hint}")
    if "values" in given and "scenario" not in given:
        raise BadMarker("the marker wechatpay has values, and no scenario whose parameters they are")


def _scenario(name: str, folder: Path) -> Scenario:
    words = Vocabulary(faults(), {name: verb.args for name, verb in verbs().items()})
    file = folder / name
    try:
        (path, *_) = [file] if file.is_file() else shelf.find([name])
        return loader.load(path, words)
    except (shelf.NotFound, Mistake) as error:
        raise BadMarker(str(error)) from None
