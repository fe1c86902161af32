"""What was done by hand, saved as a scenario, and told again."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.app import Sandbox
from sandbox.cli.demo import CREDENTIALS
from sandbox.cli.shop import Shop, running_shop
from sandbox.config import Settings
from sandbox.control.client import ControlClient, ControlError


@pytest.fixture
async def world() -> AsyncIterator[tuple[ControlClient, Shop, dict[str, Any]]]:
    """A sandbox, its control API, the bundled shop beside it, and the default tenant's credentials."""
    async with Sandbox(Settings(port=0, clock="virtual", seed="3")) as box, ControlClient(box.url) as control:
        tenant = await control.call("tenants.get", {"id": "default"})
        credentials = {f"WECHATPAY_SANDBOX_{name.upper()}": tenant[name] for name in CREDENTIALS}
        async with running_shop(0, credentials) as shop:
            yield control, shop, tenant


async def bought(control: ControlClient, shop: Shop, item: str) -> dict[str, Any]:
    """Log in and order."""
    phone = await control.call("user.login")
    shop.token = (await shop.ask("POST", "/login", {"code": phone["code"]}))["token"]
    return await shop.ask("POST", "/orders", {"item": item})


def told(story: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """The exit code of `scenario run`, and what it printed."""
    command = [sys.executable, "-m", "sandbox", "scenario", "run", str(story), "--api", "v2", "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


async def test_a_purchase_made_by_hand_runs_as_a_story_and_can_fail(
    world: tuple[ControlClient, Shop, dict[str, Any]], tmp_path: Path
) -> None:
    """With the notification lost at first, the refund and the clock; a shop with a flaw fails in it."""
    control, shop, _ = world
    await control.call("rules.add", {"when": "notify.due", "times": 1, "do": {"drop": {}}})
    offered = await bought(control, shop, "coffee")
    await control.call("user.request_payment", {"params": offered["payment"], "action": "cancel"})
    cashier = await control.call("cashier.open", {"params": offered["payment"]})
    await control.call("cashier.act", {"id": cashier["id"], "password": "000000"})
    await control.call("cashier.act", {"id": cashier["id"], "password": "123456"})
    await control.call("notify.settle")
    await control.call("clock.advance", {"by": "20s"})

    recording = await control.call("recording.get", {"name": "by-hand"})
    story = tmp_path / "by-hand.yaml"
    story.write_text(recording["yaml"])

    assert recording["untold"] == []
    assert [line.strip() for line in recording["yaml"].splitlines() if line.startswith("  - ")] == [
        "- {when: notify.due, do: {drop: {}}, times: 1}",
        "- user.login:",
        "- merchant.login:",
        "- merchant.order: {total: 199}",
        "- user.pay: {action: cancel}",
        "- user.pay: {action: wrong-password}",
        "- user.pay:",
        "- notify.settle:",
        "- clock.advance: {by: 20s}",
        "- expect: {within: 5s, order: {trade_state: SUCCESS, total: 199}, "
        "notifications: {verdicts: [lost, acknowledged]}, merchant: {status: paid}}",
    ]
    assert told(story)[0] == 0
    code, verdicts = told(story, "--flaw", "html-answer")
    assert code == 1, verdicts


async def test_only_what_was_about_one_order_is_kept_when_asked(
    world: tuple[ControlClient, Shop, dict[str, Any]],
) -> None:
    """Of two orders one, whose end the story tells."""
    control, shop, _ = world
    first = await bought(control, shop, "coffee")
    second = await bought(control, shop, "tea")
    await control.call("user.request_payment", {"params": second["payment"]})
    await control.call("notify.settle")

    text = (await control.call("recording.get", {"out_trade_no": first["order_no"]}))["yaml"]
    assert "trade_state: NOTPAY" in text
    assert text.count("merchant.order") == 1
    assert "user.pay" not in text


async def test_nothing_done_is_no_story(box: Sandbox) -> None:
    """It is refused with what to do first."""
    async with ControlClient(box.url) as control:
        with pytest.raises(ControlError, match="order and pay first"):
            await control.call("recording.get")
