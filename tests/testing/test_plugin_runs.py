"""The plugin in other people's runs: whichever loop hosts the shop, however many processes, and when nobody uses it."""

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LOOP_SCOPE = ("-o", "asyncio_default_fixture_loop_scope=function")
IN_A_LOOP = """
import asyncio, functools
import pytest
from counter_shop import ANSWER, order, whole

async def story(wechatpay, notify_url, wait):
    number = await wait(order, wechatpay, notify_url)
    payment = await wechatpay.pay("T2026000001")
    notification = await wechatpay.expect_notification(payment, attempts=1)
    assert notification.attempts[0].status == 200
    assert (await wechatpay.advance("24h")).fired == 0
"""
ASYNCIO = (
    IN_A_LOOP
    + """
async def heard(reader, writer):
    request = b""
    while not whole(request):
        request += await reader.read(65536)
    writer.write(ANSWER)
    writer.close()

@pytest.mark.parametrize("time", [1, 2])
{marker}
async def test_payment(wechatpay, time):
    async with await asyncio.start_server(heard, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await story(wechatpay, f"http://127.0.0.1:{{port}}/notify", asyncio.to_thread)
"""
)
AIOHTTP = (
    IN_A_LOOP
    + """
from aiohttp import web

@pytest.mark.parametrize("time", [1, 2])
async def test_payment(wechatpay, aiohttp_server, time):
    async def notify(request):
        await request.read()
        return web.Response(text="<xml><return_code>SUCCESS</return_code></xml>")

    app = web.Application()
    app.router.add_post("/notify", notify)
    server = await aiohttp_server(app)
    await story(wechatpay, str(server.make_url("/notify")), asyncio.to_thread)
"""
)
ANYIO = (
    IN_A_LOOP
    + """
import anyio
from anyio.abc import SocketAttribute

async def heard(stream):
    async with stream:
        request = b""
        while not whole(request):
            request += await stream.receive()
        await stream.send(ANSWER)

@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.anyio
async def test_payment(wechatpay, time, anyio_backend_name):
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, heard)
        port = listener.extra(SocketAttribute.local_port)
        wait = lambda run, *args: anyio.to_thread.run_sync(functools.partial(run, *args))
        await story(wechatpay, f"http://127.0.0.1:{port}/notify", wait)
        tasks.cancel_scope.cancel()
"""
)
BLOCKING = """
from counter_shop import counter, order

def test_payment(wechatpay_server):
    with counter() as shop:
        order(wechatpay_server, shop.url)
        wechatpay_server.expect_notification(wechatpay_server.pay("T2026000001"), attempts=1)

async def test_both(wechatpay, wechatpay_server):
    assert wechatpay.tenant == wechatpay_server.tenant
"""


