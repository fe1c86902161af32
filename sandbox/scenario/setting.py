"""The setting of a story as the sandbox is told of it: what tenant it needs, and what is so there before it begins."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from sandbox.adapter import placeholders
from sandbox.adapter.control import Control
from sandbox.scenario.language import Scenario


def tenant_of(scenario: Scenario, values: Mapping[str, Any] | None = None, seed: str | None = None) -> dict[str, Any]:
    """What `tenants.create` is asked for: the story's clock, seed (or this one) and settings.

    `values` are the story's parameters, which placeholders may stand for.
    """
    clock = scenario.conditions()
    settings = placeholders.fill_some(scenario.tenant.settings, values or {})
    asked: dict[str, Any] = {"clock": clock.kind, "settings": settings}
    if clock.start is not None:
        asked["start"] = round(datetime.fromisoformat(clock.start).timestamp() * 1000)
    if seed is not None:
        asked["seed"] = seed
    elif scenario.seed is not None:
        asked["seed"] = scenario.seed
    return asked


async def prepare(control: Control, scenario: Scenario, memory: Mapping[str, Any]) -> None:
    """What the story changes of its tenant's merchant and mini program, and its rules, in force. Raises ControlError.

    `memory` is what placeholders may stand for: the tenant as `tenants.create` describes it, and the parameters.
    """
    tenant = scenario.tenant
    if tenant.merchant:
        await control.call(
            "console.merchant", {"mchid": memory["mch_id"], **placeholders.fill(tenant.merchant, {}, memory)}
        )
    if tenant.app:
        await control.call("console.app", {"appid": memory["appid"], **placeholders.fill(tenant.app, {}, memory)})
    for rule in scenario.rules:
        await control.call("rules.add", placeholders.fill(msgspec.to_builtins(rule), {}, memory))
