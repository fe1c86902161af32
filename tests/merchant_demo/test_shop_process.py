"""The shop as a process: command line, environment, ready line, and the adapter that drives it."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import aiohttp
import pytest
import yaml
from fake_platform import ACKNOWLEDGED, Shop

import merchant_demo
from merchant_demo.config import Settings, settings_from
from merchant_demo.flaws import FLAWS

ADAPTER = yaml.safe_load((Path(merchant_demo.__file__).parent / "adapter.yaml").read_text())


async def start(*arguments, **environment):
    """The process, with its output piped."""
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "merchant_demo", *arguments]
    return await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, env={**os.environ, **environment})


async def test_it_says_when_it_is_ready_and_stops_when_told(tmp_path):
    """One line with the real port, and exit code 0 on SIGTERM."""
    shop = await start("--port", "0", "--store", str(tmp_path / "shop.sqlite3"))
    async with asyncio.timeout(20):
        line = (await shop.stdout.readline()).decode()
        assert re.match(r"merchant_demo ready on http://127\.0\.0\.1:\d{4,5} ", line), line
        shop.send_signal(signal.SIGTERM)
        rest, errors = await shop.communicate()
    assert (shop.returncode, rest, errors) == (0, b"", b"")


@pytest.mark.parametrize(("flaws", "status"), [([], "paid"), (["--flaw", "ack-before-commit"], "unpaid")])
async def test_what_was_acknowledged_survives_a_kill(platform, tmp_path, flaws, status):
    """Killed the moment it has acknowledged, the shop still knows that it was paid, unless it commits afterwards."""
    arguments = ["--port", "0", "--store", str(tmp_path / "shop.sqlite3"), *flaws]
    environment = {"WECHATPAY_SANDBOX_URL": platform.url, "SHOP_QUERY_SECONDS": "3600"}
    async with asyncio.timeout(30), aiohttp.ClientSession() as session:
        process, shop = await running(platform, session, arguments, environment)
        number = (await shop.order())["order_no"]
        assert await shop.notify(platform.notification(number)) == ACKNOWLEDGED
        process.kill()
        await process.communicate()
        process, again = await running(platform, session, arguments, environment)
        again.token = shop.token
        assert (await again.status(number))["status"] == status
        process.kill()
        await process.communicate()


async def running(platform, session, arguments, environment):
    """A shop's process that is ready, and the means to drive it."""
    process = await start(*arguments, **environment)
    url = re.search(r"http://[\d.:]+", (await process.stdout.readline()).decode())[0]
    return process, Shop(Browser(session, url), platform)


class Browser:
    """An HTTP client with a base URL."""

    def __init__(self, session, url):
        self._session = session
        self._url = url

    def request(self, method, path, **options):
        return self._session.request(method, self._url + path, **options)

    async def post(self, path, **options):
        return await self._session.post(self._url + path, **options)


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["--flaw", "no-such"], {}, "no-such"),
        ([], {"SHOP_PORT": "many"}, "SHOP_PORT=many: Expected `int`"),
        ([], {"SHOP_SIGN_TYPE": "SHA1"}, "SHOP_SIGN_TYPE=SHA1"),
        ([], {"SHOP_API": "v4"}, "SHOP_API=v4"),
        (["--flaw", "acks-probes"], {}, "not a mistake of v2, but of v3"),
        (["--port", "0", "--api", "v3"], {}, "APIv3 needs WECHATPAY_SANDBOX_KEY"),
    ],
)
async def test_wrong_usage_is_exit_code_2_and_named(arguments, environment, said):
    """The name and the value that came are in the message."""
    shop = await start(*arguments, **environment)
    _, errors = await shop.communicate()
    assert shop.returncode == 2
    assert said in errors.decode()


async def test_a_taken_port_is_explained():
    """The message names the port and what to do."""
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with taken:
        port = taken.sockets[0].getsockname()[1]
        shop = await start("--port", str(port))
        _, errors = await shop.communicate()
    assert shop.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in errors.decode()
    assert "--port 0" in errors.decode()


