"""The bundled shop driven as anyone's own would be: running already, with credentials that the sandbox never chose."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import socket

import pytest

from sandbox.adapter import adapter
from sandbox.adapter.document import parse
from sandbox.app import Sandbox
from sandbox.cli.scenario import vocabulary
from sandbox.config import Settings
from sandbox.control.client import ControlClient
from sandbox.scenario import loader, reports
from sandbox.scenario.runner import Runner, Tale, tellings
from sandbox.scenario.shelf import find, shipped

BUNDLED = Path(__file__).parents[2] / "merchant_demo" / "adapter.yaml"
MINE = {
    "appid": "wx00112233445566ff",
    "app_secret": "0123456789abcdef0123456789abcdef",
    "mch_id": "1200000001",
    "api_key": "Fedcba9876543210Fedcba9876543210",
}


def free_port() -> int:
    """A port that nobody has now."""
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def ports() -> Iterator[tuple[int, int]]:
    """The ports of the sandbox-to-be and of a shop that runs and is configured with that sandbox."""
    sandbox, shop = free_port(), free_port()
    identity = {f"WECHATPAY_SANDBOX_{name.upper()}": value for name, value in MINE.items()}
    place = {
        "WECHATPAY_SANDBOX_URL": f"http://127.0.0.1:{sandbox}",
        "SHOP_QUERY_SECONDS": "0.5",
        "SHOP_TILL_SECONDS": "3",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "merchant_demo", "--port", str(shop)],
        env={**os.environ, **identity, **place, "SHOP_EXPIRE_MINUTES": "240"},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    yield sandbox, shop
    process.kill()
    process.communicate()


async def test_every_story_gets_the_shop_a_fresh_world(ports: tuple[int, int]) -> None:
    """Stories that leave orders, keys and sessions behind do not disturb the next; no kill or TLS can be asked for."""
    sandbox, shop = ports
    steps = BUNDLED.read_text(encoding="utf-8").partition("steps:\n")[2]
    place = f"url: http://127.0.0.1:{shop}\nsandbox: http://127.0.0.1:{sandbox}\ncredentials: {json.dumps(MINE)}\n"
    mine = adapter.adapter_of(parse(f"name: mine\n{place}steps:\n{steps}", "mine.yaml"), BUNDLED.parent)
    files = [*shipped(), *find(["happy-path"])]
    stories = [loader.load(file, vocabulary()) for file in files]
    tales = [told for story in stories if "v2" in story.dialects for told in tellings(Tale(story.name, story), mine)]

    async with Sandbox(Settings(port=sandbox)) as box:
        runner = Runner(mine, lambda tenant: ControlClient(box.url, tenant=tenant or "default"))
        verdicts = await runner.run(tales, jobs=4)
        left = [tenant.id for tenant in box.tenants]

    bad = [reports.failure(verdict) for verdict in verdicts if not verdict.good]
    assert bad == [], "\n".join(bad)
    skipped = [verdict.scenario for verdict in verdicts if verdict.outcome == "skipped"]
    assert skipped == ["killed-before-commit", "refund-without-certificate"]
    assert left == ["default"]
