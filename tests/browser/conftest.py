"""A real browser, a sandbox it looks at, and the bundled shop beside it."""

import os
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from wire_phone import Phone

from merchant_demo.app import open_shop
from merchant_demo.config import Settings as ShopSettings
from sandbox.app import Sandbox


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/browser --pictures DIR`."""
    parser.addoption("--pictures", type=Path, metavar="DIR", help="also keep the pictures for the docs in DIR")


NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The browser's executable: $CHROMIUM, else what is on the PATH; skips where there is none."""
    named = os.environ.get("CHROMIUM", "")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        where = f"CHROMIUM={named} is no program" if named else f"none of {', '.join(NAMES)} is on the PATH"
        pytest.skip(f"no Chromium on this machine: {where} (`make chromium` installs it on Debian)")
    return found


@pytest.fixture
async def browser() -> AsyncIterator[Any]:
    """Chromium, without a window."""
    executable = chromium()
    playwright = pytest.importorskip("playwright.async_api")
    async with playwright.async_playwright() as driver:
        # No sandbox: in containers tests run as root, where Chromium's own cannot start.
        running = await driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield running
        await running.close()


@pytest.fixture
async def page(browser: Any) -> AsyncIterator[Any]:
    """A page that speaks Chinese; an uncaught error or a policy that was broken in it fails the test."""
    context = await browser.new_context(locale="zh-CN")
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    await context.close()
    assert wrong == []


@pytest.fixture
async def shop(box: Sandbox) -> AsyncIterator[str]:
    """The bundled shop, a customer of `box`; its address."""
    sock = socket.socket()  # the port must be known before the shop says where it is
    sock.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    async with open_shop(ShopSettings(platform=box.url, url=url)) as app:
        runner = web.AppRunner(app)
        await runner.setup()
        await web.SockSite(runner, sock).start()
        yield url
        await runner.cleanup()


@pytest.fixture
def phone(merchant: Any) -> Phone:
    """A merchant of a tenant of its own, and what its customer can do."""
    return Phone(merchant)