async def test_the_flaws_are_listed_in_two_languages():
    """One line a flaw."""
    shop = await start("--list-flaws")
    listed = (await shop.communicate())[0].decode().splitlines()
    assert [line.split()[0] for line in listed] == list(FLAWS)
    assert all(re.search(r" · .*[一-龥]", line) for line in listed)


def test_the_command_line_wins_over_the_environment():
    """What is not given falls back to the environment, and then to the sandbox's test merchant."""
    environment = {"WECHATPAY_SANDBOX_MCH_ID": "1900000003", "SHOP_PORT": "9000", "SHOP_QUERY_SECONDS": "0.5"}
    settings = settings_from(environment, {"host": None, "port": 0, "store": "orders.sqlite3"})
    expected = Settings(mch_id="1900000003", port=0, query_seconds=0.5, store="orders.sqlite3")
    assert settings == expected


def test_the_notify_url_is_where_the_platform_reaches_the_shop():
    """SHOP_URL if it is set, this machine otherwise; never a query string."""
    assert Settings(port=9000).notify_url == "http://127.0.0.1:9000/wechatpay/notify"
    assert Settings(url="https://shop.example/").notify_url == "https://shop.example/wechatpay/notify"


def fill(template, values):
    """What the scenario runner does with a template: `{name}` filled in, keys of an absent `{name?}` left out."""
    if isinstance(template, dict):
        filled = {key: fill(value, values) for key, value in template.items()}
        return {key: value for key, value in filled.items() if value is not None}
    whole = re.fullmatch(r"\{(\w+)(\??)\}", template)
    if whole:
        return values.get(whole[1]) if whole[2] else values[whole[1]]
    return re.sub(r"\{(\w+)\}", lambda name: str(values[name[1]]), template)


async def test_every_step_of_the_adapter_works(shop, platform):
    """API v2's whole vocabulary, in an order that a story would use; each is answered 200 and saves what it names."""
    story = [
        ("login", {"code": "code-1"}),
        ("order", {"title": "茶", "total": 199}),
        ("pay_again", {}),
        ("pay_again", {"total": 299}),
        ("report", {"errMsg": "requestPayment:fail cancel"}),
        ("new_key", {"api_key": "N" * 32}),
        ("status", {}),
        ("reconcile", {"date": "2026-01-01"}),
        ("till", {"auth_code": "134567890123456780", "total": 299}),
        ("refund", {"amount": 1}),
        ("static_code", {"product": "tea"}),
        ("rehearse", {"active": False}),
        ("status", {}),
    ]
    platform.bill = "商户订单号,微信订单号,交易状态,订单金额\n总交易单数\n`0\n"
    assert {verb for verb, _ in story} == set(ADAPTER["steps"])
    saved = {}
    for verb, given in story:
        step, values = ADAPTER["steps"][verb], {**saved, **given}
        method, path = fill(step["call"], values).split(" ")
        shop.token = fill(step["bearer"], values) if "bearer" in step else ""
        status, said = await shop.call(method, path, **fill(step.get("json", {}), values))
        assert status == 200, (verb, said)
        saved |= {name: said[key] for name, key in step.get("save", {}).items()}
    assert saved["payment"]["package"].startswith("prepay_id=")
    assert said["total"] == 299
    assert fill(ADAPTER["ready"], {}) == "GET /health"


def test_the_adapter_posts_notifications_where_the_shop_takes_them():
    """One path, said in two places."""
    assert Settings().notify_url.endswith(ADAPTER["notify_path"])


def test_the_shop_knows_nothing_of_the_sandbox():
    """If both shared code, its mistakes would cancel out."""
    for module in Path(merchant_demo.__file__).parent.rglob("*.py"):
        assert not re.search(r"^\s*(from|import) sandbox\b", module.read_text(), re.MULTILINE), module
