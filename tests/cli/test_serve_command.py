"""`serve`: options out of the settings, addresses, the ready file, stopping."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner
from live_sandbox import live_sandbox

from sandbox import __version__
from sandbox.cli import main
from sandbox.cli.options import TEXTS, settings_options
from sandbox.cli.serve import guarded
from sandbox.config import Settings

NOT_TYPED = {"strict"}
"""Settings that only tests and embedders use."""


def taken(*words: str) -> dict[str, Any]:
    """What the options make of these words."""
    seen: dict[str, Any] = {}

    @click.command()
    @settings_options()
    def command(**given: Any) -> None:
        seen.update(given)

    result = CliRunner().invoke(command, words)
    assert result.exit_code == 0, result.output
    return seen


def test_every_setting_can_be_typed() -> None:
    """A new field of Settings needs an option, or a reason here."""
    assert {field.name for field in msgspec.structs.fields(Settings)} == set(TEXTS) | NOT_TYPED


def test_nothing_typed_is_the_default() -> None:
    """The options' defaults are the fields' own, but for the doors: `serve` opens both, code none unless told to."""
    assert Settings(**taken()) == Settings(https_port=8687, proxy_port=8688)


@pytest.mark.parametrize(
    ("words", "https_port", "proxy_port"),
    [
        (("--port", "0"), 0, 0),
        (("--port", "9000"), 9001, 9002),
        (("--proxy-port", "5", "--port", "9000"), 9001, 5),
        (("--port", "65534"), 65535, 0),
        (("--https-port", "off", "--proxy-port", "off"), None, None),
        (("--https-port", "443", "--proxy-port", "0"), 443, 0),
    ],
)
def test_the_doors_stand_next_to_each_other(
    words: tuple[str, ...], https_port: int | None, proxy_port: int | None
) -> None:
    """One and two above the port for plain HTTP unless said otherwise; off closes one."""
    given = taken(*words)

    assert (given["https_port"], given["proxy_port"]) == (https_port, proxy_port)


def test_options_become_settings(tmp_path: Path) -> None:
    """Each kind of option: text, number, file, list, mapping."""
    words = (
        *("--host", "::1", "--port", "0", "--store", str(tmp_path / "s.sqlite"), "--clock", "virtual", "--seed", "7"),
        *("--allow-host", "box.lan", "--allow-host", "box", "--allow-origin", "http://a.example"),
        *("--notify-map", "https://shop.example=http://127.0.0.1:3000"),
        *("--ready-file", str(tmp_path / "ready"), "--token", "t"),
        *("--https-port", "8687", "--proxy-port", "0", "--pass", ".a.example", "--data-dir", str(tmp_path)),
    )

    assert Settings(**taken(*words)) == Settings(
        host="::1",
        port=0,
        store=tmp_path / "s.sqlite",
        clock="virtual",
        seed="7",
        ready_file=tmp_path / "ready",
        token="t",
        allow_hosts=("box.lan", "box"),
        allow_origins=("http://a.example",),
        notify_map={"https://shop.example": "http://127.0.0.1:3000"},
        https_port=8687,
        proxy_port=0,
        passed=(".a.example",),
        data_dir=tmp_path,
    )


def test_variables_are_options_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """SANDBOX_ and the option's name; what is typed wins."""
    monkeypatch.setenv("SANDBOX_PORT", "1234")
    monkeypatch.setenv("SANDBOX_SEED", "from the environment")
    monkeypatch.setenv("SANDBOX_ALLOW_HOST", "one two")

    given = taken("--port", "0")

    assert (given["port"], given["seed"], given["allow_hosts"]) == (0, "from the environment", ("one", "two"))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--notify-map", "shop.example"), "expected PREFIX=URL such as"),
        (("--notify-map", "https://shop.example=3000"), "expected PREFIX=URL such as"),
        (("--store", "/nowhere/at/all.sqlite"), "a file in a folder that exists"),
        (("--clock", "slow"), "expected real, realx60"),
        (("--port", "70000"), "0<=x<=65535"),
        (("--https-port", "70000"), "expected a port from 0 to 65535, or the word off"),
        (("--proxy-port", "on"), "expected a port from 0 to 65535, or the word off"),
    ],
)
def test_wrong_usage_says_what_was_expected(words: tuple[str, ...], complaint: str) -> None:
    """Exit code 2, and nothing is started."""
    result = CliRunner().invoke(main, ["serve", "--port", "0", *words])

    assert result.exit_code == 2
    assert complaint in result.stderr


