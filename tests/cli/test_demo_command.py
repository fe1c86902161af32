"""`demo`: the whole flow once, told from the record, and an exit code that can be bad."""

import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing

import pytest
from click.testing import CliRunner

from sandbox.app import Sandbox
from sandbox.cli import demo as command
from sandbox.cli import main
from sandbox.cli.shop import ShopFailed, port_or_any, running_shop
from sandbox.cli.walkthrough import Broken, Walkthrough
from sandbox.control.client import ControlClient

FREE = ("--port", "0", "--shop-port", "0")


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody has."""
    with closing(socket.create_server(("127.0.0.1", 0))) as holder:
        yield holder.getsockname()[1]


def test_the_flow_is_shown_hop_by_hop() -> None:
    """A process without a terminal plays it, names every number, and ends well."""
    words = [sys.executable, "-m", "sandbox", "demo", *FREE, "--lang", "en"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    hops = [line.split("  ")[1] for line in done.stdout.splitlines() if line[:1].isdigit()]
    assert hops == [
        "phone → mini program",
        "shop → platform",
        "shop → platform",
        "shop → mini program",
        "phone → platform",
        "platform → shop",
        "mini program → shop",
    ]
    for text in ("out_trade_no    20", "prepay_id       wx", "transaction_id  4200000", "acknowledged, HTTP 200"):
        assert text in done.stdout
    assert "merchant        paid, shipped 1 time(s), learned by notification" in done.stdout


def test_it_speaks_chinese() -> None:
    """Where LANG says so, or when asked to."""
    words = [sys.executable, "-m", "sandbox", "demo", *FREE]
    env = {**os.environ, "LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8", "PYTHONUTF8": "1"}
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, env=env, encoding="utf-8", check=False)

    assert done.returncode == 0, done.stderr
    assert "平台 → 商户后端" in done.stdout
    assert "二次签名" in done.stdout


def test_what_happened_can_be_had_as_json() -> None:
    """Sandbox and shop tell the same story."""
    result = CliRunner().invoke(main, ["demo", *FREE, "--json"])

    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["merchant"]["out_trade_no"] == told["out_trade_no"]
    assert told["merchant"]["transaction_id"] == told["transaction_id"]
    assert (told["merchant"]["status"], told["merchant"]["shipped"]) == ("paid", 1)
    assert told["transaction_id"] in told["notification"]["request"]
    assert told["notification"]["verdict"] == "acknowledged"


def test_taken_default_ports_are_no_obstacle(monkeypatch: pytest.MonkeyPatch, taken_port: int) -> None:
    """Free ones are taken instead, and it says so."""
    monkeypatch.setattr(command, "HTTP_PORT", taken_port)
    monkeypatch.setattr(command, "MERCHANT_PORT", taken_port)

    result = CliRunner().invoke(main, ["demo", "--port", str(taken_port), "--shop-port", str(taken_port), "--json"])

    assert result.exit_code == 0, result.output
    assert f"port {taken_port} is taken: the sandbox is on" in result.stderr
    assert f"port {taken_port} is taken: the shop is at" in result.stderr


def test_a_port_that_was_asked_for_is_not_replaced(taken_port: int) -> None:
    """Who names a port means it; exit code 2 for the sandbox's, 1 when the shop cannot start."""
    sandbox = CliRunner().invoke(main, ["demo", "--port", str(taken_port)])
    shop = CliRunner().invoke(main, ["demo", "--port", "0", "--shop-port", str(taken_port)])

    assert (sandbox.exit_code, shop.exit_code) == (2, 1)
    assert "choose another with --port" in sandbox.stderr
    assert "the shop did not start" in shop.stderr


def test_a_free_port_is_kept(taken_port: int) -> None:
    """Only one that is taken becomes any."""
    with closing(socket.create_server(("127.0.0.1", 0))) as holder:
        free = holder.getsockname()[1]

    assert port_or_any(free) == free
    assert port_or_any(taken_port) == 0


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({"when": "notify.due", "do": {"drop": {}}}, "did not acknowledge the notification: lost"),
        ({"when": "notify.due", "do": {"forge": {}}}, "did not acknowledge the notification"),
        ({"when": "request.verified", "do": {"fail": {"problem": "NO_PERMISSION"}}}, "POST /orders: HTTP"),
    ],
)
async def test_what_did_not_happen_is_not_told(box: Sandbox, rule: dict[str, object], complaint: str) -> None:
    """A lost or forged notification, a refused order: the walk ends there and says why."""
    async with ControlClient(box.url) as control:
        tenant = await control.call("tenants.get", {"id": "default"})
        told = {f"WECHATPAY_SANDBOX_{name.upper()}": tenant[name] for name in command.CREDENTIALS}
        await control.call("rules.add", {**rule, "only": {"dialect": "v2"}})
        async with running_shop(0, told) as shop:
            walkthrough = Walkthrough(control, shop, tenant["appid"], tenant["api_key"])
            with pytest.raises((Broken, ShopFailed), match=complaint):
                async for _ in walkthrough.play():
                    pass

    assert "merchant" not in walkthrough.facts


async def test_a_signature_that_does_not_fit_is_noticed(box: Sandbox) -> None:
    """What is shown as signed was computed, not repeated."""
    async with ControlClient(box.url) as control:
        tenant = await control.call("tenants.get", {"id": "default"})
        told = {f"WECHATPAY_SANDBOX_{name.upper()}": tenant[name] for name in command.CREDENTIALS}
        async with running_shop(0, told) as shop:
            walkthrough = Walkthrough(control, shop, tenant["appid"], "k" * 32)
            with pytest.raises(Broken, match="does not fit"):
                async for _ in walkthrough.play():
                    pass


@pytest.mark.skipif(os.name == "nt", reason="terminals")
def test_on_a_terminal_both_stay_up() -> None:
    """Until Ctrl-C: the shop's page and the sandbox answer meanwhile, and nobody afterwards."""
    import pty

    process, terminal = pty.fork()
    if process == 0:
        os.execv(sys.executable, [sys.executable, "-m", "sandbox", "demo", *FREE, "--lang", "en"])
    shown = ""
    while "Ctrl-C ends them" not in shown:
        shown += os.read(terminal, 65536).decode()
    urls = dict(re.findall(r"(sandbox|shop) +\S* +(http://\S+)", re.sub(r"\x1b\[\d*m", " ", shown)))
    pages = [read(urls["shop"] + "/"), read(urls["sandbox"] + "/_sandbox/health")]
    os.write(terminal, b"\x03")
    _, status = os.waitpid(process, 0)
    os.close(terminal)

    assert "<html" in pages[0]
    assert '"ready":true' in pages[1].replace(" ", "")
    assert os.waitstatus_to_exitcode(status) == 0
    with pytest.raises(urllib.error.URLError):
        read(urls["shop"] + "/")


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as response:
        return str(response.read().decode())
