"""The audit of shops that others' SDKs made: through the doors, with findings that are those SDKs' and samples' own."""

import asyncio
from pathlib import Path

import pytest
from node_packages import node_packages

from sandbox.adapter import adapter as adapters
from sandbox.audit.auditor import Finding, audit, budget, chosen
from sandbox.audit.families import probes
from sandbox.audit.ground import Haste, shop_ground
from sandbox.audit.ruling import Outcome
from sandbox.cli.merchant import sandbox_for

FOREIGN = Path(__file__).parents[1] / "foreign"

SAFE = {
    "flask-wechatpy": {"genuine", "no-signature", "file-entity", "duplicate", "at-once", "fraction"},
    "express-wechatpay-node-v3": {"genuine", "no-signature", "signature-test", "changed-body", "duplicate", "at-once"},
}
UNSAFE = {
    # The samples compare no amount; wechatpy and wechatpay-node-v3 do not verify what the platform answers.
    "flask-wechatpy": {"less-paid", "order-answer-forged", "query-answer-forged", "large-body"},
    # Its decryption does not check the authentication tag, nor its verification the time.
    "express-wechatpay-node-v3": {"less-paid", "order-answer-forged", "query-answer-forged", "broken-tag", "stale"},
}


async def _findings(name: str) -> list[Finding]:
    adapter = adapters.load(FOREIGN / f"{name}.yaml")
    (api,) = adapter.dialects
    asked = [probe for probe in chosen(probes(), api) if probe.name in SAFE[name] | UNSAFE[name]]
    async with (
        sandbox_for(None, "", secure=False, doors=True) as (connect, door),
        shop_ground(adapter, connect, api, budget=budget(asked), door=door, haste=Haste(grace=0.3)) as ground,
    ):
        return await audit(ground, asked)


@pytest.mark.parametrize("name", SAFE)
def test_public_sdks_are_found_out(name: str) -> None:
    """Each probe comes to the verdict that the SDK's own source explains."""
    if name.startswith("express"):
        node_packages(FOREIGN)
    found = {one.probe.name: one for one in asyncio.run(_findings(name))}

    assert {probe: one.did.en for probe, one in found.items() if one.outcome is Outcome.BROKEN} == {}
    assert {probe for probe, one in found.items() if one.outcome is Outcome.SAFE} == SAFE[name]
    assert {probe for probe, one in found.items() if one.outcome is Outcome.UNSAFE} == UNSAFE[name]