def run(folder: Path, text: str, *options: str, plugins: tuple[str, ...] = (), autoload: bool = False) -> str:
    """pytest on a file, with these plugins and ours, found by its entry point, or with all; what it printed."""
    (folder / "test_it.py").write_text(text)
    loaded = [] if autoload else [word for name in ("wechatpay_sandbox", *plugins) for word in ("-p", name)]
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *loaded, *options]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)]),
        "COLUMNS": "200",
    } | ({} if autoload else {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
    done = subprocess.run(
        [*command, "test_it.py"], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("text", "plugins", "options", "passed"),
    [
        (ASYNCIO.format(marker="@pytest.mark.asyncio"), ("asyncio",), ("-o", "asyncio_mode=strict", *LOOP_SCOPE), 2),
        (ASYNCIO.format(marker=""), ("asyncio",), ("-o", "asyncio_mode=auto", *LOOP_SCOPE), 2),
        (AIOHTTP, ("asyncio", "aiohttp"), ("-o", "asyncio_mode=auto", *LOOP_SCOPE), 2),
        (ANYIO, ("anyio",), (), 4),
        (BLOCKING, ("asyncio",), ("-o", "asyncio_mode=auto", *LOOP_SCOPE), 2),
    ],
    ids=["pytest-asyncio strict", "pytest-asyncio auto", "pytest-aiohttp", "anyio on asyncio and trio", "blocking"],
)
def test_the_fixtures_work_whoever_runs_the_loop(
    tmp_path: Path, text: str, plugins: tuple[str, ...], options: tuple[str, ...], passed: int
) -> None:
    """A shop in the test's own loop, which is another for each test, is paid and told."""
    printed = run(tmp_path, text, *options, plugins=plugins)

    assert f"{passed} passed" in printed, printed


def test_workers_have_a_sandbox_each(tmp_path: Path) -> None:
    """Under pytest-xdist every test of a process has names of its own, and processes do not meet."""
    text = """
import pytest

@pytest.mark.parametrize("n", range(20))
def test_one(wechatpay_server, n, worker_id):
    me = wechatpay_server.credentials
    with open(f"seen.{worker_id}", "a") as seen:
        print(wechatpay_server.url, me.mch_id, me.appid, me.serial_no, file=seen)
"""
    printed = run(tmp_path, text, "-n", "2", plugins=("xdist",))
    seen = [file.read_text().splitlines() for file in tmp_path.glob("seen.*")]

    assert "20 passed" in printed, printed
    assert sum(map(len, seen)) == 20
    for lines in seen:
        assert len({line.split()[0] for line in lines}) == 1
        assert len({line.split(" ", 1)[1] for line in lines}) == len(lines)
    assert len({lines[0].split()[0] for lines in seen}) == len(seen)


def test_a_run_that_does_not_use_it_does_not_pay_for_it(tmp_path: Path) -> None:
    """The entry point's module, the two packages around it, and nothing else of ours or of aiohttp."""
    text = """
import sys

def test_modules():
    print("loaded", *sorted(n for n in sys.modules if n.split(".")[0] in ("sandbox", "aiohttp", "msgspec")))
"""
    printed = run(tmp_path, text, "-s")

    loaded = re.search(r"^loaded (.*)$", printed, re.MULTILINE)
    assert loaded is not None, printed
    assert loaded[1].split() == ["sandbox", "sandbox.testing", "sandbox.testing.plugin"]


def test_our_modules_are_imported_as_they_are(tmp_path: Path) -> None:
    """pytest would rewrite each of them, and keep compiled copies of its own, where it may keep any."""
    text = """
import sys

def test_loaders(wechatpay_server):
    wechatpay_server.login_code()
    first = ("sandbox.testing", "sandbox.testing.plugin")
    ours = [module for name, module in sys.modules.items() if name.startswith("sandbox.") and name not in first]
    assert type(__loader__).__name__ == "AssertionRewritingHook"
    assert len(ours) > 100
    assert {type(module.__loader__).__name__ for module in ours} == {"SourceFileLoader"}
"""
    printed = run(tmp_path, text, *LOOP_SCOPE, autoload=True)

    assert "1 passed" in printed, printed


def test_pytest_finds_it_by_its_entry_point() -> None:
    """Whoever installs the package has the fixtures."""
    (found,) = (one for one in entry_points(group="pytest11") if one.name == "wechatpay_sandbox")

    assert found.value == "sandbox.testing.plugin"


def test_a_failing_test_shows_what_the_platform_saw(tmp_path: Path) -> None:
    """Whatever failed: orders with their timelines, other requests, what belonged to nobody; a good one does not."""
    text = """
import urllib.request
from counter_shop import counter, order

def test_good(wechatpay_server):
    assert wechatpay_server.url

def test_bad(wechatpay_server):
    with counter() as shop:
        order(wechatpay_server, shop.url)
        wechatpay_server.pay("T2026000001")
    urllib.request.urlopen(wechatpay_server.url + "/pay/orderquery", b"<xml><mch_id>1</mch_id></xml>").close()
    assert False

def test_fresh(wechatpay_server):
    assert False
"""
    printed = run(tmp_path, text)

    assert "2 failed, 1 passed" in printed, printed
    assert printed.count("- WeChat Pay -") == 2
    assert re.search(r"told   payment: acknowledged\n1 request belonged to no tenant", printed), printed
    assert "the platform was asked for nothing" in printed


def test_the_message_of_an_expectation_is_enough(tmp_path: Path) -> None:
    """It tells all by itself, with no frame of ours between the test's line and the message."""
    printed = run(tmp_path, "def test_bad(wechatpay_server):\n    wechatpay_server.expect_notification('T1')\n")

    assert ">   " in printed
    assert "E       sandbox.testing.assertions.Unmet: expected a notification for T1, saw none" in printed, printed
    assert "- WeChat Pay -" not in printed
    assert "_do" not in printed


@pytest.mark.parametrize(
    ("marker", "complaint"),
    [
        ("setings={}", "the marker wechatpay has no argument 'setings'; did you mean 'settings'?"),
        ("'lost'", "the marker wechatpay takes named arguments only, came 'lost'"),
        ("settings={'v2.format': 'x'}", "v2.format"),
        ("clock='sundial'", "sundial"),
        ("scenario='notifications-lots'", "did you mean 'notifications-lost'?"),
        ("values={}", "and no scenario whose parameters they are"),
    ],
)
def test_a_marker_that_asks_for_what_there_is_not(tmp_path: Path, marker: str, complaint: str) -> None:
    """The test fails before it begins, and is told what there is."""
    text = f"import pytest\n\n@pytest.mark.wechatpay({marker})\ndef test_it(wechatpay_server): ...\n"

    printed = run(tmp_path, text, "--strict-markers")

    assert "1 error" in printed
    assert complaint in printed
