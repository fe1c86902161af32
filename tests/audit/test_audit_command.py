"""The command: lists, audits the bundled shop and bare URLs, writes reports, and ends with 0, 1 or 2."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner, Result

from sandbox.audit.families import probes
from sandbox.cli import main

ACKNOWLEDGE = "<xml><return_code>SUCCESS</return_code></xml>"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["audit", *words, "--lang", "en"])


async def run_beside(*words: str) -> tuple[int | None, bytes]:
    """As a process, beside a server of the test's own; its exit code and stdout."""
    command = (sys.executable, "-m", "sandbox", "audit", *words, "--lang", "en")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return process.returncode, said


@pytest.fixture
async def gullible() -> AsyncIterator[str]:
    """A notify URL that acknowledges everything."""

    async def acknowledge(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text=ACKNOWLEDGE)

    app = web.Application()
    app.router.add_post("/notify", acknowledge)
    async with TestServer(app) as server:
        yield str(server.make_url("/notify"))


def test_the_list_has_every_probe() -> None:
    """One line each, below the families' titles."""
    result = run("--list")

    assert result.exit_code == 0
    assert all(probe.name in result.output for probe in probes())


def test_a_flawed_shop_is_found_out_and_reported(tmp_path: Path) -> None:
    """Exit code 1, the fix on the terminal, and the same in SARIF and on the page."""
    sarif, html = tmp_path / "a.sarif", tmp_path / "a.html"
    words = ("-k", "amount", "--api", "v3", "--flaw", "ignore-amount", "--sarif", str(sarif), "--html", str(html))
    result = run(*words)
    kinds = {one["ruleId"]: one["kind"] for one in json.loads(sarif.read_text())["runs"][0]["results"]}

    assert result.exit_code == 1, result.output
    assert "its order is paid, shipped 1" in result.output
    assert "at most" in result.stderr
    assert (kinds["less-paid"], kinds["no-amount"]) == ("fail", "pass")
    assert "less-paid" in html.read_text()


def test_the_correct_shop_is_safe_and_json_is_one_document() -> None:
    """Exit code 0; nothing but JSON on stdout."""
    result = run("-k", "no-signature", "--json")
    found = json.loads(result.stdout)

    assert result.exit_code == 0, result.output
    assert [(one["api"], one["outcome"]) for one in found] == [("v2", "safe"), ("v3", "safe")]


async def test_of_a_bare_url_an_acknowledgement_is_enough_to_condemn(gullible: str) -> None:
    """A forged notice that was acknowledged is unsafe; what needs the shop's state is not judged and says so."""
    code, said = await run_beside(gullible, "--api", "v2", "--json", "-k", "a")
    outcomes = {one["probe"]: (one["outcome"], one["did"]["en"]) for one in json.loads(said)}

    assert code == 1
    assert outcomes["no-signature"][0] == "unsafe"
    assert outcomes["duplicate"] == ("not-judged", "needs an adapter (--merchant)")
    assert outcomes["page-says-ok"][0] == "not-judged"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("http://8.8.8.8/notify", "--api", "v3"), "--allow-host 8.8.8.8"),
        (("http://127.0.0.1:9/notify", "--api", "v3"), "nothing answers"),
        (("http://127.0.0.1:9/notify", "--flaw", "no-query"), "either a URL or a shop"),
        (("-k", "no-such-probe"), "no probe and no family"),
        (("--merchant", "missing.yaml"), "does not exist"),
        (("-k", "less-paid", "--api", "v3", "--flaw", "gbk-sign"), "not a mistake of v3"),
    ],
)
def test_what_cannot_be_audited_ends_with_2(words: tuple[str, ...], complaint: str) -> None:
    """Public addresses, nobody there, a wrong mixture of options: said, with what to do."""
    result = run(*words)

    assert result.exit_code == 2, result.output
    assert complaint in result.output


def test_an_adapter_without_a_notify_path_is_told(tmp_path: Path) -> None:
    """The audit must know where notifications go."""
    file = tmp_path / "shop.yaml"
    file.write_text('name: tiny\nstart: "{python} -m http.server {port} --bind 127.0.0.1"\nsteps: {}\n')
    result = run("--merchant", str(file), "-k", "less-paid")

    assert result.exit_code == 2
    assert "add notify_path" in result.output


def test_an_adapter_without_steps_is_judged_by_nothing(tmp_path: Path) -> None:
    """What needs a step that is missing is not judged, and the exit code does not condemn."""
    file = tmp_path / "shop.yaml"
    file.write_text('name: tiny\nnotify_path: /\nstart: "{python} -m http.server {port} --bind 127.0.0.1"\nsteps: {}\n')
    result = run("--merchant", str(file), "-k", "less-paid", "--json")
    (found,) = json.loads(result.stdout)

    assert (result.exit_code, found["outcome"]) == (0, "not-judged")
    assert "has no step 'order'" in found["did"]["en"]