def test_a_taken_port_stops_it() -> None:
    """The message names the port and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        result = CliRunner().invoke(main, ["serve", "--port", str(port)])

    assert result.exit_code == 2
    assert f"port {port} on 127.0.0.1" in result.stderr
    assert "--port 0" in result.stderr


def test_a_taken_port_of_a_door_stops_it() -> None:
    """A default one, too: the message names it, and how to do without."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        result = CliRunner().invoke(main, ["serve", "--port", "0", "--proxy-port", str(port)])

    assert result.exit_code == 2
    assert f"port {port} on 127.0.0.1" in result.stderr
    assert "--proxy-port 0" in result.stderr
    assert "--proxy-port off" in result.stderr


def test_all_doors_are_told(tmp_path: Path) -> None:
    """In the ready file, by health, on the banner; the authority is there to be trusted."""
    with live_sandbox(tmp_path) as live:
        ports = live.call("GET", "/health")["ports"]
        assert Path(live.told["ca"]).is_file()

    log = (tmp_path / "serve.log").read_text()
    assert ports == {"http": live.told["port"], "https": live.told["https_port"], "proxy": live.told["proxy_port"]}
    assert f"https://127.0.0.1:{ports['https']} " in log
    assert f"http://127.0.0.1:{ports['proxy']} " in log
    assert str(tmp_path / "data" / "ca.pem") in log


def test_a_reachable_sandbox_gets_a_token() -> None:
    """On loopback none is needed; elsewhere one is drawn unless given."""
    assert guarded(Settings()).token == ""
    assert guarded(Settings(host="::1")).token == ""
    assert len(guarded(Settings(host="0.0.0.0")).token) >= 16
    assert guarded(Settings(host="0.0.0.0", token="mine")).token == "mine"


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_told_to_stop(tmp_path: Path, name: signal.Signals) -> None:
    """Addresses, credentials and the drawn seed are printed; the ready file is there while it answers."""
    ready = tmp_path / "ready.json"
    own = ["--port", "0", "--ready-file", str(ready), "--data-dir", str(tmp_path / "data")]
    command = [sys.executable, "-m", "sandbox", "serve", *own]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        until(ready.exists)
        told = json.loads(ready.read_text())
        with urllib.request.urlopen(f"{told['url']}/_sandbox/health", timeout=5) as response:
            health = json.load(response)
        process.send_signal(name)
        printed, _ = process.communicate(timeout=10)

    assert process.returncode == 0
    assert not ready.exists()
    assert (told["pid"], told["version"], told["port"]) == (process.pid, __version__, health["ports"]["http"])
    for text in (told["url"], told["seed"], "wx5a4d8bf0c0de0001", "1900000001", "sandboxAPIv2key0sandboxAPIv2key0"):
        assert text in printed


def test_a_given_seed_and_store_are_told(tmp_path: Path) -> None:
    """What was chosen is what is printed."""
    store = tmp_path / "s.sqlite"
    with live_sandbox(tmp_path, "--seed", "42", "--store", str(store)) as live:
        health = live.call("GET", "/health")

    log = (tmp_path / "serve.log").read_text()
    assert health["store"] == str(store)
    assert f"store {store}  clock real  seed 42" in log


def test_the_first_refused_login_code_names_the_setting(tmp_path: Path) -> None:
    """Codes of the real DevTools are refused at first; how to accept them is said once, and works."""
    with live_sandbox(tmp_path) as live:
        credentials = "appid=wx5a4d8bf0c0de0001&secret=5a4d8bf0c0de00015a4d8bf0c0de0001"
        url = f"{live.url}/sns/jscode2session?{credentials}&grant_type=authorization_code&js_code=0devtools"
        answers = [read(url), read(url)]
        until(lambda: "login.codes" in (tmp_path / "serve.log").read_text())
        live.call("PATCH", "/settings", {"login.codes": "any"})
        answers.append(read(url))

    assert ["errcode" in answer for answer in answers] == [True, True, False]
    assert (tmp_path / "serve.log").read_text().count('/_sandbox/settings {"login.codes": "any"}') == 1


def read(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=5) as response:
        answer: dict[str, Any] = json.load(response)
        return answer


def until(holds: Any) -> None:
    """Wait, ten seconds at most."""
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about within ten seconds")
